/** Local time of a zone. In: ms since epoch; out: the offset to UTC, and the ISO text a logger would write. */

export interface LocalTime {
  /** Milliseconds to add to UTC. */
  offsetAt(time: number): number;
  /** `2026-11-23T10:00:00+07:00`. */
  textAt(time: number): string;
}

/** Offsets change on the quarter hour at most; one look-up serves it. */
const BUCKET_MS = 900_000;

export function createLocalTime(timeZone: string): LocalTime {
  let bucket = Number.NaN;
  let offsetMs = 0;
  let suffix = "";
  const look = (time: number) => {
    const current = Math.floor(time / BUCKET_MS);
    if (current === bucket) return;
    const instant = Temporal.Instant.fromEpochMilliseconds(current * BUCKET_MS);
    const zoned = instant.toZonedDateTimeISO(timeZone);
    bucket = current;
    offsetMs = zoned.offsetNanoseconds / 1e6;
    suffix = zoned.offset;
  };
  return {
    offsetAt(time) {
      look(time);
      return offsetMs;
    },
    textAt(time) {
      look(time);
      const text = new Date(time + offsetMs).toISOString();
      return (text.endsWith(".000Z") ? text.slice(0, -5) : text.slice(0, -1)) + suffix;
    },
  };
}
