/** `outfall rejudge`: which past windows would flip under another text, column, factor or figure. Nothing is changed. */
import { type Command, InvalidArgumentError } from "commander";
import { z } from "zod";
import type { AskedLimits } from "#shared/limit/asked-limits.ts";
import { findParameter } from "#shared/parameter/parameter.ts";
import { withExample } from "../example.ts";
import { instantOf } from "../instant.ts";

interface Options {
  instrument?: string;
  column?: string;
  kq?: number;
  kf?: number;
  appliesTo?: string[];
  limit: Map<string, number>;
  acceptUnverified?: string[];
  keepPermit?: boolean;
  from: string;
  to: string;
  zone?: string[];
  registry?: string;
  readings?: string;
  json?: boolean;
}

export function registerRejudge(program: Command): void {
  const command = program
    .command("rejudge")
    .description(
      "which past windows would flip under another text, column, factor or figure; nothing is changed",
    )
    .option("--instrument <id>", "a legal text of outfall limits; each plant's own when left out")
    .option("--column <name>", "its column, e.g. A; the plant's own when left out")
    .option("--kq <factor>", "in place of the plant's own; 1 where it has none", factor)
    .option("--kf <factor>", "in place of the plant's own; 1 where it has none", factor)
    .option("--applies-to <parameters...>", "parameters that Kq × Kf multiplies")
    .option("--accept-unverified <names...>", "unverified figures to use, by name: A/cl, factors-exclusions")
    .option("--limit <parameter=max>", "a plain upper figure, repeatable: cod=100", figure, new Map())
    .option(
      "--keep-permit",
      "figures of permits stay in force (they are set aside where a text is asked for)",
    )
    .requiredOption("--from <time>", "a day of the registry's time zone, or ISO 8601")
    .requiredOption("--to <time>", "up to here, exclusive")
    .option("--zone <ids...>", "only these zones")
    .option("--registry <folder>", "registry folder (OUTFALL_REGISTRY)")
    .option(
      "--readings <file>",
      "offline, from a file as for outfall judge; InfluxDB (OUTFALL_INFLUX_URL) when left out",
    )
    .option("--json", "one JSON object, each flip with its window")
    .action(run);
  withExample(
    command,
    "outfall rejudge --column A --from 2026-10-01 --to 2026-11-01",
    "outfall rejudge --instrument qcvn-40-2011 --column A --kq 0.9 --kf 1.1 --applies-to cod bod5 tss --from 2026-10-01 --to 2026-11-01 --json",
    "outfall rejudge --limit cod=100 --limit nh4=5 --from 2026-10-01 --to 2026-11-01 --readings feed.jsonl",
  );
}

async function run(options: Options): Promise<void> {
  const [config, { loadRegistry }, { rejudge }, sources, { createProgressBar }] = await Promise.all([
    import("#shared/runtime/config.ts"),
    import("#shared/registry/load.ts"),
    import("../rejudge/rejudge-run.ts"),
    import("../rejudge/sources.ts"),
    import("../progress-bar.ts"),
  ]);
  const settings = config.parseConfig(z.object({ ...config.commonEnv, ...config.influxEnv }), process.env);
  const registry = await loadRegistry(options.registry ?? settings.OUTFALL_REGISTRY);
  const { timeZone, simulated } = registry.settings;
  const asked = askedOf(options);
  const span = {
    from: instantOf("--from", options.from, timeZone),
    to: instantOf("--to", options.to, timeZone),
  };
  if (span.from >= span.to) throw new Error("--from and --to: expected a span of time");
  for (const zone of options.zone ?? [])
    if (!registry.zones.has(zone)) throw new Error(`--zone ${zone}: the registry has no such zone`);
  const stations = [...registry.stations.values()].filter(
    ({ zone }) => options.zone === undefined || options.zone.includes(zone),
  );
  const common = { registry, asked, span, stations };

  async function fromInflux() {
    const { influxFrom } = await import("#shared/influx/influx-config.ts");
    const influx = influxFrom(settings);
    const bar = createProgressBar("station weeks");
    try {
      const read = sources.influxSource(influx, stations.length, (done, total) => bar.update(done, total));
      return await rejudge({ ...common, read });
    } finally {
      bar.stop();
      influx.close();
    }
  }
  const onFault = (message: string) => void process.stderr.write(`${message}\n`);
  const rejudged = await (options.readings === undefined
    ? fromInflux()
    : rejudge({ ...common, read: await sources.fileSource(registry, options.readings, onFault) }));
  if (options.json) {
    const question = { ...asked, figures: Object.fromEntries(asked.figures) };
    process.stdout.write(`${JSON.stringify({ simulated, ...span, asked: question, ...rejudged })}\n`);
    return;
  }
  const { rejudgedLines } = await import("../rejudge/rejudge-text.ts");
  process.stdout.write(`${rejudgedLines(rejudged, asked, span, timeZone, simulated).join("\n")}\n`);
}

function askedOf(options: Options): AskedLimits {
  const { instrument, column, kq, kf, appliesTo, limit, acceptUnverified, keepPermit } = options;
  const isText = [instrument, column, kq, kf].some((given) => given !== undefined);
  if (!isText && limit.size === 0)
    throw new Error("expected what to judge by: --instrument, --column, --kq, --kf or --limit");
  return {
    instrument,
    column,
    kq,
    kf,
    factorsApplyTo: appliesTo,
    acceptUnverified: acceptUnverified ?? [],
    setAsidePermit: keepPermit !== true,
    figures: limit,
  };
}

function factor(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError("expected a number above 0, e.g. 0.9");
  return value;
}

function figure(text: string, known: Map<string, number>): Map<string, number> {
  const [parameter = "", max = "", ...rest] = text.split("=");
  const found = findParameter(parameter);
  if (found === undefined || rest.length > 0)
    throw new InvalidArgumentError(`expected parameter=figure, e.g. cod=100; ${parameter} is no parameter`);
  if (found.judgedBy === "minutes-outside")
    throw new InvalidArgumentError(`${parameter} is judged by a range: expected another parameter`);
  return new Map(known).set(parameter, factor(max));
}
