/**
 * The worker's part of the conservation ledger. In: what was received and what became of it; out: entries per plant
 * and hour of receipt. Received and in-journal are counted when a message is journaled, outcomes when it is done
 * with: a sample that gets lost between shows as a balance that is not zero.
 */
import type { LedgerEntry, LedgerOutcome } from "#shared/ledger/ledger.ts";

type Counts = { -readonly [Key in Exclude<keyof LedgerEntry, "worker" | "plant" | "hour">]: number };
/** [plant, hour, counts]; in-journal is not kept: it is what the journal holds after the cursor. */
export type TallyState = [plant: string, hour: number, counts: Omit<Counts, "inJournal">][];

export interface Tally {
  /** One sample journaled. */
  received(plant: string, receivedAt: number): void;
  /** One sample done with. */
  done(plant: string, receivedAt: number, outcome: LedgerOutcome): void;
  /** One journaled sample has left the journal, whatever became of it. */
  left(plant: string, receivedAt: number): void;
  entries(): LedgerEntry[];
  /** What to keep with the cursor: everything but what is still in the journal. */
  state(): TallyState;
  /** Forgets hours whose entries are written and whose samples are all done with. */
  forgetBefore(hour: number): void;
}

const HOUR_MS = 3_600_000;

export function createTally(worker: string, initial: TallyState = []): Tally {
  const counts = new Map<string, { plant: string; hour: number; counts: Counts }>();
  for (const [plant, hour, kept] of initial) {
    counts.set(`${plant}|${hour}`, { plant, hour, counts: { ...kept, inJournal: 0 } });
  }
  const at = (plant: string, receivedAt: number): Counts => {
    const hour = Math.floor(receivedAt / HOUR_MS) * HOUR_MS;
    const key = `${plant}|${hour}`;
    let entry = counts.get(key);
    if (entry === undefined) {
      const zero = { received: 0, stored: 0, duplicate: 0, conflict: 0, quarantined: 0, inJournal: 0 };
      entry = { plant, hour, counts: zero };
      counts.set(key, entry);
    }
    return entry.counts;
  };
  return {
    received(plant, receivedAt) {
      const entry = at(plant, receivedAt);
      entry.received += 1;
      entry.inJournal += 1;
    },
    done(plant, receivedAt, outcome) {
      at(plant, receivedAt)[outcome] += 1;
    },
    left(plant, receivedAt) {
      at(plant, receivedAt).inJournal -= 1;
    },
    entries: () =>
      [...counts.values()].map((entry) => ({
        worker,
        plant: entry.plant,
        hour: entry.hour,
        ...entry.counts,
      })),
    state: () =>
      [...counts.values()].map(({ plant, hour, counts: { inJournal, ...kept } }) => [
        plant,
        hour,
        { ...kept, received: kept.received - inJournal },
      ]),
    forgetBefore(hour) {
      for (const [key, entry] of counts) {
        if (entry.hour < hour && entry.counts.inJournal === 0) counts.delete(key);
      }
    },
  };
}
