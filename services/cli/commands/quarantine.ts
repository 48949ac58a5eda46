/** `outfall quarantine list | show | retry`: what was refused, why, and sending it again once the cause is mended. */
import { type Command, InvalidArgumentError } from "commander";
import { z } from "zod";
import { commonEnv, parseConfig } from "#shared/runtime/config.ts";
import { withExample } from "../example.ts";
import { parseSince, type Since } from "../since.ts";

interface Place {
  data?: string;
  worker?: string;
}

interface Filter extends Place {
  since?: Since;
  code?: string;
  plant?: string;
  station?: string;
  json?: boolean;
}

interface RetryOptions extends Filter {
  all?: boolean;
  again?: boolean;
  dryRun?: boolean;
  registry?: string;
}

const DEFAULT_SINCE = "7d";
const DEFAULT_LINES = 50;
/** Each refusal is known in memory while its message is looked for. */
const MOST_RETRIED = 100_000;

const say = (lines: readonly string[]) => process.stdout.write(`${lines.join("\n")}\n`);
const sayJson = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

export function registerQuarantine(program: Command): void {
  const quarantine = program
    .command("quarantine")
    .description("what ingest refused: list, show, and send again after the cause was mended");
  withExample(quarantine, "outfall quarantine list --since 24h");
  registerList(quarantine);
  registerShow(quarantine);
  registerRetry(quarantine);
}

function placed(command: Command): Command {
  return command
    .option("--data <folder>", "data folder of ingest (OUTFALL_DATA_DIR)")
    .option("--worker <name>", "only this worker's, e.g. w2");
}

function filtered(command: Command): Command {
  return placed(command)
    .option(
      "--since <when>",
      `received since: ISO 8601, a date, or how long ago (default: ${DEFAULT_SINCE})`,
      parseSince,
    )
    .option("--code <code>", "only this reason, e.g. station-unknown")
    .option("--plant <id>", "only of this plant; `unknown` where the station is not known")
    .option("--station <id>", "only of this station, known or not")
    .option("--json", "one JSON object");
}

function registerList(quarantine: Command): void {
  const command = filtered(
    quarantine
      .command("list")
      .description(`counts by reason and plant, then the newest refusals (of ${DEFAULT_SINCE})`),
  )
    .option("--limit <n>", "refusals to show", parseCount, DEFAULT_LINES)
    .action(async (options: Filter & { limit: number }) => {
      const [{ surveyQuarantine }, { listLines }] = await Promise.all([
        import("../quarantine/survey.ts"),
        import("../quarantine/list-text.ts"),
      ]);
      const { places, now } = await open(options);
      const filter = { ...options, since: sinceOf(options)(now()) };
      const survey = await surveyQuarantine(places, filter, options.limit);
      if (options.json) sayJson({ since: filter.since, ...survey });
      else say(listLines(survey, filter.since));
    });
  withExample(
    command,
    "outfall quarantine list --since 24h --code station-unknown",
    "outfall quarantine list --plant sim-song-xanh-wwtp --json",
  );
}

function registerShow(quarantine: Command): void {
  const command = placed(
    quarantine
      .command("show")
      .description("one refusal: why, what to do, the payload")
      .argument("<id>", "as list prints it"),
  )
    .option("--full", "the whole payload, not its first lines")
    .option("--json", "one JSON object, the payload in base64")
    .action(async (id: string, options: Place & { full?: boolean; json?: boolean }) => {
      const [{ findOne }, { showLines }] = await Promise.all([
        import("../quarantine/find-one.ts"),
        import("../quarantine/show-text.ts"),
      ]);
      const { places } = await open(options);
      const { entry, payload } = await findOne(places, id);
      if (options.json) sayJson({ ...entry, payload: payload?.toString("base64") ?? null });
      else say(showLines(entry, payload, options.full ? Number.POSITIVE_INFINITY : undefined));
    });
  withExample(
    command,
    "outfall quarantine show w1.2026-11-23.57-0",
    "outfall quarantine show w1.2026-11-23.57-0 --json | jq -r .payload | base64 -d",
  );
}

function registerRetry(quarantine: Command): void {
  const command = filtered(
    quarantine
      .command("retry")
      .description("send refused messages again, as they came, if the registry takes them now")
      .argument("[ids...]", "as list prints them"),
  )
    .option("--all", `every refusal since --since (${DEFAULT_SINCE})`)
    .option("--again", "also those that were sent again already")
    .option("--dry-run", "say what would be sent, and send nothing")
    .option("--registry <folder>", "registry folder (OUTFALL_REGISTRY)")
    .action(async (ids: string[], options: RetryOptions) => {
      const { retryRefusals } = await import("../quarantine/retry-run.ts");
      const opened = await open(options);
      const outcome = await retryRefusals({
        ...opened,
        ids,
        filter: isNarrowed(options) ? { ...options, since: sinceOf(options)(opened.now()) } : undefined,
        again: options.again === true,
        dryRun: options.dryRun === true,
        most: MOST_RETRIED,
        env:
          options.registry === undefined
            ? process.env
            : { ...process.env, OUTFALL_REGISTRY: options.registry },
      });
      if (options.json) sayJson(outcome.json);
      else say(outcome.lines);
      process.exitCode = outcome.failed ? 1 : 0;
    });
  withExample(
    command,
    "outfall quarantine retry w1.2026-11-23.57-0",
    "outfall quarantine retry --code station-unknown --since 24h --dry-run",
  ).addHelpText(
    "after",
    "\nSends over MQTT (OUTFALL_MQTT_URL), so journal, ledger and duplicates work as for any message: an array goes\n" +
      "whole, and what is stored of it already counts as duplicate. Where the broker lets only stations publish, set\n" +
      "OUTFALL_MQTT_STATION_SECRET. Conflicts are never sent again. Ingest reads the registry when it starts.",
  );
}

const sinceOf = ({ since = parseSince(DEFAULT_SINCE) }: Filter): Since => since;

/** A filter that names something, or --all: a bare `retry` must not send everything. */
function isNarrowed({ all, code, plant, station }: RetryOptions): boolean {
  return all === true || code !== undefined || plant !== undefined || station !== undefined;
}

async function open({ data, worker }: Place) {
  const [{ findQuarantines }, { parseClock }] = await Promise.all([
    import("../quarantine/folders.ts"),
    import("#shared/runtime/clock.ts"),
  ]);
  const config = parseConfig(z.object(commonEnv), process.env);
  const places = await findQuarantines(data ?? config.OUTFALL_DATA_DIR, worker);
  return { places, now: parseClock(config.OUTFALL_CLOCK).now };
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError("expected a whole number from 1 on");
  return count;
}
