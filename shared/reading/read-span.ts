/** Stored samples of a span. In: stations and a span of covered time; out: their samples by station, in order of time. */
import type { Influx } from "#shared/influx/influx.ts";
import { isOneOf } from "#shared/influx/line.ts";
import type { Station } from "#shared/station/station.ts";
import type { Window } from "#shared/window/calendar.ts";
import type { Sample } from "./sample.ts";
import { EFFLUENT, samplesOf } from "./sample-points.ts";

/** Samples whose covered interval begins in the span, station by station, in order of time. */
export async function readSpan(
  influx: Pick<Influx, "query">,
  stations: readonly Pick<Station, "id" | "coversFromOffsetMs">[],
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
