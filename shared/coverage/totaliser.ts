/**
 * Totalisers: meters that count m³ and are never set back but by roll-over or exchange. In: readings in order; out: the
 * differences between them, which run over gaps. Pure.
 */
import type { Window } from "#shared/window/calendar.ts";
import { counts, type HeldTime } from "./held-time.ts";
import type { Mutable, Tally } from "./tally.ts";

/** m³ discharged, and taken in, since the meter was set up. */
export const OUTFLOW_TOTAL = "flow_total";
export const INFLOW_TOTAL = "flow_in_total";

export const isTotaliser = (parameter: string): boolean =>
  parameter === OUTFLOW_TOTAL || parameter === INFLOW_TOTAL;

export interface Totaliser {
  /** m³ at which it starts again at 0; undefined: never. */
  readonly rollOver?: number | undefined;
}
/** By parameter. */
export type Totalisers = ReadonlyMap<string, Totaliser | undefined>;

/** A fall from above this share of the roll-over to below what is left of it is a roll-over (P). */
const NEAR_TOP = 0.9;

/** After a longer gap nothing is known of the difference (P): so far back is read. */
export const LONGEST_GAP_MS = 24 * 3_600_000;

/** m³ between two readings; undefined after a change of meter, when it cannot be known. */
export function difference(before: number, after: number, rollOver: number | undefined): number | undefined {
  if (after >= before) return after - before;
  if (rollOver === undefined) return undefined;
  const rolled = before >= NEAR_TOP * rollOver && after <= (1 - NEAR_TOP) * rollOver;
  return rolled ? after + rollOver - before : undefined;
}

/**
 * Adds what was counted in each window: a difference belongs where the later of its two readings begins, so that a gap
 * over midnight is the next day's, and no window waits for a reading behind its end.
 */
export function addTotals(
  times: HeldTime,
  windows: readonly Window[],
  tallies: Mutable<Tally>[],
  totaliser: Totaliser | undefined,
): void {
  let index = 0;
  let before = -1;
  for (let at = 0; at < times.from.length; at += 1) {
    if (!counts(times.state[at] as 0)) continue;
    const last = before;
    before = at;
    const start = times.from[at] as number;
    while (index < windows.length && (windows[index] as Window).to <= start) index += 1;
    const window = windows[index];
    if (last < 0 || window === undefined || start < window.from) continue;
    if (start - (times.from[last] as number) > LONGEST_GAP_MS) continue;
    const m3 = difference(times.value[last] as number, times.value[at] as number, totaliser?.rollOver);
    if (m3 === undefined) continue;
    const tally = tallies[index] as Mutable<Tally>;
    tally.totalM3 += m3;
    // all the time of a gap, though it be longer than the window
    tally.totalMs += (times.to[at] as number) - (times.to[last] as number);
  }
}
