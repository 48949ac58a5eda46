/** A verdict: one station, one parameter, one limit, one window. The newest revision in `verdict`, those it has replaced in `verdict_log`. */
import type { Confidence } from "#shared/limit/instruments.ts";

/** no-discharge: hardly any water flowed, so its quality is not judged. */
export type Outcome = "within" | "exceeded" | "insufficient" | "no-discharge";

/** What `value` is: a mean, minutes outside a range, one reading, kg or m³ a day, a relative difference, minutes of calibrating. */
export type Statistic =
  | "mean"
  | "minutes-outside"
  | "value"
  | "load"
  | "volume"
  | "difference"
  | "minutes-calibrating";

export interface Verdict {
  readonly zone: string;
  readonly plant: string;
  readonly station: string;
  readonly parameter: string;
  /**
   * `instant`, a window rule (`hour`, `day`, `month`, `8h`, `7d`), `load-day`, `load-month`, `volume-day`, or a finding
   * (`flow-balance`, `calibration`). A would-be verdict carries its instrument: `day:qcvn-40-2011/A`.
   */
  readonly rule: string;
  /** Window, ms since epoch: from inclusive, to exclusive. */
  readonly from: number;
  readonly to: number;
  readonly outcome: Outcome;
  /** In the statistic's unit; null without usable data. */
  readonly value: number | null;
  readonly statistic: Statistic;
  /** True where part of the value is the top of an instrument's range: it is at least so much. */
  readonly atLeast: boolean;
  readonly min: number | null;
  readonly max: number | null;
  /** Limits as printed and compared. */
  readonly limitMin: number | null;
  readonly limitMax: number | null;
  readonly ratio: number | null;
  /** 0 where nothing is exceeded, else the steps reached, 1 to 6. */
  readonly severity: number;
  /** Usable share of the owed time, 0..1. */
  readonly completeness: number;
  /** Records, and those owed. */
  readonly usable: number;
  readonly owed: number;
  readonly calibrating: number;
  readonly faulty: number;
  readonly instrument: string;
  readonly clause: string;
  readonly confidence: Confidence;
  /** True when the limit opens incidents; false for would-be verdicts and findings of the flow balance. */
  readonly acting: boolean;
  readonly reason: string;
}

/** Why there is a revision: nothing was before, or what changed. */
export type Cause = "first" | "late-data" | "registry" | "rules";

export interface StoredVerdict extends Verdict {
  readonly revision: number;
  /** When it was judged, ms since epoch. */
  readonly judgedAt: number;
  /** Version of the registry it was judged by. */
  readonly registry: string;
  /** Version of the rules of judgement, `JUDGEMENT`. */
  readonly judgement: string;
  readonly causes: readonly Cause[];
}

/** Raised whenever the same readings and registry may give another verdict. */
export const JUDGEMENT = "2";

export type VerdictState = "provisional" | "final" | "revised";

/** Of a revision as of `now`: final so long after its window; judged again after that, revised. Pure. */
export function stateOf(
  { to, judgedAt, revision }: Pick<StoredVerdict, "to" | "judgedAt" | "revision">,
  finalAfterMs: number,
  now: number,
): VerdictState {
  const finalAt = to + finalAfterMs;
  if (revision > 1 && judgedAt >= finalAt) return "revised";
  return now >= finalAt ? "final" : "provisional";
}
