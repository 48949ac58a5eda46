/** "Since when" on the command line: an instant, or how long ago. Pure. */
import { InvalidArgumentError } from "commander";

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d))?$/;

/** Given now, ms since epoch, the instant that is meant. */
export type Since = (now: number) => number;

/** "2026-11-23T00:00:00Z", "2026-11-23" (UTC), "90m", "24h", "7d". */
export function parseSince(text: string): Since {
  const [, count, unit] = /^(\d+)([mhd])$/.exec(text) ?? [];
  if (count !== undefined) return (now) => now - Number(count) * UNITS[unit as keyof typeof UNITS];
  const instant = ISO.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(instant))
    throw new InvalidArgumentError(
      'expected ISO 8601 with offset, a date, or how long ago, e.g. "24h", "7d"',
    );
  return () => instant;
}
