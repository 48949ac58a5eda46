/** Durations and speeds on the command line. */
import { InvalidArgumentError } from "commander";
import { parseSpeed as parseReplaySpeed } from "#simulators/replay/pace.ts";

/** "45s", "2m", "1h" as ms. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  if (match === null) throw new InvalidArgumentError('expected a duration, e.g. "45s", "2m"');
  return Number(match[1]) * { ms: 1, s: 1e3, m: 6e4, h: 36e5 }[match[2] as "ms" | "s" | "m" | "h"];
}

/** A number of at least 0, or "max" for as fast as it goes (0): the replay's own reading, refused in the command line's way. */
export function parseSpeed(text: string): number {
  try {
    return parseReplaySpeed(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
