/**
 * What is remembered of one parameter of a station: STATE numbers from `at` on in an array that stations share, whatever
 * its age. No past values are kept.
 */
import { type Habit, shareOfRepeats } from "./flat-line.ts";
import type { Thresholds } from "./thresholds.ts";

/** Numbers a parameter takes. */
export const STATE = 15;

/** Time of the newest reading, measured or not. */
export const TIME = 0;
/** Its value; NaN where it cannot be compared with the next: calibration, fault, failed range, censored. */
export const LAST = 1;
/** What the tests said of it; a run once called flat stays so. */
export const TESTS = 2;
/** The last value of the run before; NaN after a gap. */
export const BEFORE = 3;
/** First value of the run of equal values that `LAST` belongs to, and its time. */
export const ANCHOR = 4;
export const SINCE = 5;
export const SUSPENDED_UNTIL = 6;
/** Series: mean and variance. */
export const MEAN = 7;
export const VARIANCE = 8;
/** First differences: mean square, percentile of their size, how many. */
export const STEP_SQUARE = 9;
export const STEP_PERCENTILE = 10;
export const STEPS = 11;
/** Results that equalled the one before, and all. */
export const EQUAL = 12;
export const RESULTS = 13;
/** The longest run of equal results, ms. */
export const LONGEST = 14;

/** Nothing known yet. */
export function forgetAll(state: Float64Array, at: number): void {
  state.fill(0, at, at + STATE);
  state[at + TIME] = -Infinity;
  state[at + LAST] = Number.NaN;
  state[at + BEFORE] = Number.NaN;
  state[at + ANCHOR] = Number.NaN;
  state[at + SUSPENDED_UNTIL] = -Infinity;
}

/** A reading that cannot be compared with its neighbours stands at `time`. */
export function interrupt(state: Float64Array, at: number, time: number): void {
  state[at + TIME] = time;
  state[at + LAST] = Number.NaN;
}

/** The instrument is being calibrated: rate of change waits until the buffer is washed out. */
export function suspend(state: Float64Array, at: number, time: number, thresholds: Thresholds): void {
  interrupt(state, at, time);
  state[at + SUSPENDED_UNTIL] = time + thresholds.afterCalibrationMs;
}

/** How often this instrument's results equal the one before. */
export function repeatShare(state: Float64Array, at: number): number {
  return shareOfRepeats(state[at + EQUAL] as number, state[at + RESULTS] as number);
}

/** How it repeats itself, for the flat line. */
export function habitOf(state: Float64Array, at: number): Habit {
  return { share: repeatShare(state, at), longestMs: state[at + LONGEST] as number };
}
