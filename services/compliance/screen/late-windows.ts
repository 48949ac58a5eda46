/** Which windows a sample touches that were judged already. In: samples and the watermarks; out: the windows to judge again. Pure. */
import type { RejudgeJob } from "#shared/queue/queues.ts";
import type { Station } from "#shared/station/station.ts";
import type { WindowRule } from "#shared/verdict/verdict.ts";
import type { Calendar } from "#shared/window/calendar.ts";
import { rulesFor } from "../window/owed.ts";

export type Watermarks = Readonly<Partial<Record<WindowRule, number>>>;

export function lateWindows(
  samples: readonly { readonly station: Station; readonly time: number }[],
  watermarks: Watermarks,
  calendar: Calendar,
): RejudgeJob["windows"] {
  const found = new Map<string, RejudgeJob["windows"][number]>();
  for (const { station, time } of samples) {
    for (const rule of rulesFor(station)) {
      const { from, to } = calendar.windowAt(rule, time + station.coversFromOffsetMs);
      if (to > (watermarks[rule] ?? Number.NEGATIVE_INFINITY)) continue;
      found.set(`${station.id}|${rule}|${from}`, { station: station.id, rule, from });
    }
  }
  return [...found.values()];
}
