/** Instants as options name them. In: a day or ISO 8601 with its offset; out: ms since epoch. */
import { z } from "zod";

/**
 * A day is its start in the registry's time zone, wherever the command runs.
 * @throws Error that names the option
 */
export function instantOf(option: string, text: string, timeZone: string): number {
  if (z.iso.date().safeParse(text).success)
    return Temporal.PlainDate.from(text).toZonedDateTime(timeZone).epochMilliseconds;
  if (z.iso.datetime({ offset: true }).safeParse(text).success) return Date.parse(text);
  throw new Error(`${option} ${text}: expected a day such as 2026-10-01, or ISO 8601 with its offset`);
}
