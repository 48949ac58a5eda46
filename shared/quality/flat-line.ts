/**
 * Flat line: QARTOD test 8, strongly recommended (V), by time instead of counts (P): a wet-chemistry analyser repeats a
 * result for its whole cycle. In: how long a value has stood and how this instrument repeats itself; out: bits of `flag.ts`.
 *
 * The figures of sensor-quality 4.2 (P: probes 30 and 60 min, analysers 3 and 6 cycles) are the least times. Where a
 * station's own history shows that equal results are ordinary (water of 29.1 °C for hours, on a display of 0.1), they prove
 * nothing: the run must also be improbable, and longer than its runs of the last month were. QARTOD: thresholds come from
 * local history, and are documented (V). The figures here are ours (P); they leave the times of 4.2 alone as long as
 * nothing else is known of a station.
 */
import { FLAT_LINE, failed } from "./flag.ts";
import { CYCLE_SLACK, type Thresholds } from "./thresholds.ts";

type Times = Pick<Thresholds, "flatSuspectMs" | "flatFailMs" | "cycleMs">;

/** What a station's past says of its runs of equal results. */
export interface Habit {
  /** Share of results that equal the one before, of `shareOfRepeats`. */
  readonly share: number;
  /** Longest run of the last month, of `longestRun`, ms. */
  readonly longestMs: number;
}

const SUSPECT_CHANCE = 0.02;
const FAIL_CHANCE = 0.001;
/** A run fails only when it is this many times as long as any before. */
const FAIL_LENGTH = 2;

/** Before a station has a history: one result in four equals the one before, and this counts as so many results. */
const FIRST_SHARE = 0.25;
const FIRST_WEIGHT = 8;

/** Long runs are rare, so they are remembered for longer than steps are: sensor-quality 4.2 has 30 days of own data. */
const MONTH_MS = 30 * 86_400_000;
/** A run that was called flat teaches so much more than was known: a stuck instrument must not become its own normal. */
const LESSON = 1.5;

/** How often a value has been measured again in the time it stands: records within a cycle are one result. */
export function repeatsIn(standsMs: number, { cycleMs }: Pick<Thresholds, "cycleMs">): number {
  return Math.floor(standsMs / cycleMs + CYCLE_SLACK);
}

/** The share of results that equal the one before. @param equal @param all  results counted so far */
export function shareOfRepeats(equal: number, all: number): number {
  return (equal + FIRST_SHARE * FIRST_WEIGHT) / (all + FIRST_WEIGHT);
}

/**
 * @param standsMs  how long the value has stood
 * @param isBeyondLimit  then at most suspect: a value held above the limit is no way to make an exceedance disappear (trade practice 1.4, P)
 */
export function flatLine(standsMs: number, habit: Habit, isBeyondLimit: boolean, times: Times): number {
  if (standsMs < times.flatSuspectMs || standsMs <= habit.longestMs) return 0;
  const chance = habit.share ** repeatsIn(standsMs, times);
  if (chance > SUSPECT_CHANCE) return 0;
  const fails =
    standsMs >= times.flatFailMs && standsMs > FAIL_LENGTH * habit.longestMs && chance <= FAIL_CHANCE;
  return fails && !isBeyondLimit ? failed(FLAT_LINE) : FLAT_LINE;
}

/** The longest run once one of `stoodMs` has ended; runs under the least time need no remembering. */
export function longestRun(longestMs: number, stoodMs: number, times: Times): number {
  const faded = longestMs * Math.max(0, 1 - stoodMs / MONTH_MS);
  if (stoodMs < times.flatSuspectMs) return faded;
  return Math.max(faded, Math.min(stoodMs, LESSON * Math.max(times.flatSuspectMs, longestMs)));
}

/** Repeats of a run called flat that teach what is ordinary: those until it was. */
export function repeatsToLearn(repeats: number, { share, longestMs }: Habit, times: Times): number {
  const untilSuspect = Math.max(
    repeatsIn(Math.max(times.flatSuspectMs, longestMs), times),
    Math.ceil(Math.log(SUSPECT_CHANCE) / Math.log(share)),
  );
  return Math.min(repeats, untilSuspect);
}
