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
import { LOOK_BACK_MS } from "./findings/calibration.ts";
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
      const hours = rangeOf(windows.hour, touched);
      const days = rangeOf(windows.day, touched);
      // an hour may lie in a day that has not ended, and is read whole too
      const whole = [
        windows.hour[hours[0]],
        windows.hour[hours[1]],
        windows.day[days[0]],
        windows.day[days[1]],
      ];
      const span = {
        from: Math.min(touched.from, ...whole.map((window) => window?.from ?? touched.from)),
        to: Math.max(touched.to, ...whole.map((window) => window?.to ?? touched.to)),
      };
      const coverage = judge.cover(
        between(
          samples,
          span.from - judge.reachMs("day") - LOOK_BACK_MS - coversFromOffsetMs,
          span.to - coversFromOffsetMs,
        ),
      );
      tallyHours(coverage, hours);
      combine("day", "hour", days);
      combine("month", "day", rangeOf(windows.month, touched));
      const verdicts: Verdict[] = [];
      for (const unit of ["hour", "day", "month"] as const) {
        const [first, lastCovered] = rangeOf(windows[unit], touched);
        const last = lastCovered + judge.longest(unit, touched.to) - 1;
        verdicts.push(
          ...judge.judge(unit, windows[unit], tallies[unit], coverage, { first, last, lastCovered }),
        );
      }
      return verdicts;
    },
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
