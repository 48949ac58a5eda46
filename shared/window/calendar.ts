/**
 * Windows of the calendar. In: an instant and a time zone; out: the window it lies in, ms since epoch, from inclusive, to
 * exclusive. Days are the zone's own, and may have 23 or 25 hours; hours count from local midnight.
 */
import { shapeOf, type WindowRule } from "./window-rule.ts";

export interface Window {
  readonly from: number;
  readonly to: number;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Windows that do not overlap: every instant lies in one. */
export type PlainRule = "hour" | "day" | "month";

export interface Calendar {
  windowAt(rule: PlainRule, time: number): Window;
  /** Windows of the rule that follow one another, from the one at `from` while they end at or before `until`. */
  windowsUntil(rule: PlainRule, from: number, until: number): Window[];
  /** Windows of any rule that end where an hour, day or month of [from, to] ends: after `from`, at `to` the latest. */
  windowsEnding(rule: WindowRule, from: number, to: number): Window[];
  /** The window of a rule that ends at `end`, the end of one of its hours, days or months. */
  windowEnding(rule: WindowRule, end: number): Window;
}

export function createCalendar(timeZone: string): Calendar {
  /** Days already worked out, by the UTC hour that was asked for. */
  const days = new Map<number, Window>();
  let recent: Window | undefined;
  let recentMonth: Window | undefined;

  const zoned = (time: number) => Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone);

  function dayAt(time: number): Window {
    if (recent === undefined || time < recent.from || recent.to <= time) recent = findDay(time);
    return recent;
  }

  function findDay(time: number): Window {
    const hour = Math.floor(time / HOUR_MS);
    const known = days.get(hour);
    if (known !== undefined && known.from <= time && time < known.to) return known;
    const local = zoned(time).startOfDay();
    const day = { from: local.epochMilliseconds, to: local.add({ days: 1 }).startOfDay().epochMilliseconds };
    if (days.size > 100_000) days.clear();
    days.set(hour, day);
    return day;
  }

  function hourAt(time: number): Window {
    // hours count from local midnight, so zones with half-hour offsets keep theirs
    const { from } = dayAt(time);
    const start = from + Math.floor((time - from) / HOUR_MS) * HOUR_MS;
    return { from: start, to: start + HOUR_MS };
  }

  function monthAt(time: number): Window {
    if (recentMonth === undefined || time < recentMonth.from || recentMonth.to <= time) {
      const first = zoned(time).with({ day: 1 }).startOfDay();
      recentMonth = {
        from: first.epochMilliseconds,
        to: first.add({ months: 1 }).startOfDay().epochMilliseconds,
      };
    }
    return recentMonth;
  }

  const plain = { hour: hourAt, day: dayAt, month: monthAt };
  const windowAt = (rule: PlainRule, time: number) => plain[rule](time);

  function windowsUntil(rule: PlainRule, from: number, until: number): Window[] {
    const windows: Window[] = [];
    for (let window = windowAt(rule, from); window.to <= until; window = windowAt(rule, window.to)) {
      windows.push(window);
    }
    return windows;
  }

  function windowEnding(rule: WindowRule, end: number): Window {
    const { unit, count } = shapeOf(rule);
    if (unit === "hour") return { from: end - count * HOUR_MS, to: end };
    if (count === 1) return windowAt(unit, end - 1);
    return { from: zoned(end).subtract({ days: count }).startOfDay().epochMilliseconds, to: end };
  }

  return {
    windowAt,
    windowsUntil,
    windowEnding,
    windowsEnding: (rule, from, to) =>
      windowsUntil(shapeOf(rule).unit, from, to).map(({ to: end }) => windowEnding(rule, end)),
  };
}
