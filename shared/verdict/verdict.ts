/** A verdict: one station, one parameter, one limit, one window. Newest state in `verdict`, every revision in `verdict_log`. */
import type { Confidence } from "#shared/limit/instruments.ts";

export type Outcome = "within" | "exceeded" | "insufficient";
/** The windows that every parameter is judged over today; a figure may name another (`shared/window/window-rule.ts`). */
export type WindowRule = "hour" | "day";

export interface Verdict {
  readonly zone: string;
  readonly plant: string;
  readonly station: string;
  readonly parameter: string;
  /** `hour`, `day` or `instant`; a would-be verdict carries its instrument: `day:qcvn-40-2011/A`. */
  readonly rule: string;
  /** Window, ms since epoch: from inclusive, to exclusive. */
  readonly from: number;
  readonly to: number;
  readonly outcome: Outcome;
  /** Mean in the parameter's unit, or minutes outside the range; null without usable data. */
  readonly value: number | null;
  readonly statistic: "mean" | "minutes-outside" | "value";
  readonly min: number | null;
  readonly max: number | null;
  /** Limits as printed and compared. */
  readonly limitMin: number | null;
  readonly limitMax: number | null;
  readonly ratio: number | null;
  /** Usable share of the owed time, 0..1. */
  readonly completeness: number;
  readonly usable: number;
  readonly owed: number;
  readonly calibrating: number;
  readonly faulty: number;
  readonly instrument: string;
  readonly clause: string;
  readonly confidence: Confidence;
  /** True when the limit opens incidents; false for would-be verdicts. */
  readonly acting: boolean;
  readonly reason: string;
}

export interface StoredVerdict extends Verdict {
  readonly revision: number;
  /** When it was judged, ms since epoch. */
  readonly judgedAt: number;
}
