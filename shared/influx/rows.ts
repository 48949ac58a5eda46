/** Answers of InfluxQL as rows. In: series of columns; out: one object a row, with the tags of its group. */
import type { Cell, Series } from "./influx.ts";

export type Row = Readonly<Record<string, Cell>>;

/** One object a row: tags of GROUP BY first, then the columns (`time` in ms). */
export function toRows(series: readonly Series[]): Row[] {
  const rows: Row[] = [];
  for (const { tags, columns, values } of series) {
    for (const value of values) {
      const row: Record<string, Cell> = { ...tags };
      columns.forEach((column, index) => {
        row[column] = value[index] ?? null;
      });
      rows.push(row);
    }
  }
  return rows;
}

export const text = (cell: Cell | undefined): string =>
  cell === null || cell === undefined ? "" : String(cell);
export const textOrNull = (cell: Cell | undefined): string | null =>
  cell === null || cell === undefined || cell === "" ? null : String(cell);
export const numberOrNull = (cell: Cell | undefined): number | null =>
  typeof cell === "number" ? cell : null;
export const numberOr = (cell: Cell | undefined, otherwise: number): number =>
  typeof cell === "number" ? cell : otherwise;
