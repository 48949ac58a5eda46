/** Which row of the outcome table (docs/judgement.md) decided. In: a verdict; out: the row. Pure. */
import type { Verdict } from "../verdict.ts";

export type OutcomeRow =
  | "no-discharge"
  | "nothing-usable"
  | "complete-exceeded"
  | "complete-within"
  | "exceeded-whatever-is-missing"
  | "incomplete-over-so-far"
  | "incomplete"
  | "minutes-reached"
  | "minutes-not-reached"
  | "single-reading"
  | "finding-exceeded"
  | "finding-within";

export function outcomeRowOf(verdict: Verdict): OutcomeRow {
  const { outcome, value, statistic, reason } = verdict;
  if (outcome === "no-discharge") return "no-discharge";
  if (statistic === "value") return "single-reading";
  if (outcome === "insufficient" && value === null) return "nothing-usable";
  if (outcome === "insufficient")
    return reason === "incomplete, and over the limit so far" ? "incomplete-over-so-far" : "incomplete";
  const isOver = outcome === "exceeded";
  if (statistic === "minutes-outside") return isOver ? "minutes-reached" : "minutes-not-reached";
  if (statistic === "difference" || statistic === "minutes-calibrating")
    return isOver ? "finding-exceeded" : "finding-within";
  if (!isOver) return "complete-within";
  return reason === "" ? "complete-exceeded" : "exceeded-whatever-is-missing";
}

/** The rows in English, as docs/judgement.md has them. */
export const OUTCOME_ROWS: Readonly<Record<OutcomeRow, string>> = {
  "no-discharge": "discharging for less than the least share of the window: its quality is not judged",
  "nothing-usable": "nothing usable: insufficient",
  "complete-exceeded": "complete enough, and the value breaks the limit: exceeded",
  "complete-within": "complete enough, and the value does not break the limit (equal is within): within",
  "exceeded-whatever-is-missing":
    "incomplete, and over the whole owed time already above the upper limit: exceeded, whatever is missing cannot undo it",
  "incomplete-over-so-far":
    "incomplete, and above the limit so far: insufficient, opens level 1, marked incomplete",
  incomplete: "incomplete: insufficient",
  "minutes-reached":
    "usable minutes outside the range reach the least number: exceeded, also when incomplete",
  "minutes-not-reached": "complete enough, and too few minutes outside the range: within",
  "single-reading": "one usable reading that breaks the limit: exceeded (level 0)",
  "finding-exceeded": "a finding of this project's rules, no comparison with a legal limit",
  "finding-within": "a finding of this project's rules: nothing found",
};
