/**
 * Compares one window of one station and parameter with one limit. In: the window's tally; out: the verdict. Pure: the same
 * readings, limit and rules give the same verdict. Equal to the limit is within; compared unrounded. The averaging
 * rules are configuration of this project (trade practice 1.2, 1.3, 1.7, 1.9), not regulation.
 */
import { kgOf, m3Of } from "#shared/coverage/amounts.ts";
import type { OutsideOf } from "#shared/coverage/outside.ts";
import { meanOf, type Tally } from "#shared/coverage/tally.ts";
import { decimal } from "#shared/limit/decimal.ts";
import { breaks, type Limit, ratioTo } from "#shared/limit/limit.ts";
import { findParameter } from "#shared/parameter/parameter.ts";
import type { Rules } from "#shared/registry/schema.ts";
import type { Station } from "#shared/station/station.ts";
import { DAY_MS, type Window } from "#shared/window/calendar.ts";
import { shapeOf, type WindowRule } from "#shared/window/window-rule.ts";
import { severityOfDistance, severityOfRatio } from "./severity.ts";
import type { Outcome, Statistic, Verdict } from "./verdict.ts";

const MINUTE_MS = 60_000;

export interface WindowCase {
  readonly station: Pick<Station, "zone" | "plant" | "id" | "intervalMs">;
  readonly parameter: string;
  readonly rule: WindowRule;
  readonly window: Window;
  readonly tally: Tally;
  /** Of the window's time, what the station was connected, ms. */
  readonly connectedMs: number;
  readonly limit: Limit;
  readonly rules: Rules;
  /** Usable ms outside a limit's range; asked for parameters that are judged so. */
  readonly outside: OutsideOf;
  /** The tally of the station's totaliser, where it has one. */
  readonly total?: Tally | undefined;
}

interface Decision {
  readonly outcome: Outcome;
  readonly value: number | null;
  readonly statistic: Statistic;
  readonly ratio: number | null;
  readonly severity: number;
  readonly completeness: number;
  readonly reason: string;
}

export function judgeWindow(given: WindowCase): Verdict {
  const { station, parameter, window, tally, limit } = given;
  const decision = decide(given);
  const hasValues = tally.usableMs > 0;
  return {
    zone: station.zone,
    plant: station.plant,
    station: station.id,
    parameter,
    rule: ruleName(given.rule, limit),
    from: window.from,
    to: window.to,
    outcome: decision.outcome,
    value: decision.value,
    statistic: decision.statistic,
    atLeast: tally.atLeastMs > 0 && decision.statistic !== "minutes-outside",
    min: hasValues ? tally.min : null,
    max: hasValues ? tally.max : null,
    limitMin: limit.min ?? null,
    limitMax: limit.max ?? null,
    ratio: decision.ratio,
    severity: decision.outcome === "exceeded" ? decision.severity : 0,
    completeness: decision.completeness,
    usable: tally.usable,
    owed: Math.max(1, Math.round(given.connectedMs / station.intervalMs)),
    calibrating: tally.calibrating,
    faulty: tally.faulty,
    instrument: limit.instrument,
    clause: limit.clause,
    confidence: limit.confidence,
    acting: limit.purpose !== "would-be",
    reason: decision.reason,
  };
}

/** `day`, `load-day`; a would-be verdict's own: `day:qcvn-40-2011/A`. */
export function ruleName(
  rule: WindowRule,
  limit: Pick<Limit, "quantity" | "purpose" | "instrument">,
): string {
  const name = limit.quantity === "value" ? rule : `${limit.quantity}-${rule}`;
  return limit.purpose === "would-be" ? `${name}:${limit.instrument}` : name;
}

function decide(given: WindowCase): Decision {
  const { limit, parameter } = given;
  if (limit.quantity === "load") return judgeAmount(given, loadOf(given));
  if (limit.quantity === "volume") return judgeAmount(given, volumeOf(given));
  const byMinutes = findParameter(parameter)?.judgedBy === "minutes-outside";
  const statistic = byMinutes ? "minutes-outside" : "mean";
  const { tally, connectedMs, rules } = given;
  const discharging = connectedMs - tally.idleMs;
  const completeness = share(tally.usableMs, discharging);
  const nothing = { value: null, statistic, ratio: null, severity: 0, completeness } as const;
  if (tally.idleMs > 0 && discharging < rules.noDischarge.leastShare * connectedMs)
    return { ...nothing, outcome: "no-discharge", reason: "nothing discharged" };
  if (tally.usableMs === 0) return { ...nothing, outcome: "insufficient", reason: missingReason(tally) };
  return byMinutes ? judgeMinutes(given, completeness) : judgeMean(given, completeness, discharging);
}

/** Incomplete is no shelter: what is there may already exceed, whatever is missing (trade practice 1.3). */
function judgeMean(
  { tally, limit, rules, rule }: WindowCase,
  completeness: number,
  owedMs: number,
): Decision {
  const value = meanOf(tally) as number;
  const ratio = ratioTo(value, limit);
  const over = breaks(value, limit);
  const severity = ratio === null ? Number(over) : severityOfRatio(ratio, rules);
  const decided = { value, statistic: "mean", ratio, severity, completeness } as const;
  if (completeness >= leastOf(rule, rules))
    return { ...decided, outcome: over ? "exceeded" : "within", reason: "" };
  const { max, min } = limit;
  if (max !== undefined && min === undefined && breaks(tally.sum / owedMs, { max }))
    return { ...decided, outcome: "exceeded", reason: "incomplete, and over the limit whatever is missing" };
  const reason = over ? "incomplete, and over the limit so far" : "incomplete";
  return { ...decided, outcome: "insufficient", reason };
}

/** pH is judged by the minutes outside its range, never by a mean: 4 and 10 average to 7. */
function judgeMinutes({ tally, outside, limit, rules, rule }: WindowCase, completeness: number): Decision {
  const minutes = decimal(outside(limit) / MINUTE_MS);
  const severity = severityOfDistance(limit, tally, rules);
  const decided = {
    value: minutes,
    statistic: "minutes-outside",
    ratio: null,
    severity,
    completeness,
  } as const;
  const unit = shapeOf(rule).unit === "hour" ? "hour" : "day";
  if (minutes >= rules.minutesOutside[unit]) return { ...decided, outcome: "exceeded", reason: "" };
  if (completeness < leastOf(rule, rules))
    return { ...decided, outcome: "insufficient", reason: "incomplete" };
  return { ...decided, outcome: "within", reason: "" };
}

interface Amount {
  readonly statistic: "load" | "volume";
  /** kg or m³ that were measured. */
  readonly measured: number;
  /** In so much time. */
  readonly knownMs: number;
}

const loadOf = ({ tally }: WindowCase): Amount => ({
  statistic: "load",
  measured: kgOf(tally.loadSum),
  knownMs: tally.loadMs,
});

/** By the totaliser where there is one: it runs over gaps. */
const volumeOf = ({ tally, total }: WindowCase): Amount =>
  total === undefined
    ? { statistic: "volume", measured: m3Of(tally.sum), knownMs: tally.usableMs }
    : { statistic: "volume", measured: total.totalM3, knownMs: total.totalMs };

/** kg or m³ a day. What was measured above the limit is exceeded however much is missing. */
function judgeAmount(given: WindowCase, { statistic, measured, knownMs }: Amount): Decision {
  const { limit, rules, rule, connectedMs, tally, window } = given;
  const completeness = share(knownMs, connectedMs);
  const nothing = { value: null, statistic, ratio: null, severity: 0, completeness } as const;
  if (knownMs === 0) return { ...nothing, outcome: "insufficient", reason: missingReason(tally) };
  // a totaliser's difference over a gap may reach over the window's start: then it counts at its rate
  // and a calendar day is one day, whether it has 23, 24 or 25 hours
  const days = Math.max(connectedMs, knownMs) / (rule === "day" ? window.to - window.from : DAY_MS);
  const least = decimal(measured / days);
  const value = rules.load.gaps === "scale" ? decimal(measured / days / completeness) : least;
  const decided = (amount: number) => {
    const ratio = ratioTo(amount, limit);
    return { value: amount, statistic, ratio, severity: severityOfRatio(ratio ?? 0, rules), completeness };
  };
  if (completeness >= leastOf(rule, rules))
    return { ...decided(value), outcome: breaks(value, limit) ? "exceeded" : "within", reason: "" };
  if (breaks(least, limit))
    return {
      ...decided(least),
      outcome: "exceeded",
      reason: "incomplete, and over the limit whatever is missing",
    };
  const reason = breaks(value, limit) ? "incomplete, and over the limit so far" : "incomplete";
  return { ...decided(value), outcome: "insufficient", reason };
}

const share = (ms: number, of: number): number => (of <= 0 ? 0 : Math.min(1, decimal(ms / of)));

const leastOf = (rule: WindowRule, { completeness }: Pick<Rules, "completeness">): number =>
  shapeOf(rule).unit === "hour" ? completeness.hour : completeness.day;

/** What took most of the time that does not count. */
function missingReason(tally: Tally): string {
  const causes = [
    ["device fault", tally.faultyMs],
    ["calibrating", tally.calibratingMs + tally.withheldMs],
    ["failed quality tests", tally.failedMs],
  ] as const;
  const [reason, ms] = causes.reduce((most, cause) => (cause[1] > most[1] ? cause : most));
  return ms > 0 ? reason : "nothing received";
}

/** Counts as over for incidents: exceeded, or incomplete with what there is above the limit (level 1, marked incomplete). */
export function isOver(verdict: Pick<Verdict, "outcome" | "ratio">): boolean {
  return verdict.outcome === "exceeded" || (verdict.outcome === "insufficient" && (verdict.ratio ?? 0) > 1);
}
