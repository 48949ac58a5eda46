/** Stored rows behind windows. In: a station and a span; out: its days, or where the oldest record of all begins. */
import type { Tally } from "#shared/coverage/tally.ts";
import { tallyOf } from "#shared/coverage/tally-points.ts";
import type { Influx } from "#shared/influx/influx.ts";
import { isOneOf } from "#shared/influx/line.ts";
import { numberOr, text, toRows } from "#shared/influx/rows.ts";
import type { Station } from "#shared/station/station.ts";
import type { Window } from "#shared/window/calendar.ts";

/** Tallies of the days that begin in the span, by parameter and the day's start. */
export async function readDays(
  influx: Influx,
  station: Pick<Station, "id">,
  span: Window,
): Promise<Map<string, Map<number, Tally>>> {
  const rows = toRows(
    await influx.query(
      `SELECT * FROM "record"."day" WHERE ${isOneOf("station", [station.id])} AND time >= ${span.from}ms AND time < ${span.to}ms`,
    ),
  );
  const found = new Map<string, Map<number, Tally>>();
  for (const row of rows) {
    const parameter = text(row.parameter);
    const days = found.get(parameter) ?? new Map<number, Tally>();
    found.set(parameter, days.set(numberOr(row.time, 0), tallyOf(row)));
  }
  return found;
}
