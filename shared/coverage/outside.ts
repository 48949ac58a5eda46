/** Usable time outside a range, by window. In: the time of a station; out: for a limit, the ms outside. Pure. */
import { breaks, type Limit } from "#shared/limit/limit.ts";
import type { Window } from "#shared/window/calendar.ts";
import { counts, firstEndingAfter } from "./held-time.ts";
import { type Coverage, within } from "./tally-windows.ts";

export type OutsideOf = (limit: Pick<Limit, "min" | "max">) => number;

export function outsideIn({ held, idle }: Coverage, parameter: string, window: Window): OutsideOf {
  return (limit) => {
    const times = held.get(parameter);
    if (times === undefined) return 0;
    let ms = 0;
    for (let at = firstEndingAfter(times, window.from); at < times.from.length; at += 1) {
      const from = times.from[at] as number;
      if (from >= window.to) break;
      if (!counts(times.state[at] as 0) || !breaks(times.value[at] as number, limit)) continue;
      const begin = Math.max(from, window.from);
      const end = Math.min(times.to[at] as number, window.to);
      ms += end - begin - within(idle, 0, begin, end);
    }
    return ms;
  };
}
