/**
 * What each station has stored lately, to tell new samples from resent ones without asking the database. Per
 * station a ring of times with a checksum of the values; times before the ring are looked up.
 */
import { crc32 } from "node:zlib";
import type { Sample } from "#shared/reading/sample.ts";

/** Times a station keeps in memory: more than two days of five-minute records. */
export const RING = 600;

export interface StationHistory {
  /** Checksum of the values stored at this time, or undefined when there are none. Only sure from `completeFrom` on. */
  at(time: number): number | undefined;
  set(time: number, checksum: number): void;
  /** Every stored time from here on is in the ring; -Infinity when the ring holds all there is. */
  readonly completeFrom: number;
}

/** Order matters: a resend has the same bytes; where only the order differs, the stored row decides. */
export function checksumOf(sample: Pick<Sample, "readings">): number {
  let text = "";
  for (const { parameter, value, flag } of sample.readings) text += `${parameter}=${value}/${flag},`;
  return crc32(text);
}

/** @param stored the newest samples in the database, at most RING of them; fewer means these are all. */
export function createHistory(stored: readonly Pick<Sample, "time" | "readings">[]): StationHistory {
  const ring = new Map<number, number>();
  for (const sample of stored) ring.set(sample.time, checksumOf(sample));
  let completeFrom = stored.length < RING ? Number.NEGATIVE_INFINITY : Math.min(...ring.keys());
  return {
    at: (time) => ring.get(time),
    set(time, checksum) {
      ring.set(time, checksum);
      if (ring.size < 2 * RING) return;
      const times = Float64Array.from(ring.keys()).sort();
      for (const old of times.subarray(0, times.length - RING)) ring.delete(old);
      completeFrom = times[times.length - RING] ?? completeFrom;
    },
    get completeFrom() {
      return completeFrom;
    },
  };
}
