/** Names of the quarantine's files. In: times, names, a folder's listing; out: days and what is too old. Pure; a day is UTC, of receipt. */

const NAME = /^(\d{4}-\d\d-\d\d)\.ndjson$/;
const DAY_MS = 86_400_000;

/** The day of a time of receipt: `2026-11-23`. */
export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

export const dayFileName = (day: string): string => `${day}.ndjson`;

/** The days among a folder's names, oldest first. */
export function daysAmong(names: readonly string[]): string[] {
  return names
    .map((name) => NAME.exec(name)?.[1])
    .filter((day) => day !== undefined)
    .sort();
}

/** Days that ended more than `keepDays` ago. */
export function expiredDays(days: readonly string[], now: number, keepDays: number): string[] {
  const oldest = dayOf(now - keepDays * DAY_MS);
  return days.filter((day) => day < oldest);
}
