/**
 * Which hours of the ledger do not balance, and for how long they have not. In: rows of plants and hours, what was
 * off at the last look; out: what is off now, and what has been for longer than the grace. Pure. Each row is one
 * consistent snapshot; the grace is for a look that falls between the writes of two workers.
 */
import type { LedgerRow } from "#shared/ledger/ledger-sums.ts";

export interface OffHour extends LedgerRow {
  readonly plant: string;
  readonly hour: number;
}

/** Real time, ms, at which an hour was first seen off; by plant and hour. */
export type OffSince = ReadonlyMap<string, number>;

export interface LedgerJudgement {
  readonly offSince: OffSince;
  /** Every plant with an hour that is off, oldest hour first; `lasting` is among them. */
  readonly off: ReadonlyMap<string, readonly OffHour[]>;
  /** Off for longer than the grace. */
  readonly lasting: ReadonlyMap<string, readonly OffHour[]>;
}

/** @param rows by plant and hour @param now real time, ms */
export function judgeLedger(
  rows: readonly LedgerRow[],
  before: OffSince,
  now: number,
  graceMs: number,
): LedgerJudgement {
  const off = rows
    .filter(({ balance }) => balance !== 0)
    .map((row): OffHour => ({ ...row, plant: row.plant ?? "", hour: row.hour ?? 0 }))
    .sort((a, b) => a.hour - b.hour);
  const offSince = new Map(off.map((row) => [keyOf(row), before.get(keyOf(row)) ?? now]));
  const lasting = off.filter((row) => now - (offSince.get(keyOf(row)) ?? now) > graceMs);
  return { offSince, off: byPlant(off), lasting: byPlant(lasting) };
}

const keyOf = ({ plant, hour }: OffHour) => `${plant}|${hour}`;
const byPlant = (rows: readonly OffHour[]) => Map.groupBy(rows, ({ plant }) => plant);
