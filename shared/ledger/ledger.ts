/**
 * The conservation ledger: per plant and hour of receipt, received = stored + duplicate + conflict + quarantined +
 * still in the journal. Unit: one sample; an undecodable message counts as one, under plant `unknown`.
 */
import type { Influx } from "#shared/influx/influx.ts";
import { integer, line } from "#shared/influx/line.ts";
import { numberOr, type Row, text, toRows } from "#shared/influx/rows.ts";

export const outcomes = ["stored", "duplicate", "conflict", "quarantined"] as const;
export type LedgerOutcome = (typeof outcomes)[number];

/** Why samples were quarantined: counts by code (`RejectionCode`). Together they are `quarantined`. */
export type Reasons = Readonly<Record<string, number>>;

export interface LedgerEntry {
  readonly worker: string;
  readonly plant: string;
  /** Hour of receipt, ms since epoch; where an hour is opened again, a moment within it, so that it is a row of its own. */
  readonly hour: number;
  readonly received: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly conflict: number;
  readonly quarantined: number;
  readonly inJournal: number;
  readonly reasons?: Reasons;
}

export type LedgerCounts = Omit<LedgerEntry, "worker" | "plant" | "hour">;

export interface LedgerTotals extends LedgerCounts {
  /** Zero, or something is wrong. */
  readonly balance: number;
}

/** Where the ledger stands, for InfluxQL. */
export const PIPELINE = `FROM "record"."pipeline" WHERE service = 'ingest'`;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** The field of a reason in a `pipeline` row. */
const REASON = "q_";

export function ledgerLine(entry: LedgerEntry): string {
  const reasons = Object.entries(entry.reasons ?? {}).map(
    ([code, count]) => [`${REASON}${code}`, integer(count)] as const,
  );
  return line(
    "pipeline",
    { service: "ingest", worker: entry.worker, plant: entry.plant },
    {
      received: integer(entry.received),
      stored: integer(entry.stored),
      duplicate: integer(entry.duplicate),
      conflict: integer(entry.conflict),
      quarantined: integer(entry.quarantined),
      in_journal: integer(entry.inJournal),
      ...Object.fromEntries(reasons),
    },
    entry.hour,
  );
}

/** The counts in the columns of a `pipeline` row; `prefix`: what a function of the database puts before their names. */
export function countsOf(row: Readonly<Record<string, unknown>>, prefix = ""): LedgerCounts {
  const count = (field: string) => {
    const value = row[`${prefix}${field}`];
    return typeof value === "number" ? value : 0;
  };
  const start = `${prefix}${REASON}`;
  const reasons = Object.keys(row)
    .filter((column) => column.startsWith(start))
    .map((column) => [column.slice(start.length), count(column.slice(prefix.length))] as const)
    .filter(([, value]) => value > 0);
  return {
    received: count("received"),
    stored: count("stored"),
    duplicate: count("duplicate"),
    conflict: count("conflict"),
    quarantined: count("quarantined"),
    inJournal: count("in_journal"),
    ...(reasons.length === 0 ? {} : { reasons: Object.fromEntries(reasons) }),
  };
}

/** Every entry received since `sinceMs`, a day at a time: an answer stays small however long the history is. */
export async function readLedger(influx: Pick<Influx, "query">, sinceMs = 0): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  let from = Math.floor(sinceMs);
  for (;;) {
    const [first] = toRows(
      await influx.query(`SELECT received ${PIPELINE} AND time >= ${from}ms ORDER BY time ASC LIMIT 1`),
    );
    if (first === undefined) return entries;
    const start = numberOr(first.time, from);
    const rows = toRows(
      await influx.query(`SELECT * ${PIPELINE} AND time >= ${start}ms AND time < ${start + DAY_MS}ms`),
    );
    for (const row of rows) entries.push(entryOf(row));
    from = start + DAY_MS;
  }
}

function entryOf(row: Row): LedgerEntry {
  return {
    worker: text(row.worker),
    plant: text(row.plant),
    hour: Math.floor(numberOr(row.time, 0) / HOUR_MS) * HOUR_MS,
    ...countsOf(row),
  };
}

export function balanceOf(counts: LedgerCounts): number {
  const { received, stored, duplicate, conflict, quarantined, inJournal } = counts;
  return received - (stored + duplicate + conflict + quarantined + inJournal);
}

export function totalOf(entries: readonly LedgerCounts[]): LedgerTotals {
  const sum = (pick: (entry: LedgerCounts) => number) =>
    entries.reduce((total, entry) => total + pick(entry), 0);
  const reasons: Record<string, number> = {};
  for (const entry of entries) {
    for (const [code, count] of Object.entries(entry.reasons ?? {}))
      reasons[code] = (reasons[code] ?? 0) + count;
  }
  const totals = {
    received: sum((entry) => entry.received),
    stored: sum((entry) => entry.stored),
    duplicate: sum((entry) => entry.duplicate),
    conflict: sum((entry) => entry.conflict),
    quarantined: sum((entry) => entry.quarantined),
    inJournal: sum((entry) => entry.inJournal),
    ...(Object.keys(reasons).length === 0 ? {} : { reasons }),
  };
  return { ...totals, balance: balanceOf(totals) };
}
