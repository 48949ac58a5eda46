/** Verdicts and summaries to InfluxDB and back. Late data makes a new revision and leaves the old one in `verdict_log`. */
import type { Influx } from "#shared/influx/influx.ts";
import { quote } from "#shared/influx/line.ts";
import type { StoredVerdict, Verdict } from "#shared/verdict/verdict.ts";
import { verdictLines, verdictsOf } from "#shared/verdict/verdict-points.ts";

const LINES_PER_WRITE = 10_000;

/** Writes lines in pieces InfluxDB takes. */
export async function writeRecords(influx: Influx, lines: readonly string[]): Promise<void> {
  for (let start = 0; start < lines.length; start += LINES_PER_WRITE) {
    await influx.write("record", lines.slice(start, start + LINES_PER_WRITE).join("\n"));
  }
}

export function firstRevisions(verdicts: readonly Verdict[], judgedAt: number): StoredVerdict[] {
  return verdicts.map((verdict) => ({ ...verdict, revision: 1, judgedAt }));
}

/** The verdicts that differ from what is stored, as the next revision of each. Pure. */
export function nextRevisions(
  verdicts: readonly Verdict[],
  stored: readonly StoredVerdict[],
  judgedAt: number,
): StoredVerdict[] {
  const known = new Map(stored.map((verdict) => [keyOf(verdict), verdict]));
  const changed: StoredVerdict[] = [];
  for (const verdict of verdicts) {
    const before = known.get(keyOf(verdict));
    if (before !== undefined && isSame(before, verdict)) continue;
    changed.push({ ...verdict, revision: (before?.revision ?? 0) + 1, judgedAt });
  }
  return changed;
}

export const storedLines = (verdicts: readonly StoredVerdict[]): string[] => verdicts.flatMap(verdictLines);

export async function readVerdicts(
  influx: Influx,
  where: { station: string; parameter?: string; from: number; to?: number },
): Promise<StoredVerdict[]> {
  const conditions = [`station = ${quote(where.station)}`, `time >= ${Math.floor(where.from)}ms`];
  if (where.parameter !== undefined) conditions.push(`parameter = ${quote(where.parameter)}`);
  if (where.to !== undefined) conditions.push(`time < ${Math.ceil(where.to)}ms`);
  return verdictsOf(await influx.query(`SELECT * FROM "record"."verdict" WHERE ${conditions.join(" AND ")}`));
}

const keyOf = ({ station, parameter, rule, from }: Verdict) => `${station}|${parameter}|${rule}|${from}`;

function isSame(a: Verdict, b: Verdict): boolean {
  return (
    a.outcome === b.outcome &&
    a.value === b.value &&
    a.usable === b.usable &&
    a.calibrating === b.calibrating &&
    a.faulty === b.faulty &&
    a.limitMin === b.limitMin &&
    a.limitMax === b.limitMax &&
    a.reason === b.reason
  );
}
