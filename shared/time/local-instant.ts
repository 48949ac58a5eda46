/**
 * Local times to instants. In: calendar fields as a file gives them, row after row; out: ms since epoch. A clock hour
 * that repeats is told apart by the order in the file: an instant that would not come after the row before is the later one.
 */

/** What a clock on the wall shows; month and day from 1. */
export interface LocalFields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

export type AmbiguousTime = "in-file-order" | "refuse";

export type Resolved =
  | { readonly ok: true; readonly time: number }
  | { readonly ok: false; readonly why: string };

/** Call the result once a row, in file order. */
export function createInstantResolver(
  timeZone: string,
  ambiguousTime: AmbiguousTime,
): (fields: LocalFields) => Resolved {
  const offsetsOf = cachedOffsets(timeZone);
  let previous = Number.NEGATIVE_INFINITY;
  return (fields) => {
    const { year, month, day, hour, minute, second } = fields;
    const local = Date.UTC(year, month - 1, day, hour, minute, second);
    const offsets = offsetsOf(local);
    if (offsets === "skipped") return { ok: false, why: `the clock of ${timeZone} skipped this time` };
    const [earlier, later] = [local - offsets.earlier, local - offsets.later];
    if (earlier !== later && ambiguousTime === "refuse") {
      return { ok: false, why: `the clock of ${timeZone} showed this time twice` };
    }
    const time = earlier > previous ? earlier : later;
    previous = time;
    return { ok: true, time };
  };
}

interface Offsets {
  /** Offset to UTC in ms at the first time the clock showed it, and at the last. */
  readonly earlier: number;
  readonly later: number;
}

/** Offsets change on the quarter hour at most; one look-up serves it. */
const BUCKET_MS = 900_000;

function cachedOffsets(timeZone: string): (local: number) => Offsets | "skipped" {
  let bucket = Number.NaN;
  let offsets: Offsets | "skipped" = "skipped";
  return (local) => {
    const current = Math.floor(local / BUCKET_MS);
    if (current !== bucket) {
      bucket = current;
      offsets = lookUp(timeZone, current * BUCKET_MS);
    }
    return offsets;
  };
}

function lookUp(timeZone: string, local: number): Offsets | "skipped" {
  const wall = Temporal.Instant.fromEpochMilliseconds(local).toZonedDateTimeISO("UTC").toPlainDateTime();
  const earlier = wall.toZonedDateTime(timeZone, { disambiguation: "earlier" });
  const later = wall.toZonedDateTime(timeZone, { disambiguation: "later" });
  // in a gap Temporal answers with another wall time
  if (!earlier.toPlainDateTime().equals(wall)) return "skipped";
  return { earlier: local - earlier.epochMilliseconds, later: local - later.epochMilliseconds };
}
