/** The newest records of all stations. In: now; out: a few samples a station, newest first, in one query (and one more, seldom, for the long silent). */
import type { Influx } from "#shared/influx/influx.ts";
import { isOneOf } from "#shared/influx/line.ts";
import type { Sample } from "#shared/reading/sample.ts";
import { EFFLUENT, samplesOf } from "#shared/reading/sample-points.ts";

export type LatestSamples = ReadonlyMap<string, readonly Sample[]>;

/** Records looked at a station: an analyser that reports every half hour stands in the last six of 5 minutes. */
const RECORDS = 6;
const RECENT_MS = 86_400_000;
const LOOK_BACK_EVERY_MS = 60_000;

/** Stations without a record for a day are looked up without a bound once a minute; their answer is kept in between. */
export function createLatest(
  influx: Pick<Influx, "query">,
  stationIds: readonly string[],
): (now: number) => Promise<LatestSamples> {
  let old: LatestSamples = new Map();
  let lookedBackAt = Number.NEGATIVE_INFINITY;

  async function read(where: string): Promise<LatestSamples> {
    const series = await influx.query(
      `SELECT * FROM "raw"."${EFFLUENT}" WHERE ${where} GROUP BY zone, plant, station ORDER BY time DESC LIMIT ${RECORDS}`,
    );
    const samples = samplesOf(series).sort((a, b) => b.time - a.time);
    return Map.groupBy(samples, (sample) => sample.station);
  }

  return async (now) => {
    const recent = await read(`time > ${Math.floor(now - RECENT_MS)}ms`);
    const missing = stationIds.filter((id) => !recent.has(id));
    const real = performance.now();
    if (missing.length > 0 && real - lookedBackAt > LOOK_BACK_EVERY_MS) {
      lookedBackAt = real;
      old = await read(`time <= ${Math.floor(now - RECENT_MS)}ms AND ${isOneOf("station", missing)}`);
    }
    return new Map([...old, ...recent]);
  };
}
