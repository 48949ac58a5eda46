/** Tables for a terminal. In: a head and rows of text; out: lines with columns that line up; numbers stand right. Pure. */

const NUMBER = /^-?\d[\d,. ]*$/;

export function tableLines(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const isRight = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => NUMBER.test(row[column] ?? "")),
  );
  const lineOf = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        isRight[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  return [lineOf(head), lineOf(widths.map((width) => "-".repeat(width))), ...rows.map(lineOf)];
}
