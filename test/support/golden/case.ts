/** A golden case. In: its folder; out: what it says must come out. Mistakes in it are named with file and line. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { createTimeReader, type TimeReader } from "#shared/feed/csv-time.ts";
import { checkShape, parseYaml, YamlError } from "#shared/yaml/yaml.ts";

/** A cell nobody wrote into is not looked at; `none` means that there must be nothing. */
export const NOTHING = "none";

export interface ExpectedVerdict {
  readonly line: number;
  /** Undefined: any (the only one of the registry). */
  readonly station?: string;
  readonly parameter: string;
  readonly rule: string;
  /** Start of the window, ms since epoch; undefined: the rule gives none at all. */
  readonly from?: number;
  readonly revision?: number;
  /** Every other column with something in it; times as ms since epoch. */
  readonly fields: ReadonlyMap<string, string | number>;
}

export interface ExpectedIncident {
  readonly line: number;
  readonly kind: string;
  readonly parameter: string;
  /** Undefined: there is no such incident. */
  readonly transition?: string;
  readonly fields: ReadonlyMap<string, string | number>;
}

export interface GoldenCase {
  readonly name: string;
  readonly folder: string;
  readonly about: string;
  /** ms since epoch */
  readonly until?: number;
  readonly revisions: boolean;
  readonly verdicts: readonly ExpectedVerdict[];
  readonly incidents?: readonly ExpectedIncident[];
}

const caseSchema = z.strictObject({
  about: z.string().min(20),
  until: z.string().optional(),
  revisions: z.boolean().default(false),
});

const KEYS = ["station", "parameter", "rule", "from", "revision"];
const FIELDS =
  "to outcome value limit ratio severity completeness n expected state reason instrument confidence clause".split(
    " ",
  );
const INCIDENT_FIELDS = ["level", "at"];

export function listCases(root: string): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** @throws YamlError naming every mistake of the case */
export function readCase(root: string, name: string): GoldenCase {
  const folder = join(root, name);
  const complaints: string[] = [];
  const source = parseYaml(join(folder, "case.yaml"), readFileSync(join(folder, "case.yaml"), "utf8"));
  complaints.push(...source.complaints);
  const head = checkShape(caseSchema, source, complaints);
  const settings = parseYaml("registry.yaml", readFileSync(join(folder, "registry/registry.yaml"), "utf8"));
  const times = createTimeReader((settings.value as { timeZone?: string }).timeZone ?? "UTC");
  const until = head?.until === undefined ? undefined : times.instant(head.until);
  if (typeof until === "string") complaints.push(`${source.file}: until: ${until}`);
  const verdicts = readTable(join(folder, "expected.csv"), [...KEYS, ...FIELDS], complaints).flatMap((row) =>
    verdictsOf(row, times, complaints),
  );
  const file = join(folder, "incidents.csv");
  const incidents = existsSync(file)
    ? readTable(file, ["kind", "parameter", "transition", ...INCIDENT_FIELDS], complaints).map((row) =>
        incidentOf(row, times, complaints),
      )
    : undefined;
  if (complaints.length > 0 || head === undefined) throw new YamlError(`the case ${name}`, complaints);
  return {
    name,
    folder,
    about: head.about,
    revisions: head.revisions,
    verdicts,
    ...(typeof until === "number" ? { until } : {}),
    ...(incidents === undefined ? {} : { incidents }),
  };
}

interface TableRow {
  readonly place: string;
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** Rows by column; cells with nothing in them are left out. */
function readTable(file: string, known: readonly string[], complaints: string[]): TableRow[] {
  const text = readFileSync(file, "utf8");
  const header = text.split(/\r?\n/, 1)[0] ?? "";
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
  }) as unknown as { record: string[]; info: { lines: number } }[];
  const [head, ...rows] = read;
  const names = head?.record ?? [];
  for (const name of names.filter((one) => !known.includes(one))) {
    complaints.push(`${file}:1: expected columns out of ${known.join(", ")}, found "${name}"`);
  }
  if (rows.length === 0) complaints.push(`${file}:2: expected at least one row`);
  return rows.map(({ record, info }) => {
    if (record.length > names.length)
      complaints.push(
        `${file}:${info.lines}: expected ${names.length} cells as in the header, found ${record.length}`,
      );
    const pairs = names.map((name, place) => [name, record[place] ?? ""] as const);
    return {
      place: `${file}:${info.lines}`,
      line: info.lines,
      cells: Object.fromEntries(pairs.filter(([, cell]) => cell !== "")),
    };
  });
}

/** One row may stand for many windows: `2026-11-20 00:00 .. 2026-11-20 09:00 every 1h`. */
function verdictsOf(
  { place, line, cells }: TableRow,
  times: TimeReader,
  complaints: string[],
): ExpectedVerdict[] {
  const { station, parameter, rule, from, revision } = cells;
  if (parameter === undefined || rule === undefined || from === undefined) {
    complaints.push(`${place}: expected parameter, rule and from`);
    return [];
  }
  const fields = fieldsOf(place, cells, FIELDS, times, complaints);
  const common = {
    line,
    parameter,
    rule,
    fields,
    ...(station === undefined ? {} : { station }),
    ...(revision === undefined ? {} : { revision: Number(revision) }),
  };
  if (from === "never") return [common];
  const starts = startsOf(from, times);
  if (typeof starts === "string") {
    complaints.push(`${place}: from: ${starts}, or never`);
    return [];
  }
  return starts.map((start) => ({ ...common, from: start }));
}

/** Days may have 23 or 25 hours: a step of whole days follows the calendar only where the clock does not change. */
function startsOf(text: string, times: TimeReader): number[] | string {
  const span = times.span(text);
  if (typeof span === "string") return span;
  const starts: number[] = [];
  for (let start = span.from; start <= span.to; start += span.everyMs) starts.push(start);
  return starts;
}

function incidentOf(
  { place, line, cells }: TableRow,
  times: TimeReader,
  complaints: string[],
): ExpectedIncident {
  const { kind = "", parameter = "", transition = "" } = cells;
  if (kind === "" || transition === "") complaints.push(`${place}: expected kind and transition`);
  const fields = fieldsOf(place, cells, INCIDENT_FIELDS, times, complaints);
  return { line, kind, parameter, fields, ...(transition === "never" ? {} : { transition }) };
}

function fieldsOf(
  place: string,
  cells: Readonly<Record<string, string>>,
  names: readonly string[],
  times: TimeReader,
  complaints: string[],
): Map<string, string | number> {
  const fields = new Map<string, string | number>();
  for (const name of names) {
    const cell = cells[name];
    if (cell === undefined) continue;
    if (name !== "to" && name !== "at") {
      fields.set(name, cell);
      continue;
    }
    const time = times.instant(cell);
    if (typeof time === "string") complaints.push(`${place}: ${name}: ${time}`);
    else fields.set(name, time);
  }
  return fields;
}
