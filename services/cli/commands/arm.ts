/** `outfall arm`: begins the mails about a province, zone or station, and says before how many there would be. */
import { type Command, InvalidArgumentError } from "commander";
import { z } from "zod";
import type { IncidentEvent } from "#shared/incident/incident.ts";
import { influxFrom } from "#shared/influx/influx-config.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Arming } from "#shared/registry/schema.ts";
import { parseClock } from "#shared/runtime/clock.ts";
import { commonEnv, influxEnv, parseConfig } from "#shared/runtime/config.ts";
import type { TargetOptions } from "../arm/target.ts";
import { withExample } from "../example.ts";

interface Options extends TargetOptions {
  readonly registry?: string;
  readonly dryRun?: true;
  readonly list?: true;
}

export function registerArm(program: Command): void {
  const command = program
    .command("arm")
    .description("begin the mails about a province, zone or station, which is only observed until then")
    .option("--registry <folder>", "registry folder (OUTFALL_REGISTRY)")
    .option("--province <code>", 'province, plain or with its geography, e.g. "NSO-2025/92"')
    .option("--zone <id>", "one zone")
    .option("--station <id>", "one station")
    .option("--everything", "all there is and will be")
    .option("--from <date>", "first day that is mailed about, in the registry's time zone", parseDay)
    .option("--by <who>", "who decided it, kept in the file")
    .option("--note <text>", "anything worth knowing, kept in the file")
    .option("--dry-run", "only say how many mails the last seven days would have been")
    .option("--list", "what is armed and what is observed, by province")
    .action(async (options: Options) => {
      const config = parseConfig(z.object({ ...commonEnv, ...influxEnv }), process.env);
      const folder = options.registry ?? config.OUTFALL_REGISTRY;
      const registry = await loadRegistry(folder);
      const now = parseClock(config.OUTFALL_CLOCK).now();
      if (options.list) {
        const { armedLines } = await import("../arm/list-text.ts");
        say(armedLines(registry, now));
        return;
      }
      const { armingOf } = await import("../arm/target.ts");
      const arming = armingOf(registry, options);
      const problem = await forecast(config, registry, arming, now);
      if (problem === undefined) say([""]);
      else if (options.dryRun) throw new Error(problem);
      else say([problem, ""]);
      say(options.dryRun ? ["nothing was changed (--dry-run)"] : await write(folder, registry, arming));
    });
  withExample(
    command,
    "outfall arm --province NSO-2025/92 --from 2026-12-01 --dry-run",
    'outfall arm --registry ./my-registry --zone my-zone --from 2026-12-01 --by "Ban quản lý"',
    "outfall arm --list",
  );
}

const say = (lines: readonly string[]) => void process.stdout.write(`${lines.join("\n")}\n`);

function parseDay(text: string): string {
  if (z.iso.date().safeParse(text).success) return text;
  throw new InvalidArgumentError("expected a date, e.g. 2026-12-01");
}

type InfluxConfig = Parameters<typeof influxFrom>[0];

/** Prints it; returns why it cannot. */
async function forecast(
  config: InfluxConfig,
  registry: Registry,
  arming: Arming,
  now: number,
): Promise<string | undefined> {
  const [{ forecastMails }, { forecastLines }, { readIncidentEvents }] = await Promise.all([
    import("../arm/forecast.ts"),
    import("../arm/forecast-text.ts"),
    import("#shared/incident/incident-points.ts"),
  ]);
  const influx = influxFrom(config);
  let events: readonly IncidentEvent[];
  try {
    events = await readIncidentEvents(influx);
  } catch (error) {
    return `how many mails would go is not known: InfluxDB at ${config.OUTFALL_INFLUX_URL} does not answer (${(error as Error).message}); set OUTFALL_INFLUX_URL`;
  } finally {
    influx.close();
  }
  say(forecastLines(arming, forecastMails(registry, arming, events, now)));
  return undefined;
}

async function write(folder: string, registry: Registry, arming: Arming): Promise<string[]> {
  const { isSameTarget, targetText } = await import("../arm/target.ts");
  const same = registry.armed.find((entry) => isSameTarget(entry, arming) && entry.from <= arming.from);
  if (same !== undefined)
    return [`${targetText(arming)} is armed from ${same.from} already: nothing was changed`];
  const { addArming } = await import("../arm/armed-file.ts");
  const file = await addArming(folder, arming);
  return [
    `${targetText(arming)} is armed from ${arming.from}: written to ${file}`,
    "notify and api read the registry when they start: restart the services",
  ];
}
