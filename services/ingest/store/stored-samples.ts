/** Reads stored samples back: the newest of a station when it is first heard of, and those at given times. */
import type { Influx } from "#shared/influx/influx.ts";
import { isOneOf, quote } from "#shared/influx/line.ts";
import type { Sample } from "#shared/reading/sample.ts";
import { EFFLUENT, samplesOf } from "#shared/reading/sample-points.ts";

type Reader = Pick<Influx, "query">;

/** Rows one query may answer with, about: an answer is held whole, as text and as objects. */
const ROWS_PER_QUERY = 20_000;
const STATIONS_PER_QUERY = 500;
/** Records come every few minutes: the rows between two times are at most about this many an hour. */
const ROWS_PER_HOUR = 12;
const HOUR_MS = 3_600_000;
/** Times of a station further apart than this are read one by one, not with all that lies between. */
const SPAN_GAP_MS = 6 * HOUR_MS;

const GROUPED = "GROUP BY zone, plant, station";

/** Hands the newest `limit` samples of each station on, some stations at a time: all at once would fill the memory. */
export async function readNewest(
  influx: Reader,
  stations: readonly string[],
  limit: number,
  onRead: (stations: readonly string[], samples: readonly Sample[]) => void,
): Promise<void> {
  const size = Math.max(1, Math.min(STATIONS_PER_QUERY, Math.floor(ROWS_PER_QUERY / limit)));
  for (const some of inGroups(stations, size)) {
    const series = await influx.query(
      `SELECT * FROM "raw"."${EFFLUENT}" WHERE ${isOneOf("station", some)} ${GROUPED} ORDER BY time DESC LIMIT ${limit}`,
    );
    onRead(some, samplesOf(series));
  }
}

type Wanted = Pick<Sample, "station" | "time">;

/** Samples stored at the stations and times of these; others may come along. */
export async function readAt(influx: Reader, wanted: readonly Wanted[]): Promise<Sample[]> {
  const found: Sample[] = [];
  if (wanted.length === 0) return found;
  const byStation = Map.groupBy(wanted, ({ station }) => station);
  const [from, to] = rangeOf(wanted.map(({ time }) => time));
  const rowsEach = 1 + ((to - from) / HOUR_MS) * ROWS_PER_HOUR;
  // many stations at about one time are one question; few stations far apart in time are one each
  if (rowsEach * byStation.size <= ROWS_PER_QUERY + 2 * wanted.length) {
    const size = Math.max(1, Math.min(STATIONS_PER_QUERY, Math.floor(ROWS_PER_QUERY / rowsEach)));
    for (const some of inGroups([...byStation.keys()], size)) {
      found.push(...(await readSpan(influx, isOneOf("station", some), from, to)));
    }
    return found;
  }
  for (const [station, samples] of byStation) {
    for (const [start, end] of spansOf(samples.map(({ time }) => time))) {
      found.push(...(await readSpan(influx, `station = ${quote(station)}`, start, end)));
    }
  }
  return found;
}

async function readSpan(influx: Reader, where: string, from: number, to: number): Promise<Sample[]> {
  return samplesOf(
    await influx.query(
      `SELECT * FROM "raw"."${EFFLUENT}" WHERE ${where} AND time >= ${from}ms AND time <= ${to}ms ${GROUPED}`,
    ),
  );
}

/** Times as runs without a large gap, each [first, last]. */
function spansOf(times: readonly number[]): [number, number][] {
  const spans: [number, number][] = [];
  for (const time of times.toSorted((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last !== undefined && time - last[1] <= SPAN_GAP_MS) last[1] = time;
    else spans.push([time, time]);
  }
  return spans;
}

function rangeOf(times: readonly number[]): [number, number] {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const time of times) {
    from = Math.min(from, time);
    to = Math.max(to, time);
  }
  return [from, to];
}

function* inGroups<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
