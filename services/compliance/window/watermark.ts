/** How far windows have been judged, per rule, kept in InfluxDB: downtime skips none. */
import type { Influx } from "#shared/influx/influx.ts";
import { integer, line } from "#shared/influx/line.ts";
import { numberOrNull, text, toRows } from "#shared/influx/rows.ts";
import type { WindowRule } from "#shared/verdict/verdict.ts";

/** One point a rule: the time is fixed, so the newest value replaces the last. */
const FIXED_TIME = 0;

export async function readWatermarks(influx: Influx): Promise<Partial<Record<WindowRule, number>>> {
  const rows = toRows(await influx.query('SELECT * FROM "record"."watermark" WHERE time <= 1ms'));
  const marks: Partial<Record<WindowRule, number>> = {};
  for (const row of rows) {
    const until = numberOrNull(row.until);
    const rule = text(row.rule);
    if (until !== null && (rule === "hour" || rule === "day")) marks[rule] = until;
  }
  return marks;
}

export function watermarkLine(rule: WindowRule, until: number): string {
  return line("watermark", { rule }, { until: integer(until) }, FIXED_TIME);
}
