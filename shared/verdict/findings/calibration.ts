/**
 * Calibrating that lasts too long, or begins when the water was near its limit, hides what should be seen (trade practice
 * 2, P). In: held time of one parameter; out: what was found of the day. Pure.
 */
import { CALIBRATING, counts, firstEndingAfter, type HeldTime } from "#shared/coverage/held-time.ts";
import { decimal } from "#shared/limit/decimal.ts";
import type { Limit } from "#shared/limit/limit.ts";
import type { Rules, StationParameter } from "#shared/registry/schema.ts";
import { HOUR_MS, type Window } from "#shared/window/calendar.ts";
import { firstWhere } from "#shared/window/window-range.ts";

const MINUTE_MS = 60_000;
/** A run is followed back so far before its day. */
export const LOOK_BACK_MS = 6 * HOUR_MS;

export interface Calibration {
  readonly outcome: "within" | "exceeded";
  /** Longest run up to the day's end, minutes. */
  readonly minutes: number;
  readonly allowedMinutes: number;
  readonly reason: string;
}

interface Run {
  readonly from: number;
  readonly to: number;
}

/** Undefined where no calibrating record begins in the day: late records can add to that, and never take it back. */
export function judgeCalibration(
  times: HeldTime,
  day: Window,
  instrument: StationParameter["instrument"],
  limit: Pick<Limit, "max"> | undefined,
  { calibration }: Pick<Rules, "calibration">,
): Calibration | undefined {
  if (!beginsIn(times, day)) return undefined;
  const runs = runsOf(times, day);
  const allowedMs = instrument === "analyser" ? calibration.analyser : calibration.probe;
  const longestMs = Math.max(...runs.map(({ from, to }) => to - from));
  const figures = {
    minutes: decimal(longestMs / MINUTE_MS),
    allowedMinutes: decimal(allowedMs / MINUTE_MS),
  };
  if (longestMs > allowedMs) return { ...figures, outcome: "exceeded", reason: "calibrating too long" };
  const share = limit?.max === undefined ? 0 : highestBefore(times, runs, limit.max);
  if (share < calibration.nearLimit) return { ...figures, outcome: "within", reason: "" };
  const percent = Math.round(share * 100);
  return {
    ...figures,
    outcome: "exceeded",
    reason: `calibrating began when the hour before was at ${percent} % of the limit`,
  };
}

function beginsIn({ from, state }: HeldTime, day: Window): boolean {
  let at = firstWhere(from.length, (index) => (from[index] as number) >= day.from);
  for (; at < from.length && (from[at] as number) < day.to; at += 1) {
    if (state[at] === CALIBRATING) return true;
  }
  return false;
}

/** Calibrating time without a break that reaches into the day, from its beginning up to the day's end. */
function runsOf(times: HeldTime, day: Window): Run[] {
  const { from, to, state } = times;
  const runs: { from: number; to: number }[] = [];
  for (let at = firstEndingAfter(times, day.from - LOOK_BACK_MS); at < from.length; at += 1) {
    if ((from[at] as number) >= day.to) break;
    const begin = Math.max(from[at] as number, day.from - LOOK_BACK_MS);
    const end = Math.min(to[at] as number, day.to);
    if (state[at] !== CALIBRATING || end <= begin) continue;
    const last = runs.at(-1);
    if (last?.to === begin) last.to = end;
    else runs.push({ from: begin, to: end });
  }
  return runs.filter((run) => run.to > day.from);
}

/** Mean of the hour before a run ÷ limit, the highest of all runs; 0 where nothing usable stands before them. */
function highestBefore(times: HeldTime, runs: readonly Run[], max: number): number {
  let highest = 0;
  for (const run of runs) {
    let sum = 0;
    let ms = 0;
    for (let at = firstEndingAfter(times, run.from - HOUR_MS); at < times.from.length; at += 1) {
      if ((times.from[at] as number) >= run.from) break;
      const begin = Math.max(times.from[at] as number, run.from - HOUR_MS);
      const end = Math.min(times.to[at] as number, run.from);
      if (end <= begin || !counts(times.state[at] as 0)) continue;
      sum += (times.value[at] as number) * (end - begin);
      ms += end - begin;
    }
    if (ms > 0) highest = Math.max(highest, decimal(sum / ms / max));
  }
  return highest;
}
