/** What a station owes in a window. Pure. */
import type { Station } from "#shared/station/station.ts";
import type { WindowRule } from "#shared/verdict/verdict.ts";
import { HOUR_MS, type Window } from "#shared/window/calendar.ts";

/** Windows that make sense for a station: at least one record is owed in each. */
export function rulesFor(station: Pick<Station, "intervalMs">): readonly WindowRule[] {
  return station.intervalMs <= HOUR_MS ? ["hour", "day"] : ["day"];
}

/** Records owed: one an interval. */
export function owedIn(station: Pick<Station, "intervalMs">, window: Window): number {
  return Math.max(1, Math.round((window.to - window.from) / station.intervalMs));
}
