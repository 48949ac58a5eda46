/** Numbers and times as a language writes them. In: values, ms since epoch, a time zone; out: text. Vietnamese: 1.250,4 and 23/11/2026 17:00; English: 1,250.4 and 23 Nov 2026 17:00. */
import type { Language } from "#shared/contact/contact.ts";

export interface Format {
  /** Exactly so many decimals. */
  number(value: number, decimals: number): string;
  /** A limit as it stands in its source: no decimals it does not have, at most four. */
  limit(value: number): string;
  /** A measured value beside its limit: `decimals`, or more where rounding would hide on which side it lies. */
  value(value: number, decimals: number, limits: readonly (number | null | undefined)[]): string;
  percent(share: number, decimals: number): string;
  /** 17:00 */
  clock(ms: number): string;
  /** 23/11/2026, 23 Nov 2026 */
  date(ms: number): string;
  /** 23/11/2026 17:00, 23 Nov 2026 17:00 */
  dateTime(ms: number): string;
  /** 23/11, 23 Nov */
  shortDate(ms: number): string;
  /** 11/2026, Nov 2026 */
  month(ms: number): string;
  sameDay(a: number, b: number): boolean;
  year(ms: number): number;
}

const locales: Record<Language, string> = { vi: "vi-VN", en: "en-GB" };
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const MAX_DECIMALS = 4;

export function createFormat(language: Language, timeZone: string): Format {
  const number = (value: number, decimals: number) =>
    new Intl.NumberFormat(locales[language], {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    }).format(value);
  const limit = (value: number) =>
    new Intl.NumberFormat(locales[language], { maximumFractionDigits: MAX_DECIMALS }).format(value);
  const at = (ms: number) =>
    Temporal.Instant.fromEpochMilliseconds(Math.round(ms)).toZonedDateTimeISO(timeZone);
  const two = (part: number) => String(part).padStart(2, "0");
  const clock = (ms: number) => `${two(at(ms).hour)}:${two(at(ms).minute)}`;
  const shortDate = (ms: number) => {
    const { day, month } = at(ms);
    return language === "vi" ? `${two(day)}/${two(month)}` : `${day} ${MONTHS[month - 1]}`;
  };
  const date = (ms: number) => `${shortDate(ms)}${language === "vi" ? "/" : " "}${at(ms).year}`;
  return {
    number,
    limit,
    value(value, decimals, limits) {
      const near = limits.filter((bound) => typeof bound === "number" && bound !== value);
      let shown = decimals;
      while (shown < MAX_DECIMALS && near.some((bound) => Number(value.toFixed(shown)) === bound)) shown += 1;
      return number(value, shown);
    },
    percent: (share, decimals) => `${number(share * 100, decimals)} %`,
    clock,
    date,
    dateTime: (ms) => `${date(ms)} ${clock(ms)}`,
    shortDate,
    month: (ms) => {
      const { month, year } = at(ms);
      return language === "vi" ? `${two(month)}/${year}` : `${MONTHS[month - 1]} ${year}`;
    },
    sameDay: (a, b) => at(a).toPlainDate().equals(at(b).toPlainDate()),
    year: (ms) => at(ms).year,
  };
}
