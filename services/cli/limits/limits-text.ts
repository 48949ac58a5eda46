/** What `outfall limits` prints. In: rows; out: lines. Pure. */
import type { Limit } from "#shared/limit/limit.ts";
import { tableLines } from "../table.ts";
import { boundsText, type FigureRow } from "./figures.ts";
import type { UnverifiedRow } from "./unverified.ts";

/** @param without  texts that have no figures */
export function figureLines(rows: readonly FigureRow[], without: readonly string[]): string[] {
  const table = tableLines(
    ["text", "parameter", "column", "figure", "unit", "over", "days", "clause", "confidence", "sources"],
    rows.map((row) => [
      row.instrument,
      row.parameter,
      row.column ?? "",
      row.figure,
      row.as === null ? row.unit : `${row.unit} as ${row.as}`,
      row.over ?? "",
      row.from === null && row.until === null ? "" : `${row.from ?? ""}..${row.until ?? ""}`,
      row.clause,
      row.confidence,
      row.sources.map(shortSource).join("; "),
    ]),
  );
  return [
    ...table,
    ...without.map((id) => `${id} has no figures here: a plant bound to it takes those of its permit`),
  ];
}

/** The site of an address, or the beginning of a text. */
function shortSource(source: string): string {
  return /^https?:\/\/(?:www\.)?([^/ ]+)/.exec(source)?.[1] ?? source.split(/[,;(]/)[0]?.trim() ?? source;
}

export function unverifiedLines(rows: readonly UnverifiedRow[]): string[] {
  if (rows.length === 0) return ["nothing is unverified"];
  const lines = tableLines(
    ["text", "accepted as", "used by", "recalled", "clause"],
    rows.map(({ instrument, name, usedBy, figure, clause }) => [
      instrument,
      name,
      usedBy.join(", ") || "nobody",
      figure,
      clause,
    ]),
  );
  return [
    ...lines,
    "",
    "None of these is verified in a source. One is used only where a plant's limits say acceptUnverified: [name].",
  ];
}

export function plantLines(
  plant: string,
  day: string,
  limits: readonly Limit[],
  simulated: boolean,
): string[] {
  const mark = simulated ? ["DỮ LIỆU MÔ PHỎNG / SIMULATED"] : [];
  if (limits.length === 0) return [...mark, `${plant} has no limit on ${day}`];
  return [
    ...mark,
    `${plant} on ${day}`,
    ...tableLines(
      ["parameter", "of", "limit", "unit", "over", "purpose", "clause", "confidence"],
      limits.map((limit) => [
        limit.parameter,
        limit.quantity,
        boundsText(limit),
        limit.unit,
        limit.over ?? "rules",
        limit.purpose,
        limit.clause,
        limit.confidence,
      ]),
    ),
  ];
}
