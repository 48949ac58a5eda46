/** Verdicts and summaries to InfluxDB and back. Late data makes a new revision and moves the old one to `verdict_log`. */
import type { Influx } from "#shared/influx/influx.ts";
import { isOneOf, quote } from "#shared/influx/line.ts";
import { verdictKey } from "#shared/verdict/revisions.ts";
import type { StoredVerdict } from "#shared/verdict/verdict.ts";
import { supersededLine, verdictLine, verdictsOf } from "#shared/verdict/verdict-points.ts";

/** Wide rows with texts: more at once and a busy database answers with a timeout. */
const LINES_PER_WRITE = 2_500;

/** Writes lines in pieces InfluxDB takes. */
export async function writeRecords(influx: Influx, lines: readonly string[]): Promise<void> {
  for (let start = 0; start < lines.length; start += LINES_PER_WRITE) {
    await influx.write("record", lines.slice(start, start + LINES_PER_WRITE).join("\n"));
  }
}

/**
 * @param known what stood before, by `verdictKey`: a revision that is replaced goes to the log, in front of its successor, so
 * that it is never in neither
 */
export function storedLines(
  verdicts: readonly StoredVerdict[],
  known: ReadonlyMap<string, StoredVerdict> = new Map(),
): string[] {
  return verdicts.flatMap((verdict) => {
    const before = known.get(verdictKey(verdict));
    return before === undefined ? [verdictLine(verdict)] : [supersededLine(before), verdictLine(verdict)];
  });
}

export async function readVerdicts(
  influx: Influx,
  where: { station: string; parameter?: string; rules?: readonly string[]; from: number; to?: number },
): Promise<StoredVerdict[]> {
  const conditions = [`station = ${quote(where.station)}`, `time >= ${Math.floor(where.from)}ms`];
  if (where.parameter !== undefined) conditions.push(`parameter = ${quote(where.parameter)}`);
  if (where.rules !== undefined) conditions.push(isOneOf("rule", where.rules));
  if (where.to !== undefined) conditions.push(`time < ${Math.ceil(where.to)}ms`);
  return verdictsOf(await influx.query(`SELECT * FROM "record"."verdict" WHERE ${conditions.join(" AND ")}`));
}
