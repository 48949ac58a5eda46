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
  /** dd/MM, or 23 Nov. */
  day(ms: number): string;
  /** dd/MM/yyyy, or 23 Nov 2026. */
  date(ms: number): string;
  /** A window: 16:00–17:00 of a date, a whole day, or from – to. */
  span(from: number, to: number): string;
  percent(share: number, decimals: number): string;
  /** Without parts that are zero: "1 giờ", "1 giờ 55 phút". */
  duration(ms: number): string;
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
  const date = (ms: number) => `${day(ms)}${isVietnamese ? "/" : " "}${partsOf(ms).year}`;
  const dateTime = (ms: number) => `${date(ms)} ${time(ms)}`;
  const number = (value: number, decimals: number) => (fixed[Math.min(decimals, 4)] ?? free).format(value);
  return {
    number,
    plain: (value) => free.format(value),
    dateTime,
    dayTime: (ms) => `${day(ms)} ${time(ms)}`,
    time,
    day,
    date,
    span(from, to) {
      if (to === from) return dateTime(to);
      if (to <= from || date(from) !== date(to - 1)) return words.span.over(dateTime(from), dateTime(to));
      const isWholeDay = time(from) === "00:00" && time(to) === "00:00";
      return isWholeDay ? words.span.day(date(from)) : words.span.within(time(from), time(to), date(from));
    },
    percent: (share, decimals) => number(share * 100, decimals),
    duration(ms) {
      const minutes = Math.max(0, Math.round(ms / 60_000));
      const parts = [
        [Math.floor(minutes / 1440), words.duration.days],
        [Math.floor(minutes / 60) % 24, words.duration.hours],
        [minutes % 60, words.duration.minutes],
      ] as const;
      const said = parts.filter(([count]) => count > 0).map(([count, unit]) => unit(free.format(count)));
      return said.join(" ") || words.duration.minutes("0");
    },
    age(minutes) {
      const hours = Math.floor(minutes / 60);
      if (hours === 0) return words.age.minutes(free.format(minutes));
      if (hours < 48) return words.age.hours(free.format(hours), free.format(minutes % 60));
      return words.age.days(free.format(Math.floor(hours / 24)), free.format(hours % 24));
    },
  };
}
