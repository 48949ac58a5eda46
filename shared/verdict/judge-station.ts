/**
 * Judges windows of one station. In: its samples of a span, in order of time, and the hours, days or months that end in it;
 * out: verdicts and the tallies behind them. Pure: readings, registry and calendar decide alone, so compliance, the
 * offline judge and a re-judgement give the same.
 */
import { holdReadings, reachMs } from "#shared/coverage/held-time.ts";
import { outsideIn } from "#shared/coverage/outside.ts";
import { addTallies, emptyTally, type Tally } from "#shared/coverage/tally.ts";
import {
  type Coverage,
  coverTime,
  OUTFLOW,
  type Tallies,
  tallyWindows,
} from "#shared/coverage/tally-windows.ts";
import { INFLOW_TOTAL, LONGEST_GAP_MS, OUTFLOW_TOTAL, type Totalisers } from "#shared/coverage/totaliser.ts";
import type { Limit } from "#shared/limit/limit.ts";
import { limitChanges, limitedParameters } from "#shared/limit/limit-changes.ts";
import { createLimitLookup, type LimitLookup } from "#shared/limit/limit-lookup.ts";
import type { Plant } from "#shared/plant/plant.ts";
import type { Sample } from "#shared/reading/sample.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Station } from "#shared/station/station.ts";
import { type Calendar, HOUR_MS, type PlainRule, type Window } from "#shared/window/calendar.ts";
import { shapeOf, type WindowRule } from "#shared/window/window-rule.ts";
import { LOOK_BACK_MS } from "./findings/calibration.ts";
import { judgeFindings } from "./findings/findings.ts";
import { judgeInstants } from "./judge-instant.ts";
import { judgeWindow } from "./judge-window.ts";
import type { Verdict } from "./verdict.ts";

/** What one station is judged by. */
export interface StationJudge {
  readonly station: Station;
  /** Declared parameters, and what follows from them. */
  readonly parameters: readonly string[];
  readonly limits: LimitLookup;
  /** Nothing is owed before it, ms since epoch. */
  readonly connectedAt: number;
  /** How far before its windows of a rule a span has to begin, ms. */
  reachMs(unit: PlainRule): number;
  /** Whether any limit, now or ever, is judged by the month. */
  readonly judgesMonths: boolean;
  /** Of all windows that a limit has, now or ever, the longest in this unit: 30 for `30d`. */
  longest(unit: PlainRule): number;
  cover(samples: readonly Pick<Sample, "time" | "readings">[]): Coverage;
  /** @param windows hours or days that follow one another; `others` parameters that are not declared */
  tally(coverage: Coverage, windows: readonly Window[], others?: Iterable<string>): Tallies;
  /**
   * Verdicts of all windows, of whatever length, that end with one of these hours, days or months.
   * @param tallies aligned with `windows`; of longer windows only what is among them counts
   * @param range places of the windows to judge, and of the last one whose own time `coverage` holds; all by default
   */
  judge(
    unit: PlainRule,
    windows: readonly Window[],
    tallies: Tallies,
    coverage: Coverage,
    range?: JudgedRange,
  ): Verdict[];
  instants(sample: Pick<Sample, "zone" | "plant" | "station" | "time" | "readings">): Verdict[];
}

export interface JudgedRange {
  readonly first: number;
  readonly last: number;
  /** Behind it only longer windows are judged, which follow from tallies. */
  readonly lastCovered: number;
}

/** Windows that make sense for a station: at least one record is owed in each. */
export const hasHours = (station: Pick<Station, "intervalMs">): boolean => station.intervalMs <= HOUR_MS;

/** @param own limits to judge by in place of the registry's */
export function createStationJudge(
  registry: Registry,
  station: Station,
  calendar: Calendar,
  own?: LimitLookup,
): StationJudge {
  const { rules, timeZone } = registry.settings;
  const plant = registry.plants.get(station.plant);
  const limits = own ?? createLimitLookup(plant, calendar, timeZone, registry.instruments);
  const declared = Object.keys(station.parameters);
  const totalisers: Totalisers = new Map(
    declared.map((parameter) => [parameter, station.parameters[parameter]?.totaliser]),
  );
  const hasTotal = totalisers.has(OUTFLOW_TOTAL);
  const parameters = hasTotal && !declared.includes(OUTFLOW) ? [...declared, OUTFLOW] : declared;
  const isDeclared = new Set(parameters);
  const connectedAt = Temporal.PlainDate.from(station.connectedOn).toZonedDateTime(
    timeZone,
  ).epochMilliseconds;
  const usual = rules.averaging as readonly WindowRule[];

  /** A limit is judged in its own window, or in the usual ones that no other figure beside it has; amounts by the day. */
  function windowsOf(limit: Limit, all: readonly Limit[]): readonly WindowRule[] {
    if (limit.over !== undefined) return [limit.over];
    if (limit.quantity !== "value") return ["day"];
    const beside = all.filter(
      ({ quantity, purpose, instrument }) =>
        quantity === "value" && purpose === limit.purpose && instrument === limit.instrument,
    );
    return usual.filter((rule) => !beside.some(({ over }) => over === rule));
  }

  const longest = longestWindows(plant);

  /** By unit, of everything that the station may measure: late data may reach into windows under a later permit. */
  function longestWindows(bound: Plant | undefined): Record<PlainRule, number> {
    const counts = { hour: 0, day: 0, month: 0 };
    if (bound === undefined) return counts;
    const named = new Set([...parameters, ...limitedParameters(bound, registry.instruments)]);
    for (const day of limitChanges(bound, registry.instruments)) {
      const time = Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds;
      for (const parameter of named) {
        const all = limits(parameter, time);
        for (const rule of all.flatMap((limit) => windowsOf(limit, all))) {
          const { unit, count } = shapeOf(rule);
          counts[unit] = Math.max(counts[unit], count);
        }
      }
    }
    return counts;
  }

  function judgeEnding(
    unit: PlainRule,
    index: number,
    windows: readonly Window[],
    tallies: Tallies,
    coverage: Coverage,
    isCovered: boolean,
    verdicts: Verdict[],
  ): void {
    const end = (windows[index] as Window).to;
    for (const parameter of tallies.keys()) {
      const all = limits(parameter, end - 1);
      for (const limit of all) {
        for (const rule of windowsOf(limit, all)) {
          const { unit: own, count } = shapeOf(rule);
          if (own !== unit || (count === 1 && !isCovered)) continue;
          const window = count === 1 ? (windows[index] as Window) : calendar.windowEnding(rule, end);
          // a mean over thirty days needs thirty days
          if (count > 1 && window.from < connectedAt) continue;
          const sumOf = (of: string) => sumTallies(tallies.get(of), index, count);
          const tally = sumOf(parameter);
          // what is not declared is not owed: judged where it is there
          if (tally.records === 0 && !isDeclared.has(parameter)) continue;
          verdicts.push(
            judgeWindow({
              station,
              parameter,
              rule,
              window,
              tally,
              connectedMs: window.to - Math.max(window.from, connectedAt),
              limit,
              rules,
              outside: outsideIn(coverage, parameter, window),
              total: hasTotal && limit.quantity === "volume" ? sumOf(OUTFLOW_TOTAL) : undefined,
            }),
          );
        }
      }
    }
  }

  return {
    station,
    parameters,
    limits,
    connectedAt,
    reachMs(unit) {
      const records = reachMs(station, rules);
      const totals = hasTotal || totalisers.has(INFLOW_TOTAL) ? LONGEST_GAP_MS : 0;
      return records + Math.max(totals, unit === "hour" ? 0 : LOOK_BACK_MS + HOUR_MS);
    },
    longest: (unit) => Math.max(1, longest[unit]),
    judgesMonths: longest.month > 0,
    cover(samples) {
      // water of the time before the station was connected is not judged
      const isConnected = ({ time }: { readonly time: number }) =>
        time + station.coversFromOffsetMs >= connectedAt;
      const first = samples[0];
      const known = first === undefined || isConnected(first) ? samples : samples.filter(isConnected);
      return coverTime(holdReadings(station, known, rules), rules);
    },
    tally: (coverage, windows, others = []) =>
      tallyWindows(coverage, windows, new Set([...parameters, ...others]), totalisers),
    judge(unit, windows, tallies, coverage, range) {
      const all = windows.length - 1;
      const { first, last, lastCovered } = range ?? { first: 0, last: all, lastCovered: all };
      const verdicts: Verdict[] = [];
      if (unit === "hour" && !hasHours(station)) return verdicts;
      for (let index = first; index <= Math.min(last, all); index += 1) {
        const window = windows[index] as Window;
        if (window.to <= connectedAt) continue;
        const isCovered = index <= lastCovered;
        judgeEnding(unit, index, windows, tallies, coverage, isCovered, verdicts);
        if (unit !== "day" || !isCovered) continue;
        const connectedMs = window.to - Math.max(window.from, connectedAt);
        const tallyOf = (parameter: string) => tallies.get(parameter)?.[index] ?? emptyTally();
        verdicts.push(...judgeFindings({ station, window, connectedMs, tallyOf, coverage, limits, rules }));
      }
      return verdicts;
    },
    instants: (sample) =>
      judgeInstants(
        sample,
        (parameter) => limits(parameter, sample.time + station.coversFromOffsetMs),
        rules,
      ),
  };
}

/** Of the window at `index` and those before it, `count` in all, as far as they are there. */
function sumTallies(tallies: readonly Tally[] | undefined, index: number, count: number): Tally {
  if (tallies === undefined) return emptyTally();
  if (count === 1) return tallies[index] ?? emptyTally();
  return addTallies(tallies.slice(Math.max(0, index + 1 - count), index + 1));
}
