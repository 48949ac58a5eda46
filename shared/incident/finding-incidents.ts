/**
 * Incidents that are about the data of a parameter and not about its limit. In: verdicts of one station and parameter; out: the
 * incidents they make, both of level 1. Pure.
 */
import type { Rules } from "#shared/registry/schema.ts";
import type { Verdict } from "#shared/verdict/verdict.ts";
import { DAY_MS, HOUR_MS } from "#shared/window/calendar.ts";
import { type FoldedIncident, factsOf } from "./limit-incidents.ts";

/** Days are counted: the last day's own figure and limit have nothing to do with it. */
const NO_FIGURE = {
  min: null,
  max: null,
  limitMin: null,
  limitMax: null,
  ratio: null,
  severity: 0,
  atLeast: false,
} as const;

/** A week with the end of summer time in it is an hour longer. */
const CLOCK_CHANGE_MS = HOUR_MS;

/** Days on which calibrating lasted too long or began near the limit; days in a row are one incident. */
export function foldCalibration(verdicts: readonly Verdict[]): FoldedIncident[] {
  const incidents: FoldedIncident[] = [];
  const found = verdicts
    .filter(({ rule, outcome }) => rule === "calibration" && outcome === "exceeded")
    .toSorted((a, b) => a.to - b.to);
  for (const verdict of found) {
    const moment = { at: verdict.to, facts: factsOf(verdict) };
    const last = incidents.at(-1);
    if (last?.closedAt === verdict.from) {
      incidents[incidents.length - 1] = { ...last, closedAt: verdict.to, ended: moment };
    } else {
      incidents.push({
        startedAt: verdict.from,
        closedAt: verdict.to,
        level: 1,
        decided: moment,
        ended: moment,
      });
    }
  }
  return incidents;
}

/** So many insufficient days of so many (trade practice 1.3, P): `insufficient` is no shelter. Not for ranges such as pH. */
export function foldAvailability(
  verdicts: readonly Verdict[],
  { availability }: Pick<Rules, "availability">,
): FoldedIncident[] {
  const days = verdicts
    .filter(({ rule, acting, statistic }) => rule === "day" && acting && statistic !== "minutes-outside")
    .toSorted((a, b) => a.to - b.to);
  const incidents: FoldedIncident[] = [];
  let isOpen = false;
  days.forEach((day, index) => {
    const since = day.to - availability.of * DAY_MS - CLOCK_CHANGE_MS;
    const recent = days.slice(0, index + 1).filter(({ from }) => from >= since);
    const lacking = recent.filter(({ outcome }) => outcome === "insufficient");
    const facts = { ...factsOf(day), ...NO_FIGURE, value: lacking.length, windowsOver: lacking.length };
    const last = incidents.at(-1);
    if (!isOpen && lacking.length >= availability.days) {
      isOpen = true;
      incidents.push({
        startedAt: lacking[0]?.from ?? day.from,
        closedAt: null,
        level: 1,
        decided: { at: day.to, facts },
        ended: null,
      });
    } else if (isOpen && last !== undefined && lacking.length < availability.days) {
      isOpen = false;
      incidents[incidents.length - 1] = { ...last, closedAt: day.to, ended: { at: day.to, facts } };
    }
  });
  return incidents;
}
