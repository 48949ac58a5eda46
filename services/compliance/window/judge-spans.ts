/**
 * Windows of stations judged from what is stored. In: stations, and hours, days or months that follow one another; out: verdicts
 * and tallies. Hours and days come from raw rows; what longer windows need beside them, from the rows of days.
 */
import { addTallies, sumWithin, type Tally } from "#shared/coverage/tally.ts";
import type { Tallies } from "#shared/coverage/tally-windows.ts";
import type { Influx } from "#shared/influx/influx.ts";
import { readSpan } from "#shared/reading/read-span.ts";
import type { Sample } from "#shared/reading/sample.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Station } from "#shared/station/station.ts";
import { createStationJudge, type StationJudge } from "#shared/verdict/judge-station.ts";
import type { Verdict } from "#shared/verdict/verdict.ts";
import type { Calendar, PlainRule, Window } from "#shared/window/calendar.ts";
import type { Beginnings } from "./beginnings.ts";
import { readDays } from "./window-query.ts";

export interface JudgedWindows {
  readonly judge: StationJudge;
  readonly windows: readonly Window[];
  /** Of the windows, in their order; none of months. */
  readonly tallies: Tallies;
  readonly verdicts: readonly Verdict[];
}

export interface SpanJudge {
  /**
   * @param windows of one unit, following one another
   * @param until longer windows that end up to here are judged too, where these reach into them
   */
  judge(
    unit: PlainRule,
    stations: readonly Station[],
    windows: readonly Window[],
    until?: number,
  ): Promise<JudgedWindows[]>;
  judgeOf(station: Station): StationJudge;
}

const STATIONS_AT_ONCE = 100;
const NO_TIME = { held: new Map(), idle: { from: [], to: [] } };

export function createSpanJudge(options: {
  registry: Registry;
  calendar: Calendar;
  influx: Influx;
  beginnings: Pick<Beginnings, "of">;
}): SpanJudge {
  const { registry, calendar, influx, beginnings } = options;
  const judges = new Map<string, StationJudge>();

  function judgeOf(station: Station): StationJudge {
    let judge = judges.get(station.id);
    if (judge === undefined) {
      judge = createStationJudge(registry, station, calendar);
      judges.set(station.id, judge);
    }
    return judge;
  }

  /** All of the hours that the longest windows of these reach over, from raw rows. */
  async function judgeHours(stations: readonly Station[], windows: readonly Window[], until: number) {
    const counts = Map.groupBy(stations, (station) => judgeOf(station).longest("hour"));
    const judged: JudgedWindows[] = [];
    for (const [count, some] of counts) {
      const wide = widen("hour", windows, count, until);
      const samples = await readAround(some, wide, "hour");
      for (const station of some) {
        const judge = judgeOf(station);
        const coverage = judge.cover(samples.get(station.id) ?? []);
        const tallies = judge.tally(coverage, wide.all, coverage.held.keys());
        const range = { first: wide.before, last: wide.all.length - 1, lastCovered: wide.all.length - 1 };
        const verdicts = judge.judge("hour", wide.all, tallies, coverage, range);
        judged.push({ judge, windows, tallies: pick(tallies, wide, windows), verdicts });
      }
    }
    return judged;
  }

  /** Some stations at a time: a day of a country is more rows than should be in memory at once. */
  async function judgeDays(stations: readonly Station[], windows: readonly Window[], until: number) {
    const judged: JudgedWindows[] = [];
    const read = (from: number) => {
      const some = stations.slice(from, from + STATIONS_AT_ONCE);
      const reading = readAround(some, { all: windows, before: 0 }, "day");
      // it may fail while the ones before are judged: whoever awaits it hears of it
      reading.catch(() => undefined);
      return reading;
    };
    let next = read(0);
    for (let from = 0; from < stations.length; from += STATIONS_AT_ONCE) {
      const samples = await next;
      const after = from + STATIONS_AT_ONCE;
      // the database reads the next ones while these are judged
      if (after < stations.length) next = read(after);
      judged.push(...(await judgeSomeDays(stations.slice(from, after), samples, windows, until)));
    }
    return judged;
  }

  async function judgeSomeDays(
    stations: readonly Station[],
    samples: ReadonlyMap<string, Sample[]>,
    windows: readonly Window[],
    until: number,
  ): Promise<JudgedWindows[]> {
    const judged: JudgedWindows[] = [];
    for (const station of stations) {
      const judge = judgeOf(station);
      const coverage = judge.cover(samples.get(station.id) ?? []);
      const tallies = tallyDays(judge, coverage, windows);
      const count = judge.longest("day");
      const wide = widen("day", windows, count, until);
      const lastCovered = wide.before + windows.length - 1;
      const range = { first: wide.before, last: wide.all.length - 1, lastCovered };
      const around = count === 1 ? tallies : await withStored(station, wide, windows, tallies);
      judged.push({
        judge,
        windows,
        tallies,
        verdicts: judge.judge("day", wide.all, around, coverage, range),
      });
    }
    return judged;
  }

  async function judgeMonths(stations: readonly Station[], windows: readonly Window[]) {
    const judged: JudgedWindows[] = [];
    for (const station of stations) {
      const judge = judgeOf(station);
      if (!judge.judgesMonths) continue;
      const days = await readDays(influx, station, { from: startOf(windows), to: endOf(windows) });
      const tallies: Tallies = new Map(
        [...new Set([...judge.parameters, ...days.keys()])].map((parameter) => [
          parameter,
          windows.map((month) => sumDays(days.get(parameter), month)),
        ]),
      );
      const verdicts = judge.judge("month", windows, tallies, NO_TIME);
      judged.push({ judge, windows, tallies: new Map(), verdicts });
    }
    return judged;
  }

  /** Days of their hours, as everywhere. */
  function tallyDays(
    judge: StationJudge,
    coverage: ReturnType<StationJudge["cover"]>,
    days: readonly Window[],
  ): Tallies {
    const hours = calendar.windowsUntil("hour", startOf(days), endOf(days));
    const byHour = judge.tally(coverage, hours, coverage.held.keys());
    return new Map(
      [...byHour].map(([parameter, list]) => [parameter, days.map((day) => sumWithin(list, hours, day))]),
    );
  }

  /** The days around, as they are stored, with these in their place. */
  async function withStored(
    station: Station,
    wide: Wide,
    windows: readonly Window[],
    tallies: Tallies,
  ): Promise<Tallies> {
    const stored = await readDays(influx, station, { from: startOf(wide.all), to: endOf(wide.all) });
    return new Map(
      [...new Set([...tallies.keys(), ...stored.keys()])].map((parameter) => [
        parameter,
        wide.all.map(({ from }, index) => {
          const fresh = index - wide.before;
          const isFresh = fresh >= 0 && fresh < windows.length;
          return addTallies([isFresh ? tallies.get(parameter)?.[fresh] : stored.get(parameter)?.get(from)]);
        }),
      ]),
    );
  }

  /** So many windows before and behind as the longest ones reach over. */
  function widen(unit: PlainRule, windows: readonly Window[], count: number, until: number): Wide {
    if (count === 1) return { all: windows, before: 0 };
    const before: Window[] = [];
    for (let index = 1; index < count; index += 1) {
      before.unshift(calendar.windowAt(unit, startOf(before.length > 0 ? before : windows) - 1));
    }
    const behind = calendar.windowsUntil(unit, endOf(windows), until).slice(0, count - 1);
    return { all: [...before, ...windows, ...behind], before: before.length };
  }

  function readAround(
    stations: readonly Station[],
    { all }: Wide,
    unit: PlainRule,
  ): Promise<Map<string, Sample[]>> {
    const reach = Math.max(0, ...stations.map((station) => judgeOf(station).reachMs(unit)));
    return readSpan(influx, stations, { from: startOf(all) - reach, to: endOf(all) });
  }

  function judgeUnit(
    unit: PlainRule,
    stations: readonly Station[],
    windows: readonly Window[],
    until: number,
  ): Promise<JudgedWindows[]> {
    if (unit === "hour") return judgeHours(stations, windows, until);
    return unit === "day" ? judgeDays(stations, windows, until) : judgeMonths(stations, windows);
  }

  return {
    judgeOf,
    async judge(unit, stations, windows, until = endOf(windows)) {
      if (windows.length === 0 || stations.length === 0) return [];
      const judged = await judgeUnit(unit, stations, windows, until);
      return judged.map((one) => {
        const begin = beginnings.of(one.judge.station.id) ?? Number.POSITIVE_INFINITY;
        if (begin <= startOf(windows)) return one;
        return { ...one, verdicts: one.verdicts.filter(({ to }) => to > begin) };
      });
    },
  };
}

interface Wide {
  readonly all: readonly Window[];
  readonly before: number;
}

const startOf = (windows: readonly Window[]): number => windows[0]?.from ?? 0;
const endOf = (windows: readonly Window[]): number => windows.at(-1)?.to ?? 0;

function pick(tallies: Tallies, wide: Wide, windows: readonly Window[]): Tallies {
  if (wide.all === windows) return tallies;
  return new Map(
    [...tallies].map(([parameter, list]) => [
      parameter,
      list.slice(wide.before, wide.before + windows.length),
    ]),
  );
}

function sumDays(days: ReadonlyMap<number, Tally> | undefined, { from, to }: Window): Tally {
  const inside = [...(days ?? [])].filter(([start]) => start >= from && start < to);
  return addTallies(inside.sort(([a], [b]) => a - b).map(([, tally]) => tally));
}
