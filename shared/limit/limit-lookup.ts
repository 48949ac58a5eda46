/** Limits of one plant by parameter and local day: they change with dates, not from window to window. */
import type { Plant } from "#shared/plant/plant.ts";
import type { Calendar, Window } from "#shared/window/calendar.ts";
import type { Instruments } from "./instruments.ts";
import { type Limit, limitsOf } from "./limit.ts";

/** All limits on a parameter at an instant, ms since epoch. */
export type LimitLookup = (parameter: string, time: number) => readonly Limit[];

const MOST_REMEMBERED = 10_000;

export function createLimitLookup(
  plant: Pick<Plant, "permit" | "limits"> | undefined,
  calendar: Pick<Calendar, "windowAt">,
  timeZone: string,
  instruments: Instruments,
): LimitLookup {
  if (plant === undefined) return () => [];
  const days = new Map<number, Map<string, readonly Limit[]>>();
  /** Of the day that was asked for last. */
  let last: { readonly day: Window; readonly known: Map<string, readonly Limit[]> } | undefined;

  function ofDay(time: number): Map<string, readonly Limit[]> {
    if (last !== undefined && last.day.from <= time && time < last.day.to) return last.known;
    const day = calendar.windowAt("day", time);
    const known = days.get(day.from) ?? new Map<string, readonly Limit[]>();
    if (days.size > MOST_REMEMBERED) days.clear();
    days.set(day.from, known);
    last = { day, known };
    return known;
  }

  return (parameter, time) => {
    const known = ofDay(time);
    let limits = known.get(parameter);
    if (limits === undefined) {
      limits = limitsOf(plant, parameter, time, timeZone, instruments);
      known.set(parameter, limits);
    }
    return limits;
  };
}
