/** The times written under a chart. In: a span and a time zone; out: full hours, or midnights over several days. Pure. */

export interface Tick {
  /** ms since epoch. */
  readonly time: number;
  /** The beginning of a day: its date says more than 00:00. */
  readonly isMidnight: boolean;
}

const HALF_HOUR_MS = 1_800_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** More do not fit on a phone. */
const MOST_TICKS = 7;

/** Every 2, 6 or 12 hours of the local day, or every so many midnights. */
export function timeTicks(from: number, to: number, timeZone: string): Tick[] {
  const span = to - from;
  const everyHours = [2, 6, 12].find((hours) => span <= hours * HOUR_MS * (MOST_TICKS - 1)) ?? 24;
  const hours = localHours(from, to, timeZone).filter(({ hour }) => hour % everyHours === 0);
  const ticks = hours.map(({ time, hour }) => ({ time, isMidnight: hour === 0 }));
  const everyDays = Math.max(1, Math.ceil(span / DAY_MS / (MOST_TICKS - 1)));
  return everyHours < 24 ? ticks : ticks.filter((_, index) => index % everyDays === 0);
}

function localHours(from: number, to: number, timeZone: string): { time: number; hour: number }[] {
  const clock = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const hours: { time: number; hour: number }[] = [];
  // a time zone may be half an hour off
  for (let time = Math.ceil(from / HALF_HOUR_MS) * HALF_HOUR_MS; time <= to; time += HALF_HOUR_MS) {
    const [hour = "", minute = ""] = clock.format(time).split(":");
    if (minute === "00") hours.push({ time, hour: Number(hour) });
  }
  return hours;
}
