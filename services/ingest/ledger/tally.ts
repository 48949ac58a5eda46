/**
 * The worker's part of the conservation ledger. In: what was received and what became of it; out: entries per plant
 * and hour of receipt. Received and in-journal are counted when a message is journaled, outcomes when it is done
 * with: a sample that gets lost between shows as a balance that is not zero.
 */
import {
  type LedgerCounts,
  type LedgerEntry,
  type LedgerOutcome,
  type Reasons,
  totalOf,
} from "#shared/ledger/ledger.ts";
import type { RejectionCode } from "#shared/reading/rejection.ts";

type Counts = {
  -readonly [Key in Exclude<keyof LedgerEntry, "worker" | "plant" | "hour" | "reasons">]: number;
} & { reasons?: Reasons };
/** [plant, hour, counts]; in-journal is not kept: it is what the journal holds after the cursor. */
export type TallyState = [plant: string, hour: number, counts: Omit<Counts, "inJournal">][];

export interface Tally {
  /** Samples journaled. */
  received(plant: string, receivedAt: number, samples?: number): void;
  /** Samples done with; `code` is why they are quarantined. */
  done(
    plant: string,
    receivedAt: number,
    outcome: LedgerOutcome,
    code?: RejectionCode | undefined,
    samples?: number,
  ): void;
  /** Journaled samples have left the journal, whatever became of them. */
  left(plant: string, receivedAt: number, samples?: number): void;
  /** Messages that were received and are gone: nobody can say whose, and nothing accounts for them. */
  lost(at: number, messages: number): void;
  /** One that was counted as stored and that the database refused. */
  refused(plant: string, receivedAt: number): void;
  entries(): LedgerEntry[];
  /** Entries that changed since this was last asked. */
  changedEntries(): LedgerEntry[];
  /** By plant, forgotten hours included: these only grow while the process runs. */
  totals(): Map<string, LedgerCounts>;
  /** What to keep with the cursor: everything but what is still in the journal. */
  state(): TallyState;
  /** Of the state, what changed since this was last asked. */
  changedState(): TallyState;
  /** Forgets hours whose entries are written and whose samples are all done with. */
  forgetBefore(hour: number): void;
}

/** The counts of a plant and hour. With thousands of plants only those that changed are written anywhere. */
interface Place {
  readonly plant: string;
  readonly hour: number;
  readonly counts: Counts;
  /** Who has not seen its last change: LEDGER, CURSOR, both or none. */
  unseen: number;
}

const HOUR_MS = 3_600_000;
const LEDGER = 1;
const CURSOR = 2;

const startOf = (time: number): number => Math.floor(time / HOUR_MS) * HOUR_MS;
const none = (): Counts => ({
  received: 0,
  stored: 0,
  duplicate: 0,
  conflict: 0,
  quarantined: 0,
  inJournal: 0,
});

function addReason(counts: Counts, code: RejectionCode, samples: number): void {
  counts.reasons = { ...counts.reasons, [code]: (counts.reasons?.[code] ?? 0) + samples };
}

/** @param writtenUntil hours up to this time, ms, may have been written by another; undefined: what `initial` tells */
export function createTally(worker: string, initial: TallyState = [], writtenUntil?: number): Tally {
  const hours = new Map<number, Map<string, Place>>();
  const forgotten = new Map<string, LedgerCounts>();
  let newestHour = writtenUntil === undefined ? Number.NEGATIVE_INFINITY : startOf(writtenUntil) + HOUR_MS;
  let unseenByLedger: Place[] = [];
  let unseenByCursor: Place[] = [];
  /** The hour asked for last: nearly always the present one. */
  let last: { hour: number; plants: Map<string, Place> } | undefined;

  function plantsOf(hour: number): Map<string, Place> {
    if (last?.hour === hour) return last.plants;
    let plants = hours.get(hour);
    if (plants === undefined) {
      plants = new Map();
      hours.set(hour, plants);
    }
    last = { hour, plants };
    return plants;
  }

  function add(plant: string, hour: number, counts: Counts): Place {
    const place = { plant, hour, counts, unseen: 0 };
    plantsOf(startOf(hour)).set(plant, place);
    newestHour = Math.max(newestHour, startOf(hour));
    return place;
  }

  const at = (plant: string, receivedAt: number): Place => {
    const hour = startOf(receivedAt);
    // the clock was set back: the hour may be written and forgotten, and must not be written over
    return plantsOf(hour).get(plant) ?? add(plant, hour < newestHour ? receivedAt : hour, none());
  };

  /** The counts, about to change. */
  function touch(place: Place, forWhom: number): Counts {
    const news = forWhom & ~place.unseen;
    if (news !== 0) {
      if (news & LEDGER) unseenByLedger.push(place);
      if (news & CURSOR) unseenByCursor.push(place);
      place.unseen |= news;
    }
    return place.counts;
  }

  const all = () => [...hours.values()].flatMap((plants) => [...plants.values()]);
  const entryOf = ({ plant, hour, counts }: Place): LedgerEntry => ({ worker, plant, hour, ...counts });
  const stateOf = ({ plant, hour, counts: { inJournal, ...kept } }: Place): TallyState[number] => [
    plant,
    hour,
    { ...kept, received: kept.received - inJournal },
  ];

  for (const [plant, hour, kept] of initial) touch(add(plant, hour, { ...kept, inJournal: 0 }), LEDGER);

  return {
    received(plant, receivedAt, samples = 1) {
      const counts = touch(at(plant, receivedAt), LEDGER);
      counts.received += samples;
      counts.inJournal += samples;
    },
    done(plant, receivedAt, outcome, code, samples = 1) {
      const counts = touch(at(plant, receivedAt), LEDGER | CURSOR);
      counts[outcome] += samples;
      if (outcome === "quarantined" && code !== undefined) addReason(counts, code, samples);
    },
    left(plant, receivedAt, samples = 1) {
      touch(at(plant, receivedAt), LEDGER | CURSOR).inJournal -= samples;
    },
    lost(now, messages) {
      touch(at("unknown", now), LEDGER | CURSOR).received += messages;
    },
    refused(plant, receivedAt) {
      const counts = touch(at(plant, receivedAt), LEDGER | CURSOR);
      counts.stored -= 1;
      counts.quarantined += 1;
      addReason(counts, "write-refused", 1);
    },
    entries: () => all().map(entryOf),
    changedEntries() {
      const changed = unseenByLedger;
      unseenByLedger = [];
      for (const place of changed) place.unseen &= ~LEDGER;
      return changed.map(entryOf);
    },
    totals() {
      const totals = new Map(forgotten);
      for (const { plant, counts } of all())
        totals.set(plant, totalOf([totals.get(plant) ?? none(), counts]));
      return totals;
    },
    state: () => all().map(stateOf),
    changedState() {
      const changed = unseenByCursor;
      unseenByCursor = [];
      for (const place of changed) place.unseen &= ~CURSOR;
      return changed.map(stateOf);
    },
    forgetBefore(hour) {
      for (const [known, plants] of hours) {
        if (known >= hour) continue;
        for (const [plant, { counts, unseen }] of plants) {
          if (counts.inJournal !== 0 || (unseen & LEDGER) !== 0) continue;
          forgotten.set(plant, totalOf([forgotten.get(plant) ?? none(), counts]));
          plants.delete(plant);
        }
        if (plants.size > 0) continue;
        hours.delete(known);
        if (last?.hour === known) last = undefined;
      }
    },
  };
}
