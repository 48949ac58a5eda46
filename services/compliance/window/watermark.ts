/** How far windows have been judged, per rule, kept in InfluxDB: downtime skips none. */
import type { Influx } from "#shared/influx/influx.ts";
import { integer, line } from "#shared/influx/line.ts";
import { numberOrNull, text, toRows } from "#shared/influx/rows.ts";
import type { PlainRule } from "#shared/window/calendar.ts";

export type Watermarks = Readonly<Partial<Record<PlainRule, number>>>;

/** One point a rule: the time is fixed, so the newest value replaces the last. */
const FIXED_TIME = 0;
const isPlain = (rule: string): rule is PlainRule => rule === "hour" || rule === "day" || rule === "month";

export async function readWatermarks(influx: Influx): Promise<Watermarks> {
  const rows = toRows(await influx.query('SELECT * FROM "record"."watermark" WHERE time <= 1ms'));
  const marks: Partial<Record<PlainRule, number>> = {};
  for (const row of rows) {
    const until = numberOrNull(row.until);
    const rule = text(row.rule);
    if (until !== null && isPlain(rule)) marks[rule] = until;
  }
  return marks;
}

export function watermarkLine(rule: PlainRule, until: number): string {
  return line("watermark", { rule }, { until: integer(until) }, FIXED_TIME);
}
