/** What `outfall judge` prints: verdicts to stdout, faults and a summary to stderr. In: options; out: the exit code. */
import { once } from "node:events";
import { sweepZones } from "#services/compliance/presence/sweep-zones.ts";
import { followFeed } from "#shared/incident/follow-feed.ts";
import type { IncidentEvent } from "#shared/incident/incident.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import type { StoredVerdict } from "#shared/verdict/verdict.ts";
import { instantOf } from "../instant.ts";
import { tableLines } from "../table.ts";
import { incidentLine } from "./incident-json.ts";
import { type JudgeSummary, judgeFile } from "./judge-run.ts";
import { createVerdictPrinter } from "./verdict-json.ts";
import { prepareMailFolder, writeMails } from "./write-mails.ts";

export interface PrintOptions {
  readonly registry: string;
  readonly readings: string;
  /** A day, or an instant with its offset. */
  readonly until?: string | undefined;
  readonly revisions?: boolean | undefined;
  /** Transitions of incidents after the verdicts. */
  readonly incidents?: boolean | undefined;
  /** Folder for the mails that the transitions would make. */
  readonly mails?: string | undefined;
  readonly json?: boolean | undefined;
  readonly mostFaults: number;
}

/** 0; 1 where lines were refused. */
export async function printJudgement(options: PrintOptions): Promise<number> {
  const registry = await loadRegistry(options.registry);
  if (options.mails !== undefined) await prepareMailFolder(options.mails);
  const follows = options.incidents === true || options.mails !== undefined;
  const printer = createVerdictPrinter(registry.settings.timeZone, registry.settings.rules.finalAfter);
  const asTable = options.json !== true && process.stdout.isTTY;
  const faults = createFaultPrinter(options.mostFaults);
  const pieces: string[] = [];
  const rows: string[][] = [];
  const transitions: IncidentEvent[] = [];
  let begin = Number.POSITIVE_INFINITY;
  const summary = await judgeFile({
    registry,
    file: options.readings,
    until:
      options.until === undefined
        ? undefined
        : instantOf("--until", options.until, registry.settings.timeZone),
    revisions: options.revisions ?? false,
    onFault: faults.print,
    onRevisions: follows
      ? (all) => {
          for (const event of followFeed(registry, all)) transitions.push(event);
        }
      : undefined,
    onStation(verdicts, _samples, { from, until }) {
      begin = Math.min(begin, from);
      if (asTable) for (const verdict of verdicts) rows.push(rowOf(verdict, printer.time));
      else pieces.push(verdicts.map((verdict) => `${printer.line(verdict, until)}\n`).join(""));
    },
  });
  if (asTable) await write(`${tableLines(HEAD, rows).join("\n")}\n`);
  for (const piece of pieces) await write(piece);
  // a zone that has no plant has none from the feed's first day on
  if (follows && Number.isFinite(begin))
    transitions.push(...sweepZones(registry, begin, () => undefined, begin));
  transitions.sort((a, b) => a.recordedAt - b.recordedAt);
  if (options.incidents)
    await write(transitions.map((event) => `${incidentLine(event, printer.time)}\n`).join(""));
  faults.end();
  if (options.mails !== undefined)
    process.stderr.write(mailsText(await writeMails(registry, transitions, options.mails), options.mails));
  if (summary.samples === 0) {
    process.stderr.write(`${options.readings}: expected records, found none that could be judged\n`);
    return 1;
  }
  process.stderr.write(summaryText(summary, printer.time));
  return summary.refused > 0 || faults.count() > 0 ? 1 : 0;
}

const HEAD = ["station", "parameter", "rule", "from", "outcome", "value", "limit", "ratio", "reason"];

function rowOf(verdict: StoredVerdict, time: (instant: number) => string): string[] {
  const { station, parameter, rule, from, outcome, value, limitMin, limitMax, ratio, reason } = verdict;
  const shown = (figure: number | null) => (figure === null ? "" : String(Number(figure.toPrecision(6))));
  const limit = [limitMin, limitMax].filter((figure) => figure !== null).join("–");
  return [station, parameter, rule, time(from), outcome, shown(value), limit, shown(ratio), reason];
}

function summaryText(summary: JudgeSummary, time: (instant: number) => string): string {
  const { stations, samples, readings, verdicts, duplicates, conflicts, refused, notJudged } = summary;
  const counted = `judged as of ${time(summary.until)}: ${stations} stations, ${samples} records (${readings} readings), ${verdicts} verdicts`;
  const apart = `${duplicates} duplicates, ${conflicts} conflicts, ${refused} refused`;
  const unknown = [...notJudged].map(
    ([key, count]) => `not judged, unknown parameter: ${key}, ${count} readings`,
  );
  const silent = summary.withoutVerdict.map(
    (station) => `no verdict: ${station}; no limit holds for what it sends, or no window of it has ended`,
  );
  return `${[counted, apart, ...unknown, ...silent].join("\n")}\n`;
}

function mailsText(counts: ReadonlyMap<string, number>, folder: string): string {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const each = [...counts].map(([contact, count]) => `${contact} ${count}`).join(", ");
  return `${total} mails in ${folder}${each === "" ? "" : `: ${each}`}\n`;
}

async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, "drain");
}

/** The first faults in full, then their number. */
function createFaultPrinter(most: number) {
  let count = 0;
  return {
    count: () => count,
    print(message: string) {
      count += 1;
      if (count <= most) process.stderr.write(`${message}\n`);
    },
    end() {
      if (count > most) process.stderr.write(`and ${count - most} more\n`);
    },
  };
}
