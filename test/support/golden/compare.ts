/** What a case expects beside what came out. In: both; out: the differences as a table to read, nothing where they agree. Pure. */
import { type ExpectedIncident, type ExpectedVerdict, NOTHING } from "./case.ts";

/** One verdict as `outfall judge --json` prints it. */
export interface FoundVerdict extends Readonly<Record<string, unknown>> {
  readonly station: string;
  readonly parameter: string;
  readonly rule: string;
  readonly window: { readonly from: string; readonly to: string };
  readonly revision: number;
}

/** One transition, in the order of recording. */
export interface FoundIncident {
  readonly kind: string;
  readonly parameter: string | null;
  readonly transition: string;
  readonly level: number;
  /** ms since epoch */
  readonly at: number;
}

export interface Difference {
  readonly line?: number;
  readonly what: string;
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

/** @param timeText an instant as the table shows it */
export function compareVerdicts(
  expected: readonly ExpectedVerdict[],
  found: readonly FoundVerdict[],
  timeText: (time: number) => string,
): Difference[] {
  const differences: Difference[] = [];
  const left = new Set(found.filter((verdict) => expected.some((row) => isAsked(row, verdict))));
  for (const row of expected) {
    if (row.from === undefined) continue;
    const verdict = [...left].find((one) => isAsked(row, one) && isWindowOf(row, one));
    const what = [row.station, row.parameter, row.rule, timeText(row.from), revisionText(row.revision)]
      .filter((part) => part !== undefined)
      .join(" ");
    if (verdict === undefined) {
      differences.push({ line: row.line, what, field: "verdict", expected: "one", found: NOTHING });
      continue;
    }
    left.delete(verdict);
    for (const [field, cell] of row.fields) {
      const value = field === "to" ? Date.parse(verdict.window.to) : verdict[field];
      if (agrees(cell, value)) continue;
      const shown = (side: unknown) =>
        typeof side === "number" && field === "to" ? timeText(side) : text(side);
      differences.push({ line: row.line, what, field, expected: shown(cell), found: shown(value) });
    }
  }
  for (const { station, parameter, rule, window, revision, outcome, value } of left) {
    differences.push({
      what: [station, parameter, rule, timeText(Date.parse(window.from)), revisionText(revision)].join(" "),
      field: "verdict",
      expected: NOTHING,
      found: `${outcome} ${text(value)}`,
    });
  }
  return differences;
}

const revisionText = (revision: number | undefined) => (revision === undefined ? undefined : `r${revision}`);

/** Whether a row of the file asks for the windows of this station, parameter and rule. */
function isAsked(row: ExpectedVerdict, verdict: FoundVerdict): boolean {
  const { station = verdict.station } = row;
  return station === verdict.station && row.parameter === verdict.parameter && row.rule === verdict.rule;
}

function isWindowOf(row: ExpectedVerdict, verdict: FoundVerdict): boolean {
  const { revision = verdict.revision } = row;
  return row.from === Date.parse(verdict.window.from) && revision === verdict.revision;
}

/** Transitions of each kind and parameter in the file, in their order. */
export function compareIncidents(
  expected: readonly ExpectedIncident[],
  found: readonly FoundIncident[],
  timeText: (time: number) => string,
): Difference[] {
  const differences: Difference[] = [];
  const groupOf = ({ kind, parameter }: { kind: string; parameter: string | null }) =>
    `${kind} ${parameter ?? ""}`;
  for (const group of new Set(expected.map(groupOf))) {
    const rows = expected.filter((row) => groupOf(row) === group && row.transition !== undefined);
    const events = found.filter((event) => groupOf(event) === group);
    for (let place = 0; place < Math.max(rows.length, events.length); place += 1) {
      const [row, event] = [rows[place], events[place]];
      const what = `${group} ${place + 1}`;
      const shown =
        event === undefined ? NOTHING : `${event.transition} ${text(event.level)} at ${timeText(event.at)}`;
      const line = row === undefined ? {} : { line: row.line };
      if (row?.transition !== event?.transition) {
        differences.push({
          ...line,
          what,
          field: "transition",
          expected: row?.transition ?? NOTHING,
          found: shown,
        });
        continue;
      }
      for (const [field, cell] of row?.fields ?? []) {
        if (agrees(cell, event?.[field as "level" | "at"])) continue;
        const wanted = typeof cell === "number" ? timeText(cell) : cell;
        differences.push({ ...line, what, field, expected: wanted, found: shown });
      }
    }
  }
  return differences;
}

/**
 * A number with decimals agrees to the decimals written, a whole one to 1e-9 of itself; a range is written `5.5 to 9`;
 * text agrees as it stands.
 */
export function agrees(cell: string | number, value: unknown): boolean {
  if (typeof cell === "number") return cell === value;
  if (cell === NOTHING) return value === null || value === undefined || value === "";
  if (typeof value === "number") {
    if (!/^[+-]?\d/.test(cell) || Number.isNaN(Number(cell))) return false;
    const decimals = /\.(\d+)$/.exec(cell)?.[1]?.length;
    const within = decimals === undefined ? 1e-9 * Math.abs(value) : 0.5000001 * 10 ** -decimals;
    return Math.abs(Number(cell) - value) <= within;
  }
  return cell === text(value);
}

/** A value as a cell of the file would have it. */
function text(value: unknown): string {
  if (value === null || value === undefined || value === "") return NOTHING;
  if (typeof value !== "object") return String(value);
  const { min, max } = value as { min?: number; max?: number };
  return [...(min === undefined ? ["up"] : [min]), "to", ...(max === undefined ? [] : [max])].join(" ");
}

/** A year of wrong hours is understood from its first ones. */
const MOST_SHOWN = 30;

/** The differences as columns, with the line of the file where there is one. */
export function differenceTable(file: string, differences: readonly Difference[]): string {
  const rows = differences
    .slice(0, MOST_SHOWN)
    .map(({ line, what, field, expected, found }) => [
      line === undefined ? file : `${file}:${line}`,
      what,
      field,
      expected,
      found,
    ]);
  const all = [["where", "what", "field", "expected", "found"], ...rows];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(" | ")
      .trimEnd(),
  );
  const more = differences.length - MOST_SHOWN;
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join("\n");
}
