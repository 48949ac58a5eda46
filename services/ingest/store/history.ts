/**
 * What each station has stored lately, to tell new samples from resent ones without asking the database. Per
 * station the latest times, ascending, each with a checksum of the values; times before them are looked up.
 */
import type { Sample } from "#shared/reading/sample.ts";
import { receivedValue, statusLetter } from "./compare.ts";

/** Times a station keeps in memory: more than two days of five-minute records. */
export const RING = 600;

export interface StationHistory {
  /** Checksum of the values stored at this time, or undefined when there are none. Only sure from `completeFrom` on. */
  at(time: number): number | undefined;
  set(time: number, checksum: number): void;
  /** Not stored after all: the database refused it. */
  forget(time: number): void;
  /** Every stored time from here on is in the ring; -Infinity when the ring holds all there is. */
  readonly completeFrom: number;
}

/** Scratch space: nothing is kept in it. */
const bits = new DataView(new ArrayBuffer(8));

/**
 * 53 bits of the values (two 32-bit lanes, multiplied and shifted). Order matters: a resend has the same bytes; where
 * only the order differs, the stored row decides.
 */
export function checksumOf(sample: Pick<Sample, "readings">): number {
  let high = 0x5eadbeef;
  let low = 0x41c6ce57;
  for (const reading of sample.readings) {
    const { parameter } = reading;
    const value = receivedValue(reading);
    for (let index = 0; index < parameter.length; index += 1) {
      const letter = parameter.charCodeAt(index);
      high = Math.imul(high ^ letter, LANE_HIGH);
      low = Math.imul(low ^ letter, LANE_LOW);
    }
    // no letter is this large: it ends the name, and tells null from 0
    const end = statusLetter(reading) | (value === null ? 0x20000 : 0x10000);
    // -0 is stored as 0
    bits.setFloat64(0, (value ?? 0) + 0);
    const first = bits.getInt32(0);
    const second = bits.getInt32(4);
    high = mixed(mixed(mixed(high, end, LANE_HIGH), first, LANE_HIGH), second, LANE_HIGH);
    low = mixed(mixed(mixed(low, end, LANE_LOW), second, LANE_LOW), first, LANE_LOW);
  }
  high = mixed(high, low >>> 13, LANE_HIGH);
  low = mixed(low, high >>> 16, LANE_LOW);
  return 0x1_0000_0000 * (low & 0x1f_ffff) + (high >>> 0);
}

const LANE_HIGH = 2_654_435_761;
const LANE_LOW = 1_597_334_677;

/** The multiplication carries bits upwards, the shift brings them down again. */
function mixed(state: number, word: number, factor: number): number {
  const product = Math.imul(state ^ word, factor);
  return product ^ (product >>> 15);
}

const FIRST_CAPACITY = 32;

/** @param stored the newest samples in the database, at most `asked` of them; fewer means these are all. */
export function createHistory(
  stored: readonly Pick<Sample, "time" | "readings">[],
  asked: number = RING,
): StationHistory {
  let times = new Float64Array(FIRST_CAPACITY);
  let checksums = new Float64Array(FIRST_CAPACITY);
  let size = 0;
  let completeFrom = Number.NEGATIVE_INFINITY;

  /** The place of the time, or where it belongs. Nearly always the end: stations send in order. */
  function placeOf(time: number): number {
    if (size === 0 || time > (times[size - 1] as number)) return size;
    let low = 0;
    let high = size - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((times[middle] as number) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function insert(place: number, time: number, checksum: number): void {
    if (size === times.length) {
      const capacity = Math.min(2 * RING, 2 * size);
      times = grown(times, capacity);
      checksums = grown(checksums, capacity);
    }
    times.copyWithin(place + 1, place, size);
    checksums.copyWithin(place + 1, place, size);
    times[place] = time;
    checksums[place] = checksum;
    size += 1;
  }

  const set = (time: number, checksum: number) => {
    const place = placeOf(time);
    if (place < size && times[place] === time) {
      checksums[place] = checksum;
      return;
    }
    insert(place, time, checksum);
    if (size < 2 * RING) return;
    // the newest half stays: room again for as many
    times.copyWithin(0, size - RING, size);
    checksums.copyWithin(0, size - RING, size);
    size = RING;
    // what was put in below the known stretch does not make what lies between known
    completeFrom = Math.max(completeFrom, times[0] as number);
  };

  for (const sample of stored) set(sample.time, checksumOf(sample));
  if (stored.length >= asked) completeFrom = times[0] as number;

  return {
    at(time) {
      const place = placeOf(time);
      return place < size && times[place] === time ? checksums[place] : undefined;
    },
    set,
    forget(time) {
      const place = placeOf(time);
      if (place >= size || times[place] !== time) return;
      times.copyWithin(place, place + 1, size);
      checksums.copyWithin(place, place + 1, size);
      size -= 1;
    },
    get completeFrom() {
      return completeFrom;
    },
  };
}

function grown(from: Float64Array<ArrayBuffer>, capacity: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(capacity);
  larger.set(from);
  return larger;
}
