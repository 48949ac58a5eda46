/**
 * Tallies as points of `hour` and `day`: figures for charts and exports, and of days the sums too, from which longer windows
 * are made. Time: the window's start.
 */
import { integer, line } from "#shared/influx/line.ts";
import { numberOr, type Row } from "#shared/influx/rows.ts";
import type { Station } from "#shared/station/station.ts";
import type { PlainRule, Window } from "#shared/window/calendar.ts";
import { kgOf, m3Of } from "./amounts.ts";
import { emptyTally, meanOf, type Tally } from "./tally.ts";
import { OUTFLOW } from "./tally-windows.ts";

/**
 * Undefined where nothing was received, and nothing was idle.
 * @param again over an earlier row: what is zero now is written too, or the old figure would stay
 */
export function tallyLine(
  rule: Exclude<PlainRule, "month">,
  station: Pick<Station, "zone" | "plant" | "id" | "intervalMs">,
  parameter: string,
  window: Window,
  tally: Tally,
  again = false,
): string | undefined {
  const heldMs = tally.usableMs + tally.calibratingMs + tally.faultyMs + tally.failedMs + tally.withheldMs;
  if (!again && heldMs + tally.idleMs + tally.totalMs === 0) return undefined;
  const owedMs = window.to - window.from - tally.idleMs;
  return line(
    rule,
    { zone: station.zone, plant: station.plant, station: station.id, parameter },
    {
      mean: meanOf(tally),
      min: tally.min,
      max: tally.max,
      n: integer(tally.usable),
      owed: integer((window.to - window.from) / station.intervalMs),
      completeness: owedMs <= 0 ? 0 : Math.min(1, tally.usableMs / owedMs),
      ...(parameter === OUTFLOW ? { volume_m3: m3Of(tally.sum) } : {}),
      ...(again || tally.loadSum > 0 ? { load_kg: kgOf(tally.loadSum) } : {}),
      ...(rule === "day" ? sumsOf(tally, again) : {}),
    },
    window.from,
  );
}

const SUMS = {
  sum: "sum",
  usable_ms: "usableMs",
  calibrating_ms: "calibratingMs",
  faulty_ms: "faultyMs",
  failed_ms: "failedMs",
  withheld_ms: "withheldMs",
  idle_ms: "idleMs",
  at_least_ms: "atLeastMs",
  records: "records",
  calibrating: "calibrating",
  faulty: "faulty",
  load_sum: "loadSum",
  load_ms: "loadMs",
  total_m3: "totalM3",
  total_ms: "totalMs",
} as const satisfies Record<string, keyof Tally>;

function sumsOf(tally: Tally, again: boolean): Record<string, number | undefined> {
  const fields: Record<string, number | undefined> = {};
  // most are zero, and a field that is not there reads as zero
  for (const [field, key] of Object.entries(SUMS))
    fields[field] = tally[key] === 0 && !again ? undefined : tally[key];
  return fields;
}

/** The tally of a row of `day`. */
export function tallyOf(row: Row): Tally {
  const tally = emptyTally();
  for (const [field, key] of Object.entries(SUMS)) tally[key] = numberOr(row[field], 0);
  tally.usable = numberOr(row.n, 0);
  // figures of an earlier revision stay in the row
  if (tally.usableMs === 0) return tally;
  tally.min = numberOr(row.min, tally.min);
  tally.max = numberOr(row.max, tally.max);
  return tally;
}
