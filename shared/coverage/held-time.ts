/**
 * Readings as time. In: the samples of one station in order; out: for each parameter the stretches of time that its
 * readings hold, with value and state. A reading holds from the start of the interval its record covers until the next
 * record that has the parameter, at most one interval, an analyser's one cycle (docs/judgement.md). Pure.
 *
 * Side by side in plain arrays: a month of a country passes here.
 */
import type { Reading, Sample } from "#shared/reading/sample.ts";
import type { Rules } from "#shared/registry/schema.ts";
import { cycleMsOf } from "#shared/station/cycle.ts";
import type { Station } from "#shared/station/station.ts";

/** What a stretch of time counts as. `AT_LEAST` is usable, its value being the top of the instrument's range. */
export const USABLE = 0;
export const AT_LEAST = 1;
export const CALIBRATING = 2;
export const FAULTY = 3;
/** A quality test failed it. */
export const FAILED = 4;
/** Too soon after calibrating. */
export const WITHHELD = 5;
export type HeldState = 0 | 1 | 2 | 3 | 4 | 5;

/** Stretches in order of time, none overlapping: [from, to) in ms since epoch. */
export interface HeldTime {
  readonly from: number[];
  readonly to: number[];
  /** NaN where there is none. */
  readonly value: number[];
  readonly state: HeldState[];
}

/** Whether it counts in means and limits. */
export const counts = (state: HeldState): boolean => state <= AT_LEAST;

export type HeldTimes = ReadonlyMap<string, HeldTime>;

interface Track {
  readonly parameter: string;
  readonly held: HeldTime;
  readonly holdMs: number;
  readonly withholdMs: number;
  /** End of the calibrating time seen last. */
  calibratedUntil: number;
}

type Described = Pick<Station, "parameters" | "intervalMs" | "coversFromOffsetMs">;

/** @param samples in order of time, each time once */
export function holdReadings(
  station: Described,
  samples: readonly Pick<Sample, "time" | "readings">[],
  rules: Pick<Rules, "afterCalibration">,
): HeldTimes {
  const tracks = new Map<string, Track>();
  const { coversFromOffsetMs } = station;
  /** Records have their parameters in one order, as a rule: the track of each place in the last one. */
  const inPlace: Track[] = [];
  for (const { time, readings } of samples) {
    const start = time + coversFromOffsetMs;
    for (let place = 0; place < readings.length; place += 1) {
      const reading = readings[place] as Reading;
      let track = inPlace[place];
      if (track?.parameter !== reading.parameter) {
        track = trackOf(reading.parameter);
        inPlace[place] = track;
      }
      hold(track, start, reading);
    }
  }
  return new Map([...tracks].map(([parameter, { held }]) => [parameter, held]));

  function trackOf(parameter: string): Track {
    let track = tracks.get(parameter);
    if (track === undefined) {
      track = createTrack(station, parameter, rules);
      tracks.set(parameter, track);
    }
    return track;
  }
}

function createTrack(
  station: Described,
  parameter: string,
  { afterCalibration }: Pick<Rules, "afterCalibration">,
): Track {
  const declared = station.parameters[parameter];
  const holdMs = cycleMsOf(parameter, declared, station.intervalMs);
  return {
    parameter,
    held: { from: [], to: [], value: [], state: [] },
    holdMs,
    withholdMs: declared?.instrument === "analyser" ? holdMs : afterCalibration,
    calibratedUntil: -Infinity,
  };
}

function hold(track: Track, start: number, reading: Reading): void {
  const { held, holdMs } = track;
  const last = held.from.length - 1;
  if (last >= 0) {
    if ((held.to[last] as number) > start) held.to[last] = start;
    if (held.state[last] === CALIBRATING) track.calibratedUntil = held.to[last] as number;
  }
  held.from.push(start);
  held.to.push(start + holdMs);
  held.value.push(reading.value ?? Number.NaN);
  held.state.push(stateOf(reading, start - track.calibratedUntil < track.withholdMs));
}

function stateOf({ value, status, flag, censored }: Reading, isTooSoon: boolean): HeldState {
  if (status === "fault" || value === null) return FAULTY;
  if (status === "calibrating" || flag === 2) return CALIBRATING;
  if (flag === 4 || flag === 9) return FAILED;
  if (isTooSoon) return WITHHELD;
  return censored === undefined ? USABLE : AT_LEAST;
}

/**
 * How far before a window its records can reach into it, ms: what has to be read with it. A reading that holds into it may be
 * withheld because of calibrating time that began so much earlier.
 */
export function reachMs(station: Described, rules: Pick<Rules, "afterCalibration">): number {
  const holds = Object.entries(station.parameters).map(([parameter, declared]) =>
    cycleMsOf(parameter, declared, station.intervalMs),
  );
  const longest = Math.max(station.intervalMs, ...holds);
  return 2 * longest + Math.max(longest, rules.afterCalibration);
}

/** Place of the first stretch that ends after `time`. */
export function firstEndingAfter({ to }: HeldTime, time: number): number {
  let low = 0;
  let high = to.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((to[middle] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
