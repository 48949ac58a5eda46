/** `outfall replay`: a recorded CSV through broker, ingest, InfluxDB, checks and mails. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { parse, stringify } from "yaml";
import { parseSpeed } from "../duration.ts";
import { withExample } from "../example.ts";
import { checkReportFile } from "../report-file.ts";
import { createRunFolder } from "../run-folder.ts";

interface Options {
  map: string;
  speed: number;
  report?: string;
}

export function registerReplay(program: Command): void {
  const command = program
    .command("replay")
    .description("a recorded CSV through the whole pipeline, in a database and a local stack of its own")
    .argument("<file>", "CSV file, also .gz")
    .requiredOption("--map <file>", "map: columns, times, and the registry fragment of the record")
    .option("--speed <n>", "feed seconds a second, or max", parseSpeed, 0)
    .option("--report <file>", "write what was measured as JSON")
    .action(async (file: string, options: Options) => {
      await checkReportFile(options.report);
      const { replayRun } = await import("../replay/replay-run.ts");
      const stop = new AbortController();
      process.once("SIGINT", () => stop.abort());
      process.once("SIGTERM", () => stop.abort());
      const folder = await createRunFolder();
      const report = await replayRun({
        file,
        mapFile: options.map,
        registryFolder: await writeRegistry(options.map, folder),
        folder,
        speed: options.speed,
        signal: stop.signal,
      });
      process.stdout.write(
        `${JSON.stringify({ ...report, incidents: report.incidents.length, mails: report.mails.length }, null, 2)}\n`,
      );
      if (options.report !== undefined)
        await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`);
      process.exit(report.balance === 0 ? 0 : 1);
    });
  withExample(
    command,
    "outfall replay water-treatment.data --map simulators/maps/uci-manlleu.yaml --report report.json",
  );
}

/** The map's own registry fragment as a folder the services can read. */
async function writeRegistry(mapFile: string, folder: string): Promise<string> {
  const { registry } = parse(await readFile(mapFile, "utf8")) as {
    registry: { settings: unknown; zones: unknown; contacts: unknown; armed: unknown };
  };
  const target = join(folder, "registry");
  await mkdir(target, { recursive: true });
  await writeFile(join(target, "registry.yaml"), stringify(registry.settings));
  await writeFile(
    join(target, "zones.yaml"),
    stringify({ zones: registry.zones, contacts: registry.contacts, armed: registry.armed }),
  );
  return target;
}
