/** The pace of a replay. In: the records' times and a speed; out: how long to wait before each. */

/**
 * Waits follow the feed's own time divided by the speed; a record out of order comes at once. Speed 0 never waits.
 * @returns ms to wait before the record of `time`, given the real time
 */
export function createPace(speed: number): (time: number, realNow: number) => number {
  let first: { time: number; real: number } | undefined;
  return (time, realNow) => {
    if (speed <= 0) return 0;
    first ??= { time, real: realNow };
    return Math.max(0, first.real + (time - first.time) / speed - realNow);
  };
}

/** `--speed`: a positive number of feed seconds a second; `max` or 0 as fast as the broker acknowledges. @throws Error */
export function parseSpeed(text: string): number {
  const speed = text === "max" ? 0 : Number(text);
  if (text.trim() === "" || !Number.isFinite(speed) || speed < 0) {
    throw new Error(`--speed ${text}: expected a number above 0, or max`);
  }
  return speed;
}
