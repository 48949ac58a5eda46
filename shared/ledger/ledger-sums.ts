/** The ledger, added up in InfluxDB. In: since when, and by what; out: rows with their balance. */
import type { Influx } from "#shared/influx/influx.ts";
import { numberOr, type Row, text, toRows } from "#shared/influx/rows.ts";
import { balanceOf, countsOf, type LedgerTotals, PIPELINE, totalOf } from "./ledger.ts";

/** What is looked at unless somebody asks for more: two days of receipt. */
export const LEDGER_SPAN_MS = 172_800_000;

/** `plant-hour`: each plant and hour, its workers together. */
export const groupings = ["plant-hour", "plant", "hour", "worker"] as const;
export type Grouping = (typeof groupings)[number];

export interface LedgerRow extends LedgerTotals {
  readonly plant?: string;
  readonly worker?: string;
  /** Hour of receipt, ms since epoch. */
  readonly hour?: number;
}

/** What the api answers: the whole sum, and rows of it. */
export interface LedgerAnswer extends LedgerTotals {
  readonly since: number;
  readonly by: Grouping;
  /** Of all rows; `rows` may be fewer. */
  readonly count: number;
  readonly rows: readonly LedgerRow[];
}

/** Added up in the database: one row. */
export async function readLedgerTotals(
  influx: Pick<Influx, "query">,
  sinceMs: number,
): Promise<LedgerTotals> {
  const [row] = toRows(await influx.query(`SELECT SUM(*) ${PIPELINE} AND time >= ${Math.floor(sinceMs)}ms`));
  return totalOf(row === undefined ? [] : [countsOf(row, SUMMED)]);
}

/** Added up in the database; newest hour first, plants and workers by name. */
export async function readLedgerBy(
  influx: Pick<Influx, "query">,
  sinceMs: number,
  by: Grouping,
): Promise<LedgerRow[]> {
  const parts = [
    by.includes("plant") ? "plant" : "",
    by.includes("hour") ? "time(1h)" : "",
    by === "worker" ? by : "",
  ];
  const group = parts.filter(Boolean).join(", ");
  const fill = by.includes("hour") ? " fill(none)" : "";
  const rows = toRows(
    await influx.query(
      `SELECT SUM(*) ${PIPELINE} AND time >= ${Math.floor(sinceMs)}ms GROUP BY ${group}${fill}`,
    ),
  );
  return rows.map((row) => rowOf(row, by)).sort(byHourAndName);
}

/** What `SUM(*)` puts before the name of a field. */
const SUMMED = "sum_";

function rowOf(row: Row, by: Grouping): LedgerRow {
  const counts = countsOf(row, SUMMED);
  return {
    ...(by.includes("plant") ? { plant: text(row.plant) } : {}),
    ...(by === "worker" ? { worker: text(row.worker) } : {}),
    ...(by.includes("hour") ? { hour: numberOr(row.time, 0) } : {}),
    ...counts,
    balance: balanceOf(counts),
  };
}

function byHourAndName(a: LedgerRow, b: LedgerRow): number {
  const name = ({ plant, worker }: LedgerRow) => plant ?? worker ?? "";
  return (b.hour ?? 0) - (a.hour ?? 0) || (name(a) < name(b) ? -1 : 1);
}
