/** Readings of one station. In: station, span, limit; out: samples newest first, from `effluent`. */
import type { Influx } from "#shared/influx/influx.ts";
import { quote } from "#shared/influx/line.ts";
import type { Sample } from "#shared/reading/sample.ts";
import { EFFLUENT, samplesOf } from "#shared/reading/sample-points.ts";

export interface ReadingSpan {
  readonly station: string;
  /** ms since epoch, both inclusive. */
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  /** Only this parameter; all when undefined. Plain by the registry's rules. */
  readonly parameter?: string | undefined;
}

export async function readSamples(influx: Pick<Influx, "query">, span: ReadingSpan): Promise<Sample[]> {
  const key = span.parameter;
  const columns = key === undefined ? "*" : `"${key}", "${key}_withheld", "${key}_flag", "received"`;
  const series = await influx.query(
    `SELECT ${columns} FROM "raw"."${EFFLUENT}" WHERE station = ${quote(span.station)} ` +
      `AND time >= ${span.from}ms AND time <= ${span.to}ms ` +
      `GROUP BY zone, plant, station ORDER BY time DESC LIMIT ${span.limit}`,
  );
  const samples = samplesOf(series);
  // a station that moved is several series; and a row without the asked parameter says nothing about it
  return samples
    .filter((sample) => sample.readings.length > 0)
    .sort((a, b) => b.time - a.time)
    .slice(0, span.limit);
}
