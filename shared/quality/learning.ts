/**
 * How a parameter's memory learns. In: a value, a step or a run that has ended; out: streaming estimates of mean, variance,
 * steps and repeats, with a time constant of 25 h (TIM_DEV, P).
 */
import { isFlat } from "./flag.ts";
import { longestRun, repeatsIn, repeatsToLearn } from "./flat-line.ts";
import {
  EQUAL,
  habitOf,
  LAST,
  LONGEST,
  MEAN,
  RESULTS,
  STEP_PERCENTILE,
  STEP_SQUARE,
  STEPS,
  TESTS,
  VARIANCE,
} from "./state.ts";
import type { Thresholds } from "./thresholds.ts";

/** So many first differences before spike and rate of change say anything: an hour of five-minute records (P). */
export const LEAST_STEPS = 12;
/** 98th percentile of |x| where x is normal, over its standard deviation: where the estimate begins (D). */
const NORMAL_PERCENTILE = 2.33;
/** Step of the percentile's estimate, as a share of it, over the share of the time constant: 1 / (2 z φ(z)) at z = 2.33 (D). */
const PERCENTILE_GAIN = 8;
const LARGEST_GAIN = 0.2;

/** Takes the value before, of which it is known now that it was no spike, into mean and variance of the series. */
export function learnValue(state: Float64Array, at: number, weight: number): void {
  const away = (state[at + LAST] as number) - (state[at + MEAN] as number);
  state[at + MEAN] = (state[at + MEAN] as number) + weight * away;
  state[at + VARIANCE] = (1 - weight) * ((state[at + VARIANCE] as number) + weight * away * away);
}

/** A step out of the ordinary counts as the largest ordinary one, so that it does not hide the next. */
export function learnStep(
  state: Float64Array,
  at: number,
  thresholds: Thresholds,
  step: number,
  weight: number,
): void {
  const steps = state[at + STEPS] as number;
  const meanSquare = state[at + STEP_SQUARE] as number;
  let square = step * step;
  if (steps >= LEAST_STEPS) {
    const least = thresholds.leastStep * thresholds.leastStep;
    square = Math.min(square, Math.max(least, 9 * Math.max(meanSquare, state[at + VARIANCE] as number)));
  }
  const learnt = meanSquare + weight * (square - meanSquare);
  state[at + STEP_SQUARE] = learnt;
  state[at + STEPS] = steps + 1;
  if (steps < LEAST_STEPS) state[at + STEP_PERCENTILE] = NORMAL_PERCENTILE * Math.sqrt(learnt);
  else learnPercentile(state, at, thresholds, Math.abs(step), weight);
}

/** Stochastic approximation: up by p where a step is larger, down by 1 − p where it is not; at rest, p of them are not larger. */
function learnPercentile(
  state: Float64Array,
  at: number,
  { spikePercentile, leastStep }: Thresholds,
  size: number,
  weight: number,
): void {
  const gain = Math.min(LARGEST_GAIN, PERCENTILE_GAIN * weight);
  const percentile = state[at + STEP_PERCENTILE] as number;
  const moved = size > percentile ? spikePercentile : spikePercentile - 1;
  // what has come down to nothing could not grow again
  state[at + STEP_PERCENTILE] = Math.max(leastStep / 4, percentile * (1 + gain * moved));
}

/** A run has ended: so many results equalled the one before, then one did not. */
export function learnRun(state: Float64Array, at: number, thresholds: Thresholds, stoodMs: number): void {
  if (stoodMs < thresholds.cycleMs / 2) {
    // nearly always: the next result is another one
    state[at + EQUAL] = thresholds.keptEachCycle * (state[at + EQUAL] as number);
    state[at + RESULTS] = thresholds.keptEachCycle * (state[at + RESULTS] as number) + 1;
    return;
  }
  const counted = repeatsIn(stoodMs, thresholds);
  const repeats = isFlat(state[at + TESTS] as number)
    ? repeatsToLearn(counted, habitOf(state, at), thresholds)
    : counted;
  state[at + LONGEST] = longestRun(state[at + LONGEST] as number, stoodMs, thresholds);
  const kept = thresholds.keptEachCycle ** (repeats + 1);
  state[at + EQUAL] = kept * (state[at + EQUAL] as number) + repeats;
  state[at + RESULTS] = kept * (state[at + RESULTS] as number) + repeats + 1;
}

/** A plain mean at first, then one that forgets. */
export function weightOf(sinceMs: number, { weightEachMs }: Thresholds, known: number): number {
  const weight = sinceMs * weightEachMs;
  return weight * (known + 1) < 1 ? 1 / (known + 1) : Math.min(1, weight);
}
