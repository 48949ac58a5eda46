/**
 * Compares one window of one station and parameter with one limit. Pure: the same readings, limit and rules give
 * the same verdict. Equal to the limit is within; compared unrounded. The averaging rules are configuration of
 * this project (trade practice 1.2, 1.3, 1.7), not regulation.
 */
import type { Limit } from "#shared/limit/limit.ts";
import { breaks, ratioTo } from "#shared/limit/limit.ts";
import { findParameter } from "#shared/parameter/parameter.ts";
import { isUsable, type Reading } from "#shared/reading/sample.ts";
import type { Rules } from "#shared/registry/schema.ts";
import type { Station } from "#shared/station/station.ts";
import type { Window } from "#shared/window/calendar.ts";
import type { WindowSummary } from "#shared/window/summary.ts";
import type { Outcome, Verdict, WindowRule } from "./verdict.ts";

const MINUTE_MS = 60_000;

export interface WindowCase {
  readonly station: Pick<Station, "zone" | "plant" | "id" | "intervalMs">;
  readonly parameter: string;
  readonly rule: WindowRule;
  readonly window: Window;
  readonly readings: readonly Reading[];
  readonly summary: WindowSummary;
  readonly limit: Limit;
  readonly rules: Rules;
}

interface Decision {
  readonly outcome: Outcome;
  readonly value: number | null;
  readonly ratio: number | null;
  readonly reason: string;
}

export function judgeWindow(given: WindowCase): Verdict {
  const { station, parameter, rule, window, summary, limit } = given;
  const byMinutes = findParameter(parameter)?.judgedBy === "minutes-outside";
  const decision = byMinutes ? judgeMinutes(given) : judgeMean(given);
  return {
    zone: station.zone,
    plant: station.plant,
    station: station.id,
    parameter,
    rule: limit.purpose === "would-be" ? `${rule}:${limit.instrument}` : rule,
    from: window.from,
    to: window.to,
    ...decision,
    statistic: byMinutes ? "minutes-outside" : "mean",
    min: summary.min,
    max: summary.max,
    limitMin: limit.min ?? null,
    limitMax: limit.max ?? null,
    completeness: summary.completeness,
    usable: summary.usable,
    owed: summary.owed,
    calibrating: summary.calibrating,
    faulty: summary.faulty,
    instrument: limit.instrument,
    clause: limit.clause,
    confidence: limit.confidence,
    acting: limit.purpose !== "would-be",
  };
}

/** Incomplete is no shelter: what is there may already exceed, whatever is missing (trade practice 1.3). */
function judgeMean({ summary, limit, rules, rule }: WindowCase): Decision {
  const { mean } = summary;
  if (mean === null)
    return { outcome: "insufficient", value: null, ratio: null, reason: noDataReason(summary) };
  const decided = { value: mean, ratio: ratioTo(mean, limit) };
  const over = breaks(mean, limit);
  if (summary.completeness >= rules.completeness[rule]) {
    return { ...decided, outcome: over ? "exceeded" : "within", reason: "" };
  }
  if (limit.max !== undefined && summary.sum / summary.owed > limit.max) {
    return { ...decided, outcome: "exceeded", reason: "incomplete, and over the limit whatever is missing" };
  }
  return {
    ...decided,
    outcome: "insufficient",
    reason: over ? "incomplete, and over the limit so far" : "incomplete",
  };
}

/** pH is judged by the minutes outside its range, never by a mean: 4 and 10 average to 7. */
function judgeMinutes({ readings, summary, limit, rules, rule, station, window }: WindowCase): Decision {
  let outside = 0;
  for (const reading of readings) {
    if (reading.value !== null && isUsable(reading) && breaks(reading.value, limit)) outside += 1;
  }
  if (summary.usable === 0)
    return { outcome: "insufficient", value: null, ratio: null, reason: noDataReason(summary) };
  // minutes, never records: one that reports more often than it owes is not longer outside
  const each = Math.min(station.intervalMs, (window.to - window.from) / summary.usable);
  const minutes = (outside * each) / MINUTE_MS;
  const decided = { value: minutes, ratio: null };
  if (minutes >= rules.minutesOutside[rule]) return { ...decided, outcome: "exceeded", reason: "" };
  if (summary.completeness < rules.completeness[rule]) {
    return { ...decided, outcome: "insufficient", reason: "incomplete" };
  }
  return { ...decided, outcome: "within", reason: "" };
}

function noDataReason(summary: WindowSummary): string {
  if (summary.faulty > 0) return "device fault";
  return summary.calibrating > 0 ? "calibrating" : "nothing received";
}

/** Counts as over for incidents: exceeded, or incomplete with what there is above the limit (level 1, marked incomplete). */
export function isOver(verdict: Pick<Verdict, "outcome" | "ratio">): boolean {
  return verdict.outcome === "exceeded" || (verdict.outcome === "insufficient" && (verdict.ratio ?? 0) > 1);
}
