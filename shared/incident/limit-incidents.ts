/**
 * Limit incidents as a fold over the verdicts of one station and parameter. In: its verdicts, single readings among them, in
 * any order; out: the incidents they make, each with its level, worst window and end. Pure, so late data is simply
 * folded again.
 *
 * Levels (trade practice 1.6, configurable, not law): 0 = single readings over, confirmed; 1 = one hourly mean over; 2 = three
 * hours running, or one at 1.5 times the limit, or a day, a longer mean, a load or the discharge. Closing: each kind of
 * window that was over has come back: two hourly means within, or the next day, month, … within.
 */
import type { Rules } from "#shared/registry/schema.ts";
import { isOver } from "#shared/verdict/judge-window.ts";
import type { Verdict } from "#shared/verdict/verdict.ts";
import { type Confirmation, createConfirmation, type Instrument } from "./confirmation.ts";
import type { IncidentFacts, Level } from "./incident.ts";

export interface FoldedIncident {
  readonly startedAt: number;
  /** Null while it goes on. */
  readonly closedAt: number | null;
  readonly level: Level;
  /** The window that made its level. */
  readonly decided: Moment;
  /** The window that ended it; null while it goes on. */
  readonly ended: Moment | null;
}

export interface Moment {
  /** End of the window, ms since epoch. */
  readonly at: number;
  readonly facts: IncidentFacts;
}

interface Running {
  startedAt: number;
  closedAt: number | null;
  level: Level;
  /** Rules whose windows were over and have not come back; single readings stand with the hours. */
  standing: Set<string>;
  hoursWithin: number;
  /** End of the last window over. */
  overUntil: number;
  /** Windows over. */
  over: number;
  worst: Verdict;
  deciding: Verdict;
  closing: Verdict | undefined;
  /** Of the deciding rule. */
  series: { to: number; value: number | null; atLeast?: boolean }[];
}

const SERIES = 6;
const HOUR = "hour";
const INSTANT = "instant";
/** No verdict of a limit: these have incidents of their own, or none. */
const FINDINGS: ReadonlySet<string> = new Set(["calibration", "flow-balance"]);
/** Of the longest day, when clocks are set back. */
const LONGEST_DAY_MS = 25 * 3_600_000;

export type FoldRules = Pick<Rules, "levelTwo" | "closeAfterHours" | "instant">;

/** Verdicts that make limit incidents. */
export const isOfLimit = (verdict: Pick<Verdict, "acting" | "rule">): boolean =>
  verdict.acting && !FINDINGS.has(verdict.rule);

/** @param instrument what measures the parameter; absent: single readings open nothing */
export function foldLimitIncidents(
  verdicts: readonly Verdict[],
  rules: FoldRules,
  instrument?: Instrument,
): FoldedIncident[] {
  const ordered = verdicts.filter(isOfLimit).toSorted(byEnd);
  const fold = createFold(rules, instrument && createConfirmation(instrument, rules.instant));
  for (const verdict of ordered) fold.take(verdict);
  return fold.incidents.map(finished);
}

const rank = ({ rule, from, to }: Verdict): number => (rule === INSTANT ? -1 : to - from);
/** Short windows before the longer ones that end with them. */
const byEnd = (a: Verdict, b: Verdict): number =>
  a.to - b.to || rank(a) - rank(b) || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);

function createFold(rules: FoldRules, confirmation: Confirmation | undefined) {
  const incidents: Running[] = [];
  let current: Running | undefined;
  let hoursOver = 0;
  let runUntil = 0;

  function openAt(startedAt: number, verdict: Verdict, level: Level): Running {
    const again = reopenable(incidents.at(-1), verdict);
    const incident = again ?? begin(startedAt, verdict, level);
    if (again === undefined) incidents.push(incident);
    incident.closedAt = null;
    incident.closing = undefined;
    return incident;
  }

  function takeInstant(verdict: Verdict): void {
    const since = confirmation?.take(verdict);
    if (since === undefined) return;
    if (current === undefined) current = openAt(since, verdict, 0);
    if (current.level > 0) return;
    current.standing.add(HOUR);
    current.overUntil = Math.max(current.overUntil, verdict.to);
    current.hoursWithin = 0;
  }

  function takeOver(verdict: Verdict): void {
    const { rule, from, to } = verdict;
    if (rule === HOUR) {
      // running: one after the other, with no hour between them that was not judged
      hoursOver = from === runUntil ? hoursOver + 1 : 1;
      runUntil = to;
    }
    current ??= openAt(lastStep(verdict), verdict, 1);
    extend(current, verdict, levelOf(verdict, hoursOver, rules));
  }

  function takeOther(verdict: Verdict): void {
    const { rule, outcome } = verdict;
    if (rule === HOUR) hoursOver = 0;
    if (current === undefined || outcome !== "within") return;
    if (rule === HOUR) current.hoursWithin += 1;
    if (rule !== HOUR || current.hoursWithin >= rules.closeAfterHours) current.standing.delete(rule);
    // a whole day within, after all that was over, is worth its hours
    if (rule !== HOUR && verdict.from >= current.overUntil) current.standing.delete(HOUR);
    if (current.standing.size > 0) return;
    current.closedAt = verdict.to;
    current.closing = verdict;
    current = undefined;
  }

  return {
    incidents,
    take(verdict: Verdict): void {
      if (verdict.rule === INSTANT) takeInstant(verdict);
      else if (isOver(verdict)) takeOver(verdict);
      else takeOther(verdict);
    },
  };
}

/** A day that is over belongs to the incident that its own hours opened and closed; a longer window, to that of its last day. */
function reopenable(last: Running | undefined, verdict: Verdict): Running | undefined {
  const isLonger = verdict.rule !== HOUR && verdict.rule !== INSTANT;
  return isLonger && last?.closedAt != null && last.closedAt > lastStep(verdict) ? last : undefined;
}

/** Where the last hour or day of a window begins: a month that is over shows on its last day. */
const lastStep = ({ from, to }: Verdict): number => Math.max(from, to - LONGEST_DAY_MS);

function begin(startedAt: number, verdict: Verdict, level: Level): Running {
  return {
    startedAt,
    closedAt: null,
    level,
    standing: new Set(),
    hoursWithin: 0,
    overUntil: verdict.to,
    over: 0,
    worst: verdict,
    deciding: verdict,
    closing: undefined,
    series: [],
  };
}

function levelOf(verdict: Verdict, hoursOver: number, rules: Pick<Rules, "levelTwo">): Level {
  if (verdict.outcome !== "exceeded") return 1;
  if (verdict.rule !== HOUR || hoursOver >= rules.levelTwo.hours) return 2;
  return (verdict.ratio ?? 0) >= rules.levelTwo.ratio ? 2 : 1;
}

function extend(incident: Running, verdict: Verdict, level: Level): void {
  incident.hoursWithin = 0;
  incident.over += 1;
  // what is only over so far stands until the hours are within
  incident.standing.add(verdict.outcome === "exceeded" ? verdict.rule : HOUR);
  incident.overUntil = Math.max(incident.overUntil, verdict.to);
  if (isWorse(verdict, incident.worst)) incident.worst = verdict;
  if (level > incident.level || incident.over === 1) {
    if (verdict.rule !== incident.deciding.rule) incident.series = [];
    incident.deciding = verdict;
  }
  if (level > incident.level) incident.level = level;
  if (verdict.rule === incident.deciding.rule) {
    const { to, value, atLeast } = verdict;
    incident.series.push({ to, value, ...(atLeast ? { atLeast } : {}) });
    if (incident.series.length > SERIES) incident.series.shift();
  }
}

function isWorse(verdict: Verdict, worst: Verdict): boolean {
  if (worst.rule === INSTANT) return true;
  // a load and a mean, or means with limits of their own, compare by what they are of their limits
  const isSame = verdict.statistic === worst.statistic && verdict.limitMax === worst.limitMax;
  if (!isSame) return (verdict.ratio ?? 0) > (worst.ratio ?? 0);
  const isLower = verdict.statistic === "mean" && verdict.limitMax === null;
  return isLower
    ? (verdict.value ?? Number.POSITIVE_INFINITY) < (worst.value ?? Number.POSITIVE_INFINITY)
    : (verdict.value ?? 0) > (worst.value ?? 0);
}

function finished(incident: Running): FoldedIncident {
  const { startedAt, closedAt, level, deciding, closing, worst } = incident;
  const life: IncidentFacts = {
    series: incident.series,
    windowsOver: incident.over,
    worstTo: worst.to,
    worstRatio: worst.ratio,
    worst: {
      rule: worst.rule,
      statistic: worst.statistic,
      limitMin: worst.limitMin,
      limitMax: worst.limitMax,
      atLeast: worst.atLeast,
      severity: worst.severity,
    },
    ...(worst.value === null ? {} : { worstValue: worst.value }),
  };
  const moment = (verdict: Verdict): Moment => ({ at: verdict.to, facts: { ...factsOf(verdict), ...life } });
  return {
    startedAt,
    closedAt,
    level,
    decided: moment(deciding),
    ended: closing === undefined ? null : moment(closing),
  };
}

/** What a mail says of a verdict. */
export function factsOf(verdict: Verdict): IncidentFacts {
  return {
    from: verdict.from,
    to: verdict.to,
    rule: verdict.rule,
    statistic: verdict.statistic,
    value: verdict.value,
    min: verdict.min,
    max: verdict.max,
    limitMin: verdict.limitMin,
    limitMax: verdict.limitMax,
    ratio: verdict.ratio,
    severity: verdict.severity,
    atLeast: verdict.atLeast,
    completeness: verdict.completeness,
    usable: verdict.usable,
    owed: verdict.owed,
    calibrating: verdict.calibrating,
    faulty: verdict.faulty,
    instrument: verdict.instrument,
    clause: verdict.clause,
    confidence: verdict.confidence,
    reason: verdict.reason,
  };
}
