/** `outfall export txt`: stored readings as the provinces' text files, TT 10/2021. */
import { readFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import { z } from "zod";
import type { Registry } from "#shared/registry/registry.ts";
import type { Station } from "#shared/station/station.ts";
import { withExample } from "../example.ts";
import { createProgressBar } from "../progress-bar.ts";
import { parseSince, type Since } from "../since.ts";

interface Options {
  from: Since;
  to?: Since;
  station?: string[];
  out: string;
  layout: string;
  name: string;
  alias?: string;
  missing: string;
  registry?: string;
  json?: boolean;
}

const LAYOUT = "{station}/{yyyy}/{MM}/{dd}";
const NAME = "{province}_{plant}_{station}_{time}.txt";

export function registerExport(program: Command): void {
  const group = program.command("export").description("stored readings as files for others");
  const command = group
    .command("txt")
    .description("the provinces' text files (TT 10/2021): one file a sample, one line a parameter")
    .requiredOption("--from <when>", "ISO 8601, a date (UTC), or how long ago, e.g. 24h", parseSince)
    .option("--to <when>", "up to here, exclusive; now when left out", parseSince)
    .option("--station <ids...>", "only these stations")
    .requiredOption("--out <folder>", "where the files go")
    .option("--layout <pattern>", 'folders below it; "" for none', LAYOUT)
    .option("--name <pattern>", "file names", NAME)
    .option("--alias <file>", "YAML with symbols: { SYMBOL: parameter } of the province")
    .addOption(
      new Option("--missing <text>", "in place of a value that is not there; its status is 02")
        .choices(["---", "empty", "0", "0.00"])
        .default("---"),
    )
    .option("--registry <folder>", "registry folder (OUTFALL_REGISTRY)")
    .option("--json", "one JSON object")
    .action(run);
  withExample(command, "outfall export txt --from 24h --station sim-sx-nt01 --out ./txt");
  withExample(group, "outfall export txt --from 24h --out ./txt");
}

async function run(options: Options): Promise<void> {
  const [{ loadRegistry }, { influxFrom }, config, { exportTxt }] = await Promise.all([
    import("#shared/registry/load.ts"),
    import("#shared/influx/influx-config.ts"),
    import("#shared/runtime/config.ts"),
    import("../export/export-txt.ts"),
  ]);
  const env =
    options.registry === undefined ? process.env : { ...process.env, OUTFALL_REGISTRY: options.registry };
  const settings = config.parseConfig(z.object({ ...config.commonEnv, ...config.influxEnv }), env);
  const registry = await loadRegistry(settings.OUTFALL_REGISTRY);
  const now = Date.now();
  const [from, to] = [options.from(now), options.to?.(now) ?? now];
  if (from >= to) throw new Error("--from and --to: expected a span of time");
  const symbols = options.alias === undefined ? {} : await readSymbols(options.alias);
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  process.once("SIGTERM", () => stop.abort());
  const influx = influxFrom(settings);
  const bar = createProgressBar("station days");
  try {
    const exported = await exportTxt({
      influx,
      registry,
      stations: stationsOf(registry, options.station),
      from,
      to,
      folder: options.out,
      layout: options.layout,
      name: options.name,
      symbols,
      missing: options.missing === "empty" ? "" : options.missing,
      onProgress: (done, total) => bar.update(done, total),
      signal: stop.signal,
    });
    bar.stop();
    report(exported, options);
    process.exitCode = stop.signal.aborted || exported.leftOut > 0 ? 1 : 0;
  } finally {
    bar.stop();
    influx.close();
  }
}

function report(
  exported: { simulated: boolean; files: number; leftOut: number },
  { out, json }: Options,
): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...exported, folder: out })}\n`);
    return;
  }
  if (exported.simulated) process.stdout.write("DỮ LIỆU MÔ PHỎNG / SIMULATED\n");
  process.stdout.write(`${exported.files} files in ${out}\n`);
  if (exported.leftOut > 0)
    process.stdout.write(`${exported.leftOut} samples left out: their times have a fraction of a second\n`);
}

/** @throws Error naming an unknown station */
function stationsOf(registry: Registry, ids: readonly string[] | undefined): Station[] {
  return (ids ?? [...registry.stations.keys()]).map((id) => {
    const station = registry.stations.get(id);
    if (station === undefined) throw new Error(`--station ${id}: the registry has no such station`);
    return station;
  });
}

/** @throws YamlError with all mistakes */
async function readSymbols(file: string): Promise<Record<string, string>> {
  const [{ checkShape, parseYaml, YamlError }, { symbolsSchema }] = await Promise.all([
    import("#shared/yaml/yaml.ts"),
    import("#shared/txt/symbols.ts"),
  ]);
  const source = parseYaml(file, await readFile(file, "utf8"));
  const complaints = [...source.complaints];
  const read =
    complaints.length === 0
      ? checkShape(z.strictObject({ symbols: symbolsSchema }), source, complaints)
      : undefined;
  if (read === undefined) throw new YamlError("the alias file", complaints);
  return read.symbols;
}
