/**
 * Windows of the calendar. In: an instant and a time zone; out: the hour or day it lies in, ms since epoch, from
 * inclusive, to exclusive. Days are the zone's own, and may have 23 or 25 hours.
 */
import type { WindowRule } from "#shared/verdict/verdict.ts";

export interface Window {
  readonly from: number;
  readonly to: number;
}

export const HOUR_MS = 3_600_000;

export interface Calendar {
  windowAt(rule: WindowRule, time: number): Window;
  /** Windows of the rule that follow one another, from the one at `from` while they end at or before `until`. */
  windowsUntil(rule: WindowRule, from: number, until: number): Window[];
}

export function createCalendar(timeZone: string): Calendar {
  /** Days already worked out, by the UTC hour that was asked for. */
  const days = new Map<number, Window>();
  let recent: Window | undefined;

  function dayAt(time: number): Window {
    if (recent === undefined || time < recent.from || recent.to <= time) recent = findDay(time);
    return recent;
  }

  function findDay(time: number): Window {
    const hour = Math.floor(time / HOUR_MS);
    const known = days.get(hour);
    if (known !== undefined && known.from <= time && time < known.to) return known;
    const local = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone).startOfDay();
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

  const windowAt = (rule: WindowRule, time: number) => (rule === "day" ? dayAt(time) : hourAt(time));
  return {
    windowAt,
    windowsUntil(rule, from, until) {
      const windows: Window[] = [];
      for (let window = windowAt(rule, from); window.to <= until; window = windowAt(rule, window.to)) {
        windows.push(window);
      }
      return windows;
    },
  };
}
