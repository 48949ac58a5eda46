/** The time cell of a CSV feed. In: its text; out: one instant, or the instants of a repeating row; or what was expected. */
import { createInstantResolver, type LocalFields } from "#shared/time/local-instant.ts";
import { compileTimeFormat } from "#shared/time/time-format.ts";

/** One record at `from` and every `everyMs` after it, to `to` at the latest; ms since epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly everyMs: number;
}

export interface TimeReader {
  span(text: string): Span | string;
  instant(text: string): number | string;
}

const SPAN = /^(.+?)\s+(?:\.\.|…|to)\s+(.+?)\s+every\s+(\d+)\s*(s|m|min|h|d)$/i;
const unitMs: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, min: 6e4, h: 36e5, d: 864e5 };
/** Ten years of five-minute records: a slip in a date must not fill the memory. */
const MAX_RECORDS = 1_051_200;

const OFFSET = /^(.+?)(Z|[+-]\d\d:\d\d)$/;
const formats = ["yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"].map(compileTimeFormat);
const EXPECTED = 'a time, e.g. "2026-11-20 00:05" or "2026-11-20T00:05:00+07:00"';

/** @param timeZone  of times without an offset */
export function createTimeReader(timeZone: string): TimeReader {
  const resolve = createInstantResolver(timeZone, "refuse");

  function instant(text: string): number | string {
    const offset = OFFSET.exec(text);
    const fields = fieldsOf(offset?.[1] ?? text);
    if (fields === undefined) return `expected ${EXPECTED}, found "${text}"`;
    if (offset !== null) return Date.parse(`${isoOf(fields)}${offset[2]}`);
    const resolved = resolve(fields);
    return resolved.ok
      ? resolved.time
      : `expected ${EXPECTED}; "${text}": ${resolved.why}, so write its offset`;
  }

  function span(text: string): Span | string {
    const repeat = SPAN.exec(text);
    if (repeat === null) {
      if (/\severy\s|\.\./i.test(text)) {
        return `expected "2026-11-20 00:05 .. 2026-11-21 00:00 every 5m", found "${text}"`;
      }
      const time = instant(text);
      return typeof time === "string" ? time : { from: time, to: time, everyMs: 1 };
    }
    const [, first = "", last = "", count = "", unit = ""] = repeat;
    const [from, to] = [instant(first), instant(last)];
    if (typeof from === "string") return from;
    if (typeof to === "string") return to;
    const everyMs = Number(count) * (unitMs[unit.toLowerCase()] ?? 0);
    if (everyMs === 0) return `expected a step above zero, e.g. "every 5m", found "${text}"`;
    if (to < from) return `expected a row whose last time is not before its first, found "${text}"`;
    if ((to - from) / everyMs > MAX_RECORDS) {
      return `expected at most ${MAX_RECORDS} records of one row, found "${text}"`;
    }
    return { from, to, everyMs };
  }

  return { span, instant };
}

function fieldsOf(text: string): LocalFields | undefined {
  const spaced = text.replace("T", " ");
  return formats.map((parse) => parse(spaced)).find((fields) => fields !== undefined);
}

function isoOf({ year, month, day, hour, minute, second }: LocalFields): string {
  const two = (part: number) => String(part).padStart(2, "0");
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`;
}
