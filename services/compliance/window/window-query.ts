/** Stored rows behind windows. In: stations and a span; out: their samples by the time they cover, or their days. */

import type { Tally } from "#shared/coverage/tally.ts";
import { tallyOf } from "#shared/coverage/tally-points.ts";
import type { Influx } from "#shared/influx/influx.ts";
import { isOneOf } from "#shared/influx/line.ts";
import { numberOr, text, toRows } from "#shared/influx/rows.ts";
import type { Sample } from "#shared/reading/sample.ts";
import { EFFLUENT, samplesOf } from "#shared/reading/sample-points.ts";
import type { Station } from "#shared/station/station.ts";
import type { Window } from "#shared/window/calendar.ts";

/** Samples whose covered interval begins in the span, station by station, in order of time. */
export async function readSpan(
  influx: Influx,
  stations: readonly Station[],
  span: Window,
): Promise<Map<string, Sample[]>> {
  const byOffset = Map.groupBy(stations, (station) => station.coversFromOffsetMs);
  const found = new Map<string, Sample[]>();
  for (const [offset, some] of byOffset) {
    const ids = some.map((station) => station.id);
    const samples = samplesOf(
      await influx.query(
        `SELECT * FROM "raw"."${EFFLUENT}" WHERE ${isOneOf("station", ids)} AND time >= ${span.from - offset}ms AND time < ${span.to - offset}ms GROUP BY zone, plant, station`,
      ),
    );
    for (const sample of samples) {
      const list = found.get(sample.station);
      if (list === undefined) found.set(sample.station, [sample]);
      else list.push(sample);
    }
  }
  // a station that moved to another plant comes as two series
  for (const list of found.values()) list.sort((a, b) => a.time - b.time);
  return found;
}

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

/** Where the oldest record of all begins, ms since epoch: the start of the interval it covers, not its stamp. */
export async function readFirstTime(
  influx: Influx,
  stations: ReadonlyMap<string, Pick<Station, "coversFromOffsetMs">>,
): Promise<number | undefined> {
  const [first] = samplesOf(
    await influx.query(`SELECT * FROM "raw"."${EFFLUENT}" ORDER BY time ASC LIMIT 1`),
  );
  if (first === undefined) return undefined;
  return first.time + (stations.get(first.station)?.coversFromOffsetMs ?? 0);
}
