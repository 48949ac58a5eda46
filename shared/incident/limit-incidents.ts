/**
 * Limit incidents as a fold over the verdicts of one station and parameter. In: hour and day verdicts in order of
 * their end; out: the incidents they make, each with its level, worst window and end. Pure, so late data is simply
 * folded again.
 *
 * Levels (trade practice 1.6, configurable, not law): 1 = one hourly mean over; 2 = three hours running, or one at
 * 1.5 times the limit, or the day. Closing: two hourly means within; at day level the next day within.
 */
import type { Rules } from "#shared/registry/schema.ts";
import { isOver } from "#shared/verdict/judge-window.ts";
import type { Verdict } from "#shared/verdict/verdict.ts";
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
  byDay: boolean;
  hoursWithin: number;
  over: number;
  worst: Verdict;
  deciding: Verdict;
  closing: Verdict | undefined;
  /** Of the deciding rule. */
  series: { to: number; value: number | null }[];
}

const SERIES = 6;
const RULE_ORDER: Record<string, number> = { hour: 0, day: 1 };

export function foldLimitIncidents(
  verdicts: readonly Verdict[],
  rules: Pick<Rules, "levelTwo" | "closeAfterHours">,
): FoldedIncident[] {
  const ordered = verdicts
    .filter((verdict) => verdict.acting && verdict.rule in RULE_ORDER)
    .toSorted((a, b) => a.to - b.to || (RULE_ORDER[a.rule] ?? 0) - (RULE_ORDER[b.rule] ?? 0));
  const incidents: Running[] = [];
  let current: Running | undefined;
  let hoursOver = 0;
  let runUntil = 0;

  for (const verdict of ordered) {
    if (isOver(verdict)) {
      if (verdict.rule === "hour") {
        // running: one after the other, with no hour between them that was not judged
        hoursOver = verdict.from === runUntil ? hoursOver + 1 : 1;
        runUntil = verdict.to;
      }
      if (current === undefined) {
        current = reopenable(incidents.at(-1), verdict) ?? begin(verdict);
        if (current.closedAt === null) incidents.push(current);
        current.closedAt = null;
        current.closing = undefined;
      }
      extend(current, verdict, levelOf(verdict, hoursOver, rules));
    } else {
      if (verdict.rule === "hour") hoursOver = 0;
      if (current === undefined || verdict.outcome !== "within") continue;
      if (verdict.rule === "hour") current.hoursWithin += 1;
      const ended = current.byDay ? verdict.rule === "day" : current.hoursWithin >= rules.closeAfterHours;
      if (ended) {
        current.closedAt = verdict.to;
        current.closing = verdict;
        current = undefined;
      }
    }
  }
  return incidents.map(finished);
}

/** A day that is over belongs to the incident that its own hours opened and closed. */
function reopenable(last: Running | undefined, verdict: Verdict): Running | undefined {
  return verdict.rule === "day" && last?.closedAt != null && last.closedAt > verdict.from ? last : undefined;
}

function begin(verdict: Verdict): Running {
  return {
    startedAt: verdict.from,
    closedAt: null,
    level: 1,
    byDay: false,
    hoursWithin: 0,
    over: 0,
    worst: verdict,
    deciding: verdict,
    closing: undefined,
    series: [],
  };
}

function levelOf(verdict: Verdict, hoursOver: number, rules: Pick<Rules, "levelTwo">): Level {
  if (verdict.outcome !== "exceeded") return 1;
  if (verdict.rule === "day" || hoursOver >= rules.levelTwo.hours) return 2;
  return (verdict.ratio ?? 0) >= rules.levelTwo.ratio ? 2 : 1;
}

function extend(incident: Running, verdict: Verdict, level: Level): void {
  incident.hoursWithin = 0;
  incident.over += 1;
  incident.byDay ||= verdict.rule === "day" && verdict.outcome === "exceeded";
  if ((verdict.value ?? 0) > (incident.worst.value ?? 0)) incident.worst = verdict;
  if (level > incident.level || incident.over === 1) {
    if (verdict.rule !== incident.deciding.rule) incident.series = [];
    incident.deciding = verdict;
  }
  if (level > incident.level) incident.level = level;
  if (verdict.rule === incident.deciding.rule) {
    incident.series.push({ to: verdict.to, value: verdict.value });
    if (incident.series.length > SERIES) incident.series.shift();
  }
}

function finished(incident: Running): FoldedIncident {
  const { startedAt, closedAt, level, deciding, closing, worst } = incident;
  const life: IncidentFacts = {
    series: incident.series,
    windowsOver: incident.over,
    worstTo: worst.to,
    worstRatio: worst.ratio,
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
