/**
 * A feed of records as a spreadsheet writes it. In: the text of a CSV file; out: records as the lines of a JSONL feed
 * have them, or every complaint as `file:line: what was expected`. Pure. Whether stations and parameters are known, and
 * what a value may be, is judged later, as for any other message.
 */
import type { CsvError, Info } from "csv-parse";
import { parse } from "csv-parse/sync";
import type { DeviceStatus } from "#shared/reading/sample.ts";
import { type Columns, readHeader } from "./csv-header.ts";
import { createTimeReader, type Span } from "./csv-time.ts";

export interface FeedReading {
  readonly value: number | null;
  readonly status: DeviceStatus;
}

/** Times are ms since epoch; what a file does not say is left out. */
export interface FeedRecord {
  readonly zone?: string;
  readonly plant?: string;
  readonly station?: string;
  readonly time: number;
  readonly readings: Readonly<Record<string, FeedReading>>;
  readonly receivedAt?: number;
}

/** A CSV feed that does not fit; `message` lists the complaints. */
export class CsvFeedError extends Error {
  readonly complaints: readonly string[];
  constructor(file: string, complaints: readonly string[]) {
    super(
      `${file} has ${complaints.length} mistake(s):\n${complaints.map((line) => `  ${line}`).join("\n")}`,
    );
    this.name = "CsvFeedError";
    this.complaints = complaints;
  }
}

/** Of a file of noise the first faults say enough. */
const MAX_COMPLAINTS = 50;

/** The loggers' codes, also as a spreadsheet leaves them (00 becomes 0), and our own words. */
const statuses: Readonly<Record<string, DeviceStatus>> = {
  ...{ "00": "measuring", "0": "measuring", measuring: "measuring" },
  ...{ "01": "calibrating", "1": "calibrating", calibrating: "calibrating" },
  ...{ "02": "fault", "2": "fault", fault: "fault" },
};

/** One line of the file: the same readings at each of its times. */
interface Row {
  readonly span: Span;
  readonly record: Omit<FeedRecord, "time">;
}

type Complain = (message: string) => void;

/**
 * Records in the order of the file, those of a repeating row one after the other. Cells are separated by commas, or by
 * semicolons with a decimal comma, as the header shows; empty lines and lines that begin with `#` are skipped.
 * @param timeZone  of times without an offset
 * @throws CsvFeedError before the first record, with all mistakes of the file
 */
export function* readCsvFeed(file: string, text: string, timeZone: string): Generator<FeedRecord> {
  const rows = readRows(file, text, timeZone);
  for (const { span, record } of rows) {
    for (let time = span.from; time <= span.to; time += span.everyMs) yield { ...record, time };
  }
}

function readRows(file: string, text: string, timeZone: string): Row[] {
  const complaints: string[] = [];
  const complain = (line: number) => (message: string) => {
    if (complaints.length < MAX_COMPLAINTS) complaints.push(`${file}:${line}: ${message}`);
  };
  const [head, ...lines] = splitCells(text, complain);
  const columns = head === undefined ? undefined : readHeader(head.cells, complain(head.line));
  if (head === undefined && complaints.length === 0) {
    complain(1)("expected a header, e.g. time,cod,cod status");
  }
  const rows: Row[] = [];
  if (columns !== undefined) {
    const timeOf = createTimeReader(timeZone);
    for (const { cells, line } of lines) {
      const row = readRow(cells, columns, timeOf, complain(line));
      if (row !== undefined) rows.push(row);
    }
  }
  if (complaints.length > 0) throw new CsvFeedError(file, complaints);
  return rows;
}

interface Cells {
  readonly cells: readonly string[];
  readonly line: number;
}

function splitCells(text: string, complain: (line: number) => Complain): Cells[] {
  const header = text.split(/\r\n?|\n/).find((line) => line.trim() !== "" && !line.startsWith("#")) ?? "";
  try {
    const read = parse(text, {
      bom: true,
      info: true,
      trim: true,
      comment: "#",
      comment_no_infix: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      relax_column_count: true,
      delimiter: header.includes(";") ? ";" : ",",
    }) as unknown as { record: string[]; info: Info }[];
    return read.map(({ record, info }) => ({ cells: record, line: info.lines }));
  } catch (error) {
    const { lines, message } = error as CsvError & { lines?: number };
    complain(lines ?? 1)(`expected cells of a CSV file: ${message}`);
    return [];
  }
}

function readRow(
  cells: readonly string[],
  columns: Columns,
  timeOf: ReturnType<typeof createTimeReader>,
  complain: Complain,
): Row | undefined {
  const extra = cells.slice(columns.count).find((cell) => cell !== "");
  if (extra !== undefined) {
    complain(
      `expected ${columns.count} cells as in the header, found ${cells.length}; the first too many is "${extra}"`,
    );
    return undefined;
  }
  const cell = (column: number | undefined) => (column === undefined ? "" : (cells[column] ?? ""));
  const span = timeOf.span(cell(columns.time));
  if (typeof span === "string") complain(span);
  const received = cell(columns.receivedAt) === "" ? undefined : timeOf.instant(cell(columns.receivedAt));
  if (typeof received === "string") complain(`receivedAt: ${received}`);
  const readings = readReadings(columns, cell, complain);
  if (typeof span === "string" || typeof received === "string" || readings === undefined) return undefined;
  return {
    span,
    record: {
      ...placeOf(columns, cell),
      readings,
      ...(received === undefined ? {} : { receivedAt: received }),
    },
  };
}

function placeOf(
  columns: Columns,
  cell: (column: number | undefined) => string,
): Pick<FeedRecord, "zone" | "plant" | "station"> {
  const named = (["zone", "plant", "station"] as const).map((key) => [key, cell(columns[key])] as const);
  return Object.fromEntries(named.filter(([, text]) => text !== ""));
}

/** Undefined after a complaint; empty cells give no reading. */
function readReadings(
  columns: Columns,
  cell: (column: number | undefined) => string,
  complain: Complain,
): Record<string, FeedReading> | undefined {
  const readings: Record<string, FeedReading> = {};
  let isSound = true;
  for (const { key, value: column, status: statusColumn } of columns.parameters) {
    const read = readReading(cell(column), cell(statusColumn));
    if (typeof read === "string") {
      complain(`${key}: ${read}`);
      isSound = false;
    } else if (read !== undefined) readings[key] = read;
  }
  if (isSound && Object.keys(readings).length === 0) {
    complain("expected at least one value, found none");
    return undefined;
  }
  return isSound ? readings : undefined;
}

/** A reading, none, or what was expected. */
function readReading(written: string, word: string): FeedReading | string | undefined {
  const status = word === "" ? "measuring" : statuses[word.toLowerCase()];
  if (status === undefined)
    return `expected a status 00, 01 or 02 (measuring, calibrating, fault), found "${word}"`;
  const value = written === "" ? null : numberOf(written);
  if (value === undefined) return `expected a number, found "${written}"`;
  if (value !== null || status === "fault") return { value, status };
  return word === "" ? undefined : `expected a value beside the status ${word}: only fault (02) has none`;
}

function numberOf(written: string): number | undefined {
  // one comma is a decimal mark; more of them, or a point too, would be thousands, which nobody should guess
  if (!/^[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?$/.test(written)) return undefined;
  return Number(written.replace(",", "."));
}
