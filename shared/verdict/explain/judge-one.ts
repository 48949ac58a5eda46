/**
 * One window judged on its own, the way it is judged among others. In: a station's judge, its samples, a verdict's name;
 * out: the window, its tallies and verdict. Days are made of their hours and months of their days, as everywhere. Pure.
 */
import { addTallies, emptyTally, sumWithin, type Tally } from "#shared/coverage/tally.ts";
import type { Coverage, Tallies } from "#shared/coverage/tally-windows.ts";
import { OUTFLOW_TOTAL } from "#shared/coverage/totaliser.ts";
import type { Limit } from "#shared/limit/limit.ts";
import type { Sample } from "#shared/reading/sample.ts";
import { type Calendar, HOUR_MS, type PlainRule, type Window } from "#shared/window/calendar.ts";
import { hoursOf, isWindowRule, shapeOf } from "#shared/window/window-rule.ts";
import type { StationJudge } from "../judge-station.ts";
import { ruleName } from "../judge-window.ts";
import type { Verdict } from "../verdict.ts";
import { type VerdictName, windowPartOf } from "../verdict-name.ts";

export interface OneWindow {
  readonly window: Window;
  readonly coverage: Coverage;
  readonly tallyOf: (parameter: string) => Tally;
  /** The tally of the outflow's totaliser, where the station has one. */
  readonly total: Tally | undefined;
  /** Of the window's time, what the station was connected, ms. */
  readonly connectedMs: number;
  readonly verdict: Verdict | undefined;
  /** The limit it is compared with; undefined for findings, and where none holds. */
  readonly limit: Limit | undefined;
}

/** The window that a verdict's name means; undefined where none of its rule begins there. */
export function windowOf(calendar: Calendar, { rule, from }: Pick<VerdictName, "rule" | "from">) {
  const part = windowPartOf(rule);
  if (part === "instant") return { from, to: from };
  if (!isWindowRule(part)) return undefined;
  // a day of 25 hours, a month of 31 such days
  const latest = from + (hoursOf(part) + 26) * HOUR_MS;
  return calendar.windowsEnding(part, from, latest).find((window) => window.from === from);
}

/** From where on samples are needed for a window, by the start of the time they cover, ms since epoch. */
export const neededFrom = (judge: StationJudge, { from }: Window): number => from - judge.reachMs("day");

/** @param samples in order of time, each time once; more of them than needed change nothing */
export function judgeOne(
  judge: StationJudge,
  calendar: Calendar,
  samples: readonly Sample[],
  name: VerdictName,
  window: Window,
): OneWindow {
  const offset = judge.station.coversFromOffsetMs;
  const isInstant = window.from === window.to;
  const coverage = judge.cover(
    samples.filter(({ time }) => {
      const start = time + offset;
      return start >= neededFrom(judge, window) && (isInstant ? time === window.from : start < window.to);
    }),
  );
  const connectedMs = window.to - Math.max(window.from, judge.connectedAt);
  if (isInstant) return judgeInstant(judge, samples, name, window, coverage);
  const { unit } = shapeOf(windowPartOf(name.rule) as "hour");
  const windows = calendar.windowsUntil(unit, window.from, window.to);
  const tallies = tallyUnits(judge, calendar, coverage, unit, windows);
  const last = windows.length - 1;
  const sumOf = (parameter: string) => addTallies(tallies.get(parameter) ?? [emptyTally()]);
  const verdicts = judge.judge(unit, windows, tallies, coverage, { first: last, last, lastCovered: last });
  const verdict = verdicts.find(
    ({ parameter, rule, from }) => parameter === name.parameter && rule === name.rule && from === window.from,
  );
  return {
    window,
    coverage,
    connectedMs,
    tallyOf: sumOf,
    total: tallies.has(OUTFLOW_TOTAL) ? sumOf(OUTFLOW_TOTAL) : undefined,
    verdict,
    limit: verdict && limitOf(judge, name, verdict),
  };
}

function judgeInstant(
  judge: StationJudge,
  samples: readonly Sample[],
  name: VerdictName,
  window: Window,
  coverage: Coverage,
): OneWindow {
  const sample = samples.find(({ time }) => time === window.from);
  const verdicts = sample === undefined ? [] : judge.instants(sample);
  const verdict = verdicts.find(({ parameter }) => parameter === name.parameter);
  const limit = verdict && limitOf(judge, name, verdict);
  return {
    window,
    coverage,
    tallyOf: () => emptyTally(),
    total: undefined,
    connectedMs: 0,
    verdict,
    limit,
  };
}

function tallyUnits(
  judge: StationJudge,
  calendar: Calendar,
  coverage: Coverage,
  unit: PlainRule,
  windows: readonly Window[],
): Tallies {
  const span = [windows[0]?.from ?? 0, windows.at(-1)?.to ?? 0] as const;
  const hours = calendar.windowsUntil("hour", ...span);
  const byHour = judge.tally(coverage, hours, coverage.held.keys());
  if (unit === "hour") return byHour;
  const days = calendar.windowsUntil("day", ...span);
  const byDay = combine(byHour, hours, days);
  return unit === "day" ? byDay : combine(byDay, days, windows);
}

const combine = (tallies: Tallies, windows: readonly Window[], longer: readonly Window[]): Tallies =>
  new Map(
    [...tallies].map(([parameter, list]) => [parameter, longer.map((one) => sumWithin(list, windows, one))]),
  );

/** The limit in force at the window's end that gave the verdict. */
function limitOf(judge: StationJudge, { parameter, rule }: VerdictName, verdict: Verdict): Limit | undefined {
  const part = windowPartOf(rule);
  const time = part === "instant" ? verdict.from : verdict.to - 1;
  return judge
    .limits(parameter, time)
    .filter((limit) => rule === "instant" || (isWindowRule(part) && ruleName(part, limit) === rule))
    .find(
      ({ min, max, instrument }) =>
        instrument === verdict.instrument &&
        (min ?? null) === verdict.limitMin &&
        (max ?? null) === verdict.limitMax,
    );
}
