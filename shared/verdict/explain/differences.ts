/** A verdict as stored against the same judged again. In: both; out: the figures that differ. Pure. */
import type { Verdict } from "../verdict.ts";

const FIGURES = [
  "outcome",
  "value",
  "limitMin",
  "limitMax",
  "severity",
  "completeness",
  "usable",
  "calibrating",
  "faulty",
  "min",
  "max",
  "atLeast",
  "acting",
  "instrument",
  "clause",
  "confidence",
  "reason",
] as const satisfies readonly (keyof Verdict)[];

export interface Difference {
  readonly figure: (typeof FIGURES)[number];
  readonly stored: string | number | boolean | null;
  /** null too where it would not be judged any more. */
  readonly recomputed: string | number | boolean | null;
}

/** @param again undefined where no limit asks for it any more */
export function differencesOf(stored: Verdict, again: Verdict | undefined): Difference[] {
  if (again === undefined) return [{ figure: "outcome", stored: stored.outcome, recomputed: null }];
  return FIGURES.filter((figure) => stored[figure] !== again[figure]).map((figure) => ({
    figure,
    stored: stored[figure],
    recomputed: again[figure],
  }));
}
