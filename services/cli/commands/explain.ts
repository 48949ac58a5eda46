/** `outfall explain`: why a verdict is what it is: limit and clause, formula with numbers, readings used and left out. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import type { Language } from "#shared/contact/contact.ts";
import { withExample } from "../example.ts";
import { instantOf } from "../instant.ts";

interface Options {
  registry?: string;
  readings?: string;
  until?: string;
  revision?: number;
  language: Language;
  json?: boolean;
}

export function registerExplain(program: Command): void {
  const command = program
    .command("explain")
    .description(
      "why a verdict is what it is: limit and clause, formula with its numbers, readings used and left out",
    )
    .argument("<verdict>", "station/parameter/rule/window start with its offset")
    .option("--revision <n>", "this revision; the newest when left out", wholeNumber)
    .option("--registry <folder>", "registry folder (OUTFALL_REGISTRY)")
    .option(
      "--readings <file>",
      "offline, from a file as for outfall judge; InfluxDB (OUTFALL_INFLUX_URL) when left out",
    )
    .option("--until <when>", "with --readings: as of the start of this local day, or this instant")
    .addOption(new Option("--language <code>", "of the text").choices(["en", "vi"]).default("en"))
    .option("--json", "one JSON object")
    .action(run);
  withExample(
    command,
    "outfall explain sim-sx-nt01/nh4/hour/2026-11-23T10:00:00+07:00",
    "outfall explain sim-sx-nt01/cod/day/2026-11-23T00:00:00+07:00 --revision 1 --language vi",
    "outfall explain sim-sx-nt01/cod/day:qcvn-40-2011/A/2026-11-23T00:00:00+07:00 --registry ./registry --readings feed.jsonl --json",
  );
}

async function run(verdict: string, options: Options): Promise<void> {
  const [{ parseVerdictName }, config, { loadRegistry }, { createCalendar }] = await Promise.all([
    import("#shared/verdict/verdict-name.ts"),
    import("#shared/runtime/config.ts"),
    import("#shared/registry/load.ts"),
    import("#shared/window/calendar.ts"),
  ]);
  const name = parseVerdictName(verdict);
  if (options.until !== undefined && options.readings === undefined)
    throw new Error("--until: expected --readings too; what is stored is explained as of now");
  const settings = config.parseConfig(z.object({ ...config.commonEnv, ...config.influxEnv }), process.env);
  const registry = await loadRegistry(options.registry ?? settings.OUTFALL_REGISTRY);
  const { revision, readings: file } = options;
  const until =
    options.until === undefined ? undefined : instantOf("--until", options.until, registry.settings.timeZone);

  async function fromFile(readings: string) {
    const { explainFromFile } = await import("../explain/explain-file.ts");
    const onFault = (message: string) => void process.stderr.write(`${message}\n`);
    return explainFromFile({ registry, file: readings, name, revision, until, onFault });
  }
  async function fromInflux() {
    const [{ influxFrom }, { explainFromInflux }, { parseClock }] = await Promise.all([
      import("#shared/influx/influx-config.ts"),
      import("#shared/verdict/explain/read-and-explain.ts"),
      import("#shared/runtime/clock.ts"),
    ]);
    const influx = influxFrom(settings);
    const now = parseClock(settings.OUTFALL_CLOCK).now();
    const calendar = createCalendar(registry.settings.timeZone);
    try {
      return await explainFromInflux({ registry, calendar, influx, name, revision, now });
    } finally {
      influx.close();
    }
  }

  const explained = await (file === undefined ? fromInflux() : fromFile(file));
  if (typeof explained === "string") throw new Error(explained);
  if (options.json) {
    process.stdout.write(`${JSON.stringify(explained)}\n`);
    return;
  }
  const { explanationLines } = await import("../explain/explain-text.ts");
  const lines = explanationLines(explained, options.language, registry.settings.timeZone);
  process.stdout.write(`${lines.join("\n")}\n`);
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected a revision such as 2");
}
