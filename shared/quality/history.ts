/**
 * A value against its past. In: one value after another of a parameter, in the order of time; out: bits of `flag.ts` for it,
 * and whether the value before was a spike.
 */
import { isFlat, RATE_OF_CHANGE } from "./flag.ts";
import { flatLine } from "./flat-line.ts";
import { isGap } from "./gap.ts";
import { LEAST_STEPS, learnRun, learnStep, learnValue, weightOf } from "./learning.ts";
import { isAbrupt } from "./rate-of-change.ts";
import { isSpike } from "./spike.ts";
import {
  ANCHOR,
  BEFORE,
  habitOf,
  LAST,
  SINCE,
  STEP_PERCENTILE,
  STEP_SQUARE,
  STEPS,
  SUSPENDED_UNTIL,
  TESTS,
  TIME,
  VARIANCE,
} from "./state.ts";
import type { Thresholds } from "./thresholds.ts";

/** Bit beside those of `flag.ts`: the value before was a spike. */
export const SPIKE_BEFORE = 1 << 16;

/** @param valueTests  what the tests of the value alone said; none of them failed it */
export function follow(
  state: Float64Array,
  at: number,
  thresholds: Thresholds,
  time: number,
  value: number,
  valueTests: number,
): number {
  const lastTime = state[at + TIME] as number;
  const last = state[at + LAST] as number;
  const sinceLast = time - lastTime;
  let found = 0;
  if (Number.isNaN(last) || isGap(sinceLast, thresholds)) begin(state, at, time, value);
  else if (Math.abs(value - (state[at + ANCHOR] as number)) <= thresholds.flatWithin) {
    found = stand(state, at, thresholds, time, value, sinceLast);
  } else found = move(state, at, thresholds, time, value, sinceLast);
  state[at + TIME] = time;
  state[at + LAST] = value;
  state[at + TESTS] = valueTests | (found & ~SPIKE_BEFORE);
  return found;
}

/** A first value, or the first one after a gap. */
function begin(state: Float64Array, at: number, time: number, value: number): void {
  state[at + BEFORE] = Number.NaN;
  startRun(state, at, time, value);
}

function startRun(state: Float64Array, at: number, time: number, value: number): void {
  state[at + ANCHOR] = value;
  state[at + SINCE] = time;
}

/** The value is the one that stood already. */
function stand(
  state: Float64Array,
  at: number,
  thresholds: Thresholds,
  time: number,
  value: number,
  sinceLast: number,
): number {
  const standsMs = time - (state[at + SINCE] as number);
  let found = 0;
  // pumps that are off
  if (standsMs >= thresholds.flatSuspectMs && !(thresholds.isFlow && value === 0)) {
    const isBeyond =
      (value > thresholds.limitMax || value < thresholds.limitMin) && value !== thresholds.bottom;
    found = flatLine(standsMs, habitOf(state, at), isBeyond, thresholds);
  }
  // an analyser's repeated record is no result of its own; a probe's is one
  if (found === 0 && !thresholds.holds) {
    const weight = weightOf(sinceLast, thresholds, state[at + STEPS] as number);
    learnValue(state, at, weight);
    learnStep(state, at, thresholds, value - (state[at + LAST] as number), weight);
  }
  return found;
}

/** The value is another one: a run ends, and what it was is known now. */
function move(
  state: Float64Array,
  at: number,
  thresholds: Thresholds,
  time: number,
  value: number,
  sinceLast: number,
): number {
  const last = state[at + LAST] as number;
  const before = state[at + BEFORE] as number;
  const stoodMs = (state[at + TIME] as number) - (state[at + SINCE] as number);
  const knows = (state[at + STEPS] as number) >= LEAST_STEPS;
  const wasSpike =
    knows &&
    thresholds.findsSpikes &&
    stoodMs < thresholds.cycleMs &&
    isSpike(before, last, value, Math.max(thresholds.leastStep, state[at + STEP_PERCENTILE] as number));
  // what comes back from a spike has not jumped
  const step = value - (wasSpike ? before : last);
  const isSuspended = time < (state[at + SUSPENDED_UNTIL] as number);
  let found = wasSpike ? SPIKE_BEFORE : 0;
  if (
    knows &&
    !isSuspended &&
    isAbrupt(step, state[at + VARIANCE] as number, state[at + STEP_SQUARE] as number, thresholds)
  ) {
    found |= RATE_OF_CHANGE;
  }
  const sinceResult = thresholds.holds ? time - (state[at + SINCE] as number) : sinceLast;
  const weight = weightOf(sinceResult, thresholds, state[at + STEPS] as number);
  if (!wasSpike && !isFlat(state[at + TESTS] as number)) learnValue(state, at, weight);
  if (!isSuspended) learnStep(state, at, thresholds, step, weight);
  // hours without discharge say nothing about the meter
  if (!(thresholds.isFlow && last === 0)) learnRun(state, at, thresholds, stoodMs);
  if (!wasSpike) state[at + BEFORE] = last;
  startRun(state, at, time, value);
  return found;
}
