/**
 * What a window holds of one parameter, as sums over time: tallies of hours add up to those of days, and these to those of
 * longer windows. Times in ms, sums in value × ms. Pure.
 */
import { decimal } from "#shared/limit/decimal.ts";
import type { Window } from "#shared/window/calendar.ts";
import { rangeOf } from "#shared/window/window-range.ts";
import { AT_LEAST, CALIBRATING, FAILED, FAULTY, type HeldState, WITHHELD } from "./held-time.ts";

export interface Tally {
  readonly usableMs: number;
  readonly calibratingMs: number;
  readonly faultyMs: number;
  readonly failedMs: number;
  readonly withheldMs: number;
  /** Nothing was discharged: neither judged nor owed. */
  readonly idleMs: number;
  /** Part of the usable time in which the value is "at least the top of the range". */
  readonly atLeastMs: number;
  /** Σ value × ms over usable time. */
  readonly sum: number;
  /** Of usable values; infinite where there are none. */
  readonly min: number;
  readonly max: number;
  /** Records that begin in the window, whatever they count as, also while nothing is discharged. */
  readonly records: number;
  /** Of these, by what they count as. */
  readonly usable: number;
  readonly calibrating: number;
  readonly faulty: number;
  /** Σ concentration × flow × ms over the time in which both are usable, (mg/L)·(m³/h)·ms; and that time. */
  readonly loadSum: number;
  readonly loadMs: number;
  /** Differences of a totaliser, m³, and the time they span. */
  readonly totalM3: number;
  readonly totalMs: number;
}

export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export function emptyTally(): Mutable<Tally> {
  return {
    usableMs: 0,
    calibratingMs: 0,
    faultyMs: 0,
    failedMs: 0,
    withheldMs: 0,
    idleMs: 0,
    atLeastMs: 0,
    sum: 0,
    min: Infinity,
    max: -Infinity,
    records: 0,
    usable: 0,
    calibrating: 0,
    faulty: 0,
    loadSum: 0,
    loadMs: 0,
    totalM3: 0,
    totalMs: 0,
  };
}

/** Counts `ms` of one stretch. */
export function countTime(tally: Mutable<Tally>, state: HeldState, value: number, ms: number): void {
  switch (state) {
    case CALIBRATING:
      tally.calibratingMs += ms;
      return;
    case FAULTY:
      tally.faultyMs += ms;
      return;
    case FAILED:
      tally.failedMs += ms;
      return;
    case WITHHELD:
      tally.withheldMs += ms;
      return;
    default:
      tally.usableMs += ms;
      if (state === AT_LEAST) tally.atLeastMs += ms;
      tally.sum += value * ms;
      if (value < tally.min) tally.min = value;
      if (value > tally.max) tally.max = value;
  }
}

/** Counts a record where it begins. */
export function countRecord(tally: Mutable<Tally>, state: HeldState): void {
  if (state <= AT_LEAST) tally.usable += 1;
  else if (state === CALIBRATING) tally.calibrating += 1;
  else if (state === FAULTY) tally.faulty += 1;
}

/** Tallies of windows that follow one another, as one. */
export function addTallies(tallies: readonly (Tally | undefined)[]): Tally {
  const all = emptyTally();
  for (const one of tallies) {
    if (one === undefined) continue;
    all.usableMs += one.usableMs;
    all.calibratingMs += one.calibratingMs;
    all.faultyMs += one.faultyMs;
    all.failedMs += one.failedMs;
    all.withheldMs += one.withheldMs;
    all.idleMs += one.idleMs;
    all.atLeastMs += one.atLeastMs;
    all.sum += one.sum;
    if (one.min < all.min) all.min = one.min;
    if (one.max > all.max) all.max = one.max;
    all.records += one.records;
    all.usable += one.usable;
    all.calibrating += one.calibrating;
    all.faulty += one.faulty;
    all.loadSum += one.loadSum;
    all.loadMs += one.loadMs;
    all.totalM3 += one.totalM3;
    all.totalMs += one.totalMs;
  }
  return all;
}

/** Tallies of windows that follow one another, those within a longer window as one. */
export function sumWithin(
  tallies: readonly (Tally | undefined)[],
  windows: readonly Window[],
  longer: Window,
): Tally {
  const [first, last] = rangeOf(windows, longer);
  return addTallies(tallies.slice(first, last + 1));
}

/** Time-weighted mean of what is usable, never outside its extremes; null without any. */
export function meanOf({ usableMs, sum, min, max }: Tally): number | null {
  if (usableMs === 0) return null;
  return decimal(Math.min(max, Math.max(min, sum / usableMs)));
}
