/**
 * The conservation ledger: per plant and hour of receipt, received = stored + duplicate + conflict + quarantined +
 * still in the journal. Unit: one sample; an undecodable message counts as one, under plant `unknown`.
 */
import type { Influx } from "#shared/influx/influx.ts";
import { integer, line } from "#shared/influx/line.ts";
import { numberOr, text, toRows } from "#shared/influx/rows.ts";

export const outcomes = ["stored", "duplicate", "conflict", "quarantined"] as const;
export type LedgerOutcome = (typeof outcomes)[number];

export interface LedgerEntry {
  readonly worker: string;
  readonly plant: string;
  /** Hour of receipt, ms since epoch. */
  readonly hour: number;
  readonly received: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly conflict: number;
  readonly quarantined: number;
  readonly inJournal: number;
}

export interface LedgerTotals extends Omit<LedgerEntry, "worker" | "plant" | "hour"> {
  /** Zero, or something is wrong. */
  readonly balance: number;
}

export function ledgerLine(entry: LedgerEntry): string {
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
    },
    entry.hour,
  );
}

/** Entries received since `sinceMs` (all when undefined). */
export async function readLedger(influx: Influx, sinceMs = 0): Promise<LedgerEntry[]> {
  const rows = toRows(
    await influx.query(
      `SELECT * FROM "record"."pipeline" WHERE service = 'ingest' AND time >= ${Math.floor(sinceMs)}ms`,
    ),
  );
  return rows.map((row) => ({
    worker: text(row.worker),
    plant: text(row.plant),
    hour: numberOr(row.time, 0),
    received: numberOr(row.received, 0),
    stored: numberOr(row.stored, 0),
    duplicate: numberOr(row.duplicate, 0),
    conflict: numberOr(row.conflict, 0),
    quarantined: numberOr(row.quarantined, 0),
    inJournal: numberOr(row.in_journal, 0),
  }));
}

export function totalOf(entries: readonly LedgerEntry[]): LedgerTotals {
  const sum = (pick: (entry: LedgerEntry) => number) =>
    entries.reduce((total, entry) => total + pick(entry), 0);
  const totals = {
    received: sum((entry) => entry.received),
    stored: sum((entry) => entry.stored),
    duplicate: sum((entry) => entry.duplicate),
    conflict: sum((entry) => entry.conflict),
    quarantined: sum((entry) => entry.quarantined),
    inJournal: sum((entry) => entry.inJournal),
  };
  const accounted =
    totals.stored + totals.duplicate + totals.conflict + totals.quarantined + totals.inJournal;
  return { ...totals, balance: totals.received - accounted };
}
