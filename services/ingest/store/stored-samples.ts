/** Reads stored samples back for the duplicate check. */
import type { Influx } from "#shared/influx/influx.ts";
import { isOneOf } from "#shared/influx/line.ts";
import type { Sample } from "#shared/reading/sample.ts";
import { EFFLUENT, samplesOf } from "#shared/reading/sample-points.ts";

const STATIONS_PER_QUERY = 200;

/** The newest `limit` samples of each station. */
export async function readNewest(
  influx: Influx,
  stations: readonly string[],
  limit: number,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let start = 0; start < stations.length; start += STATIONS_PER_QUERY) {
    const some = stations.slice(start, start + STATIONS_PER_QUERY);
    samples.push(
      ...samplesOf(
        await influx.query(
          `SELECT * FROM "raw"."${EFFLUENT}" WHERE ${isOneOf("station", some)} GROUP BY zone, plant, station ORDER BY time DESC LIMIT ${limit}`,
        ),
      ),
    );
  }
  return samples;
}

/** What is stored of these stations between the first and the last of these times. */
export async function readSpan(
  influx: Influx,
  stations: readonly string[],
  times: readonly number[],
): Promise<Sample[]> {
  const from = times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  const to = times.reduce((most, time) => Math.max(most, time), Number.NEGATIVE_INFINITY);
  return samplesOf(
    await influx.query(
      `SELECT * FROM "raw"."${EFFLUENT}" WHERE ${isOneOf("station", stations)} AND time >= ${from}ms AND time <= ${to}ms GROUP BY zone, plant, station`,
    ),
  );
}
