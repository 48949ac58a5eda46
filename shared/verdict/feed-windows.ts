/**
 * The windows of one station's feed with their tallies, kept while late data comes in. In: samples, and which of them are
 * new; out: the verdicts of the windows that these touch. Days are made of their hours and months of their days, so that
 * every figure has one origin.
 */
import { sumWithin, type Tally } from "#shared/coverage/tally.ts";
import type { Coverage, Tallies } from "#shared/coverage/tally-windows.ts";
import type { Sample } from "#shared/reading/sample.ts";
import type { PlainRule, Window } from "#shared/window/calendar.ts";
import { firstWhere, type Range, rangeOf } from "#shared/window/window-range.ts";
import type { StationJudge } from "./judge-station.ts";
import type { Verdict } from "./verdict.ts";

export type WindowsByUnit = Readonly<Record<PlainRule, readonly Window[]>>;

export interface FeedWindows {
  /**
   * Verdicts of every window that samples touch whose covered time starts in [from, to], single readings aside.
   * @param samples all that is known, in order of time
   */
  touch(samples: readonly Sample[], from: number, to: number): Verdict[];
}

type Lists = Map<string, Tally[]>;

export function createFeedWindows(judge: StationJudge, windows: WindowsByUnit): FeedWindows {
  const tallies: Record<PlainRule, Lists> = { hour: new Map(), day: new Map(), month: new Map() };
  const { coversFromOffsetMs } = judge.station;

  /** Hours cover days and days months where windows begin together; a month may begin before its first day that is there. */
  function combine(into: PlainRule, from: PlainRule, [first, last]: Range): void {
    for (const [parameter, list] of tallies[from]) {
      const sums = listOf(tallies[into], parameter);
      for (let index = first; index <= last; index += 1) {
        sums[index] = sumWithin(list, windows[from], windows[into][index] as Window);
      }
    }
  }

  function tallyHours(coverage: Coverage, [first, last]: Range): void {
    const hours = windows.hour.slice(first, last + 1);
    const found: Tallies = judge.tally(coverage, hours, coverage.held.keys());
    for (const [parameter, some] of found) {
      const list = listOf(tallies.hour, parameter);
      some.forEach((tally, index) => {
        list[first + index] = tally;
      });
    }
  }

  return {
    touch(samples, from, to) {
      // what a reading changes ends where the next ones hold that it cuts short or withholds
      const touched = { from, to: to + judge.reachMs("hour") };
      // a calibration is followed back into the day before
      const touchedDays = { from, to: to + judge.reachMs("day") };
      const hours = rangeOf(windows.hour, touched);
      const days = rangeOf(windows.day, touchedDays);
      // whole windows: of one that is touched at its edge everything counts again
      const span = around(around(touched, windows.hour, hours), windows.day, days);
      const coverage = judge.cover(
        between(samples, span.from - judge.reachMs("day") - coversFromOffsetMs, span.to - coversFromOffsetMs),
      );
      tallyHours(coverage, hours);
      combine("day", "hour", days);
      combine("month", "day", rangeOf(windows.month, touchedDays));
      const verdicts: Verdict[] = [];
      for (const unit of ["hour", "day", "month"] as const) {
        const [first, lastCovered] = rangeOf(windows[unit], unit === "hour" ? touched : touchedDays);
        const last = lastCovered + judge.longest(unit) - 1;
        const range = { first, last, lastCovered };
        // years of hours are more than one call takes
        for (const verdict of judge.judge(unit, windows[unit], tallies[unit], coverage, range))
          verdicts.push(verdict);
      }
      return verdicts;
    },
  };
}

/** The span and the windows of a range. */
function around(span: Window, windows: readonly Window[], [first, last]: Range): Window {
  if (last < first) return span;
  return {
    from: Math.min(span.from, (windows[first] as Window).from),
    to: Math.max(span.to, (windows[last] as Window).to),
  };
}

function between(samples: readonly Sample[], from: number, to: number): readonly Sample[] {
  const first = firstWhere(samples.length, (index) => (samples[index] as Sample).time >= from);
  const end = firstWhere(samples.length, (index) => (samples[index] as Sample).time >= to);
  return first === 0 && end === samples.length ? samples : samples.slice(first, end);
}

function listOf(lists: Lists, parameter: string): Tally[] {
  let list = lists.get(parameter);
  if (list === undefined) {
    list = [];
    lists.set(parameter, list);
  }
  return list;
}
