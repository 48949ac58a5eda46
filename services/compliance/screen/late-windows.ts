/** Which windows a sample touches that were judged already. In: samples and the watermarks; out: the windows to judge again. Pure. */
import type { RejudgeJob } from "#shared/queue/queues.ts";
import type { Station } from "#shared/station/station.ts";
import { hasHours } from "#shared/verdict/judge-station.ts";
import type { Calendar, PlainRule } from "#shared/window/calendar.ts";
import type { Watermarks } from "../window/watermark.ts";

export interface Arrival {
  readonly station: Station;
  /** The record's, and when it was received, ms since epoch. */
  readonly time: number;
  readonly receivedAt: number;
  /** Its readings change what counts up to so long after its start: those it cuts short or withholds. */
  reachMs(unit: PlainRule): number;
}

/** @param reviseUntilMs data that is later than this changes nothing */
export function lateWindows(
  arrivals: readonly Arrival[],
  watermarks: Watermarks,
  calendar: Calendar,
  reviseUntilMs: number = Number.POSITIVE_INFINITY,
): RejudgeJob["windows"] {
  const found = new Map<string, RejudgeJob["windows"][number]>();
  for (const { station, time, receivedAt, reachMs } of arrivals) {
    const start = time + station.coversFromOffsetMs;
    for (const rule of hasHours(station) ? HOURS_TOO : DAYS) {
      const mark = watermarks[rule] ?? Number.NEGATIVE_INFINITY;
      let window = calendar.windowAt(rule, start);
      while (window.from < start + reachMs(rule) && window.to <= mark) {
        if (receivedAt <= window.to + reviseUntilMs)
          found.set(`${station.id}|${rule}|${window.from}`, { station: station.id, rule, from: window.from });
        window = calendar.windowAt(rule, window.to);
      }
    }
  }
  return [...found.values()];
}

const DAYS: readonly PlainRule[] = ["day", "month"];
const HOURS_TOO: readonly PlainRule[] = ["hour", ...DAYS];
