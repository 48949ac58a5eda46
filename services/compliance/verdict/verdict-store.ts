/** Verdicts and summaries to InfluxDB and back. Late data makes a new revision and leaves the old one in `verdict_log`. */
import type { Influx } from "#shared/influx/influx.ts";
import { isOneOf, quote } from "#shared/influx/line.ts";
import type { StoredVerdict } from "#shared/verdict/verdict.ts";
import { verdictLines, verdictsOf } from "#shared/verdict/verdict-points.ts";

/** Wide rows with texts: more at once and a busy database answers with a timeout. */
const LINES_PER_WRITE = 2_500;

/** Writes lines in pieces InfluxDB takes. */
export async function writeRecords(influx: Influx, lines: readonly string[]): Promise<void> {
  for (let start = 0; start < lines.length; start += LINES_PER_WRITE) {
    await influx.write("record", lines.slice(start, start + LINES_PER_WRITE).join("\n"));
  }
}

export const storedLines = (verdicts: readonly StoredVerdict[]): string[] => verdicts.flatMap(verdictLines);

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
