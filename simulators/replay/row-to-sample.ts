/** One row of a recorded CSV to one record of its station. In: fields; out: time and payload, or why the row has no time. */

import { createInstantResolver } from "#shared/time/local-instant.ts";
import { createLocalTime } from "#shared/time/local-time.ts";
import { compileTimeFormat } from "#shared/time/time-format.ts";
import { encodePayload, type WireReading } from "#simulators/station/payload.ts";
import type { ReplayMap } from "./load-map.ts";

export type RowResult =
  | {
      readonly ok: true;
      readonly time: number;
      readonly payload: string;
      /** Readings in it; 0 is published too, so that ingest counts and quarantines it. */
      readonly readings: number;
      /** Fields that are neither a number nor a word for "no value"; left out. */
      readonly unreadable: number;
    }
  | { readonly ok: false; readonly why: string };

/**
 * @param header  the names of the columns, where the map has any
 * @returns a function to call once a row, in file order
 * @throws Error when the header lacks a column of the map
 */
export function createRowReader(
  map: Pick<ReplayMap, "source" | "time" | "columns">,
  header: readonly string[] | undefined,
): (row: readonly string[]) => RowResult {
  const parseTime = compileTimeFormat(map.time.format);
  const resolve = createInstantResolver(map.time.zone, map.time.ambiguousTime);
  const localTime = createLocalTime(map.time.zone);
  const timeAt = placeOf(String(map.time.column), header);
  const missing = new Set(["", ...map.source.missing]);
  const columns = Object.entries(map.columns).map(([name, column]) => ({
    at: placeOf(name, header),
    ...column,
  }));

  return (row) => {
    const text = row[timeAt] ?? "";
    const fields = parseTime(text);
    if (fields === undefined)
      return { ok: false, why: `expected a time like ${map.time.format}, found "${text}"` };
    const resolved = resolve(fields);
    if (!resolved.ok) return { ok: false, why: `${text}: ${resolved.why}` };
    const readings: Record<string, WireReading> = {};
    let count = 0;
    let unreadable = 0;
    for (const { at, parameter, unit, factor } of columns) {
      const field = row[at] ?? "";
      if (missing.has(field)) continue;
      const number = Number(field);
      if (!Number.isFinite(number)) {
        unreadable += 1;
        continue;
      }
      const value = factor === undefined ? number : number * factor;
      readings[parameter] = { value, ...(unit === undefined ? {} : { unit }) };
      count += 1;
    }
    const payload = encodePayload(localTime.textAt(resolved.time), readings);
    return { ok: true, time: resolved.time, payload, readings: count, unreadable };
  };
}

/** 0-based position of a column given by name or 1-based number; a name in the header wins. */
function placeOf(name: string, header: readonly string[] | undefined): number {
  const named = header?.indexOf(name) ?? -1;
  if (named >= 0) return named;
  if (/^[1-9]\d*$/.test(name)) return Number(name) - 1;
  throw new Error(`the file has no column "${name}"; its columns are ${(header ?? []).join(", ")}`);
}
