/** `outfall bench`: timings, every side in the same run on the same machine. */
import type { Command } from "commander";
import { withExample } from "../example.ts";
import { createRunFolder } from "../run-folder.ts";

interface Options {
  messages: string;
  stations: string;
  json?: boolean;
  cpuProf?: string;
}

export function registerBench(program: Command): void {
  const bench = program
    .command("bench")
    .description("measure throughput and latency; compare only within one run");
  const ingest = bench
    .command("ingest", { isDefault: true })
    .description(
      "messages a second through the whole path, against a bare subscriber and bare InfluxDB writes",
    )
    .option("--messages <n>", "messages a side", "200000")
    .option("--stations <n>", "stations", "100")
    .option("--json", "one JSON object")
    .option("--cpu-prof <folder>", "also write a CPU profile of the ingest process")
    .action(async ({ messages, stations, json, cpuProf }: Options) => {
      const [{ benchIngest }, { renderIngestBench }, { rm }] = await Promise.all([
        import("#test/bench/ingest.ts"),
        import("#test/bench/report.ts"),
        import("node:fs/promises"),
      ]);
      const folder = await createRunFolder();
      const progress = createProgressLine(process.stderr);
      const result = await benchIngest({
        messages: wholeNumber("--messages", messages),
        stations: wholeNumber("--stations", stations),
        folder,
        say: progress.say,
        ...(cpuProf === undefined ? {} : { profileFolder: cpuProf }),
      }).finally(progress.end);
      await rm(folder, { recursive: true, force: true });
      process.stdout.write(json ? `${JSON.stringify(result)}\n` : renderIngestBench(result));
    });
  withExample(ingest, "npm run bench -- ingest --json", "outfall bench ingest --cpu-prof profiles");
  withExample(bench, "npm run bench -- ingest --json");
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`${option} ${text}: expected a whole number above 0`);
  return value;
}

/** One line that rewrites itself on a terminal; elsewhere each step once, without its counting. */
function createProgressLine(stream: NodeJS.WriteStream): { say(text: string): void; end(): void } {
  let step = "";
  return {
    say(text) {
      if (stream.isTTY) stream.write(`\r\x1b[Kbench: ${text}`);
      else if (step !== stepOf(text)) stream.write(`bench: ${text}\n`);
      step = stepOf(text);
    },
    end() {
      if (stream.isTTY) stream.write("\r\x1b[K");
    },
  };
}

const stepOf = (text: string) => text.split(":", 1)[0] ?? text;
