/** `outfall doctor`: what is wrong with a running installation, and what to do about it. */
import type { Command } from "commander";
import { withExample } from "../example.ts";

interface Options {
  registry?: string;
  mosquittoConf?: string;
  json?: boolean;
}

/** What still keeps the process alive when all is said is given this long. */
const LINGER_MS = 2_000;

export function registerDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .description(
      "check a running installation: a message through the whole path, and settings of broker, InfluxDB and Redis that would lose data",
    )
    .option("--registry <folder>", "registry folder (OUTFALL_REGISTRY)")
    .option("--mosquitto-conf <file>", "settings of the broker, where it does not run on this machine")
    .option("--json", "one JSON object")
    .action(async ({ registry, mosquittoConf, json }: Options) => {
      const [{ examine }, { exitCode, worst }, { renderFindings }] = await Promise.all([
        import("../doctor/doctor.ts"),
        import("../doctor/finding.ts"),
        import("../doctor/render.ts"),
      ]);
      const env = registry === undefined ? process.env : { ...process.env, OUTFALL_REGISTRY: registry };
      const progress = createProgress(process.stderr);
      const findings = await examine({ env, mosquittoConf, onFinding: progress.found }).finally(progress.end);
      process.stdout.write(
        json
          ? `${JSON.stringify({ state: worst(findings), findings })}\n`
          : renderFindings(findings, {
              colour: process.stdout.isTTY === true && !process.env.NO_COLOR,
              width: process.stdout.columns ?? 100,
            }),
      );
      process.exitCode = exitCode(findings);
      setTimeout(() => process.exit(), LINGER_MS).unref();
    });
  withExample(
    command,
    "OUTFALL_MQTT_URL=mqtt://_ingest:secret@broker:1883 outfall doctor --registry ./registry",
    "outfall doctor --json",
  ).addHelpText(
    "after",
    "\nAddresses come from the environment: see docs/configuration.md. Ends with 1 where something is red.",
  );
}

/** How many looks are done, on a terminal only: together they take seconds. */
function createProgress(stream: NodeJS.WriteStream) {
  let done = 0;
  return {
    found() {
      done += 1;
      if (stream.isTTY) stream.write(`\r\x1b[K${done} looks done`);
    },
    end() {
      if (stream.isTTY) stream.write("\r\x1b[K");
    },
  };
}
