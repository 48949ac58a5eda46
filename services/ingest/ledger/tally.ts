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
  const hours = new Map<number, Map<string, Counts>>();
  const plantsOf = (hour: number): Map<string, Counts> => {
    let plants = hours.get(hour);
    if (plants === undefined) {
      plants = new Map();
      hours.set(hour, plants);
    }
    return plants;
  };
  const at = (plant: string, receivedAt: number): Counts => {
    const plants = plantsOf(Math.floor(receivedAt / HOUR_MS) * HOUR_MS);
    let counts = plants.get(plant);
    if (counts === undefined) {
      counts = { received: 0, stored: 0, duplicate: 0, conflict: 0, quarantined: 0, inJournal: 0 };
      plants.set(plant, counts);
    }
    return counts;
  };
  const all = () =>
    [...hours].flatMap(([hour, plants]) => [...plants].map(([plant, counts]) => ({ plant, hour, counts })));
  for (const [plant, hour, kept] of initial) plantsOf(hour).set(plant, { ...kept, inJournal: 0 });
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
    entries: () => all().map(({ plant, hour, counts }) => ({ worker, plant, hour, ...counts })),
    state: () =>
      all().map(({ plant, hour, counts: { inJournal, ...kept } }) => [
        plant,
        hour,
        { ...kept, received: kept.received - inJournal },
      ]),
    forgetBefore(hour) {
      for (const [known, plants] of hours) {
        if (known >= hour) continue;
        for (const [plant, counts] of plants) if (counts.inJournal === 0) plants.delete(plant);
        if (plants.size === 0) hours.delete(known);
      }
    },
  };
}
