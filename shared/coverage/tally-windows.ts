/**
 * Held time of one station cut into windows that follow one another. In: what its readings hold; out: a tally a window and
 * parameter. Time without discharge counts as idle for everything but the meters themselves. Pure.
 */
import type { Rules } from "#shared/registry/schema.ts";
import type { Window } from "#shared/window/calendar.ts";
import { counts, type HeldTime, type HeldTimes } from "./held-time.ts";
import { countRecord, countTime, emptyTally, type Mutable, type Tally } from "./tally.ts";
import { addTotals, isTotaliser, type Totalisers } from "./totaliser.ts";

/** The outflow meter, and what is measured of water rather than in it. */
export const OUTFLOW = "flow";
export const INFLOW = "flow_in";
const METERS: ReadonlySet<string> = new Set([OUTFLOW, INFLOW]);

/** One tally a window, in their order, by parameter. */
export type Tallies = ReadonlyMap<string, readonly Tally[]>;

/** The time of one station: what its readings hold, and when nothing was discharged. */
export interface Coverage {
  readonly held: HeldTimes;
  readonly idle: Stretches;
}

export function coverTime(held: HeldTimes, { noDischarge }: Pick<Rules, "noDischarge">): Coverage {
  const outflow = held.get(OUTFLOW);
  return { held, idle: outflow === undefined ? NEVER : idleTimes(outflow, noDischarge.below) };
}

/** Whether time without discharge is idle for it: not for what measures the discharge. */
export const canIdle = (parameter: string): boolean => !METERS.has(parameter) && !isTotaliser(parameter);

/**
 * @param windows in order, each ending where the next begins
 * @param parameters those to tally, whether anything was received of them or not
 */
export function tallyWindows(
  { held, idle }: Coverage,
  windows: readonly Window[],
  parameters: Iterable<string>,
  totalisers: Totalisers,
): Tallies {
  const outflow = held.get(OUTFLOW);
  const idleByWindow = overlaps(idle, windows);
  const found = new Map<string, readonly Tally[]>();
  for (const parameter of parameters) {
    const times = held.get(parameter);
    const tallies = windows.map(() => emptyTally());
    const idles = canIdle(parameter);
    if (times !== undefined) {
      if (isTotaliser(parameter)) addTotals(times, windows, tallies, totalisers.get(parameter));
      cut(times, windows, tallies, idles ? idle : NEVER);
    }
    if (idles) {
      tallies.forEach((tally, index) => {
        tally.idleMs = idleByWindow[index] as number;
        tally.loadMs = tally.idleMs;
      });
      if (times !== undefined && outflow !== undefined) addLoads(times, outflow, windows, tallies, idle);
    }
    found.set(parameter, tallies);
  }
  return found;
}

export interface Stretches {
  readonly from: readonly number[];
  readonly to: readonly number[];
}
const NEVER: Stretches = { from: [], to: [] };

function idleTimes(outflow: HeldTime, below: number): Stretches {
  const idle = { from: [] as number[], to: [] as number[] };
  outflow.from.forEach((from, index) => {
    if (!counts(outflow.state[index] as 0) || (outflow.value[index] as number) > below) return;
    const last = idle.to.length - 1;
    // one stretch while it goes on
    if (last >= 0 && idle.to[last] === from) idle.to[last] = outflow.to[index] as number;
    else {
      idle.from.push(from);
      idle.to.push(outflow.to[index] as number);
    }
  });
  return idle;
}

function overlaps(times: Stretches, windows: readonly Window[]): number[] {
  const found = windows.map(() => 0);
  let first = 0;
  for (let at = 0; at < times.from.length; at += 1) {
    const from = times.from[at] as number;
    const to = times.to[at] as number;
    while (first < windows.length && (windows[first] as Window).to <= from) first += 1;
    for (let index = first; index < windows.length; index += 1) {
      const window = windows[index] as Window;
      if (window.from >= to) break;
      found[index] = (found[index] as number) + Math.min(to, window.to) - Math.max(from, window.from);
    }
  }
  return found;
}

/** Counts each stretch in the windows it reaches into, without its idle part. */
function cut(times: HeldTime, windows: readonly Window[], tallies: Mutable<Tally>[], idle: Stretches): void {
  let first = 0;
  let idleAt = 0;
  for (let at = 0; at < times.from.length; at += 1) {
    const from = times.from[at] as number;
    const to = times.to[at] as number;
    const state = times.state[at] as 0;
    const value = times.value[at] as number;
    while (first < windows.length && (windows[first] as Window).to <= from) first += 1;
    while (idleAt < idle.to.length && (idle.to[idleAt] as number) <= from) idleAt += 1;
    for (let index = first; index < windows.length; index += 1) {
      const window = windows[index] as Window;
      if (window.from >= to) break;
      if (from >= window.from) (tallies[index] as Mutable<Tally>).records += 1;
      const begin = Math.max(from, window.from);
      const end = Math.min(to, window.to);
      const ms = end - begin - (idleAt < idle.to.length ? within(idle, idleAt, begin, end) : 0);
      const tally = tallies[index] as Mutable<Tally>;
      if (ms <= 0) continue;
      if (from >= window.from) countRecord(tally, state);
      countTime(tally, state, value, ms);
    }
  }
}

/** How much of [from, to) the stretches from place `at` on take. */
export function within(times: Stretches, at: number, from: number, to: number): number {
  let ms = 0;
  for (let index = at; index < times.from.length && (times.from[index] as number) < to; index += 1) {
    ms += Math.max(0, Math.min(to, times.to[index] as number) - Math.max(from, times.from[index] as number));
  }
  return ms;
}

/** Concentration × flow over the time in which both are usable and water flows. */
function addLoads(
  times: HeldTime,
  outflow: HeldTime,
  windows: readonly Window[],
  tallies: Mutable<Tally>[],
  idle: Stretches,
): void {
  let first = 0;
  let flowAt = 0;
  for (let at = 0; at < times.from.length; at += 1) {
    if (!counts(times.state[at] as 0)) continue;
    const from = times.from[at] as number;
    const to = times.to[at] as number;
    while (flowAt < outflow.to.length && (outflow.to[flowAt] as number) <= from) flowAt += 1;
    for (let next = flowAt; next < outflow.from.length && (outflow.from[next] as number) < to; next += 1) {
      if (!counts(outflow.state[next] as 0)) continue;
      const begin = Math.max(from, outflow.from[next] as number);
      const end = Math.min(to, outflow.to[next] as number);
      while (first < windows.length && (windows[first] as Window).to <= begin) first += 1;
      for (let index = first; index < windows.length; index += 1) {
        const window = windows[index] as Window;
        if (window.from >= end) break;
        const partFrom = Math.max(begin, window.from);
        const partTo = Math.min(end, window.to);
        const ms = partTo - partFrom - (idle.from.length === 0 ? 0 : within(idle, 0, partFrom, partTo));
        if (ms <= 0) continue;
        const tally = tallies[index] as Mutable<Tally>;
        tally.loadSum += (times.value[at] as number) * (outflow.value[next] as number) * ms;
        tally.loadMs += ms;
      }
    }
  }
}
