/** Numbers, times and ages as people of the language write them, in the registry's time zone. Pure. */
import type { Dictionary } from "./i18n/language.ts";

export interface Format {
  /** Fixed decimals: `format.number(187.38, 1)` is 187,4 in Vietnamese. */
  number(value: number, decimals: number): string;
  /** As few decimals as the figure needs: limits as printed. */
  plain(value: number): string;
  /** dd/MM/yyyy HH:mm, or 23 Nov 2026 17:00. */
  dateTime(ms: number): string;
  /** dd/MM HH:mm, or 23 Nov 17:00. */
  dayTime(ms: number): string;
  time(ms: number): string;
  age(minutes: number): string;
}

export function createFormat(words: Dictionary, timeZone: string): Format {
  const fixed = [0, 1, 2, 3, 4].map(
    (digits) =>
      new Intl.NumberFormat(words.locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );
  const free = new Intl.NumberFormat(words.locale, { maximumFractionDigits: 4 });
  const isVietnamese = words.locale.startsWith("vi");
  const clock = new Intl.DateTimeFormat(words.locale, {
    timeZone,
    year: "numeric",
    month: isVietnamese ? "2-digit" : "short",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const partsOf = (ms: number) =>
    Object.fromEntries(clock.formatToParts(ms).map(({ type, value }) => [type, value])) as Record<
      "year" | "month" | "day" | "hour" | "minute",
      string
    >;
  const time = (ms: number) => {
    const { hour, minute } = partsOf(ms);
    return `${hour}:${minute}`;
  };
  const day = (ms: number) => {
    const parts = partsOf(ms);
    return isVietnamese ? `${parts.day}/${parts.month}` : `${parts.day} ${parts.month}`;
  };
  return {
    number: (value, decimals) => (fixed[Math.min(decimals, 4)] ?? free).format(value),
    plain: (value) => free.format(value),
    dateTime: (ms) => `${day(ms)}${isVietnamese ? "/" : " "}${partsOf(ms).year} ${time(ms)}`,
    dayTime: (ms) => `${day(ms)} ${time(ms)}`,
    time,
    age(minutes) {
      const hours = Math.floor(minutes / 60);
      if (hours === 0) return words.age.minutes(free.format(minutes));
      if (hours < 48) return words.age.hours(free.format(hours), free.format(minutes % 60));
      return words.age.days(free.format(Math.floor(hours / 24)), free.format(hours % 24));
    },
  };
}
