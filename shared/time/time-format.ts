/** Reads local times. In: a format such as `yyyy-MM-dd HH:mm:ss` or `D-d/M/yy`; out: a parser from text to calendar fields. */

import type { LocalFields } from "./local-instant.ts";

/** Undefined where the text does not fit the format or names no day of the calendar. */
export type TimeParser = (text: string) => LocalFields | undefined;

const TOKEN = /yyyy|yy|MM|M|dd|d|HH|H|mm|m|ss|s|'[^']*'/g;

const patterns: Readonly<Record<string, readonly [field: keyof LocalFields, digits: string]>> = {
  yyyy: ["year", "\\d{4}"],
  yy: ["year", "\\d{2}"],
  MM: ["month", "\\d{2}"],
  M: ["month", "\\d{1,2}"],
  dd: ["day", "\\d{2}"],
  d: ["day", "\\d{1,2}"],
  HH: ["hour", "\\d{2}"],
  H: ["hour", "\\d{1,2}"],
  mm: ["minute", "\\d{2}"],
  m: ["minute", "\\d{1,2}"],
  ss: ["second", "\\d{2}"],
  s: ["second", "\\d{1,2}"],
};

/**
 * Letters stand for fields (yyyy yy MM M dd d HH H mm m ss s), everything else for itself; text in '…' is literal.
 * Two-digit years as POSIX reads them: 69 to 99 are 19xx, 00 to 68 are 20xx. Fields left out are 0.
 * @throws Error when the format has no year, month and day, or a field twice
 */
export function compileTimeFormat(format: string): TimeParser {
  const fields: (keyof LocalFields)[] = [];
  let source = "";
  let at = 0;
  for (const match of format.matchAll(TOKEN)) {
    source += literal(format.slice(at, match.index));
    at = match.index + match[0].length;
    const known = patterns[match[0]];
    if (known === undefined) source += literal(match[0].slice(1, -1));
    else {
      fields.push(known[0]);
      source += `(${known[1]})`;
    }
  }
  source += literal(format.slice(at));
  const missing = (["year", "month", "day"] as const).filter((field) => !fields.includes(field));
  if (missing.length > 0) throw new Error(`time format "${format}" has no ${missing.join(", ")}`);
  if (new Set(fields).size < fields.length) throw new Error(`time format "${format}" has a field twice`);

  const expression = new RegExp(`^${source}$`);
  return (text) => {
    const match = expression.exec(text.trim());
    if (match === null) return undefined;
    const found = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
    fields.forEach((field, index) => {
      const digits = match[index + 1] ?? "";
      found[field] = field === "year" && digits.length === 2 ? fullYear(Number(digits)) : Number(digits);
    });
    return isOfCalendar(found) ? found : undefined;
  };
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

function fullYear(twoDigits: number): number {
  return twoDigits >= 69 ? 1900 + twoDigits : 2000 + twoDigits;
}

function isOfCalendar({ year, month, day, hour, minute, second }: LocalFields): boolean {
  if (hour > 23 || minute > 59 || second > 59 || month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
