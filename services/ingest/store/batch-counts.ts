/** What a batch adds to the ledger. In: samples and messages one by one; out: counts by plant and hour of receipt. */
import type { LedgerOutcome } from "#shared/ledger/ledger.ts";
import type { RejectionCode } from "#shared/reading/rejection.ts";

export interface HourCount {
  readonly plant: string;
  /** Of the first of them; all are of the same hour. */
  readonly receivedAt: number;
  samples: number;
}

export interface OutcomeCount extends HourCount {
  readonly outcome: LedgerOutcome;
  readonly code?: RejectionCode;
}

export interface BatchCounts {
  /** What became of one sample. */
  outcome(plant: string, receivedAt: number, outcome: LedgerOutcome, code?: RejectionCode): void;
  /** A message that leaves the journal, with as many samples as were counted when it came in. */
  leaves(plant: string, receivedAt: number, samples: number): void;
  readonly outcomes: readonly OutcomeCount[];
  readonly left: readonly HourCount[];
}

const HOUR_MS = 3_600_000;
const hourOf = (time: number): number => Math.floor(time / HOUR_MS);

export function createBatchCounts(): BatchCounts {
  const outcomes: OutcomeCount[] = [];
  const left: HourCount[] = [];
  /** The last of each kind and plant: nearly always the one that is counted next. */
  const kinds = new Map<string, Map<string, HourCount>>();

  /** Adds to the last of its kind and plant, where that is of the same hour. */
  function added(kind: string, plant: string, receivedAt: number, samples: number): HourCount | undefined {
    let latest = kinds.get(kind);
    if (latest === undefined) {
      latest = new Map();
      kinds.set(kind, latest);
    }
    const known = latest.get(plant);
    if (known !== undefined && hourOf(known.receivedAt) === hourOf(receivedAt)) {
      known.samples += samples;
      return undefined;
    }
    const fresh = { plant, receivedAt, samples };
    latest.set(plant, fresh);
    return fresh;
  }

  return {
    outcomes,
    left,
    outcome(plant, receivedAt, outcome, code) {
      const fresh = added(code ?? outcome, plant, receivedAt, 1);
      if (fresh !== undefined) outcomes.push(Object.assign(fresh, { outcome, ...(code && { code }) }));
    },
    leaves(plant, receivedAt, samples) {
      if (samples === 0) return;
      const fresh = added("left", plant, receivedAt, samples);
      if (fresh !== undefined) left.push(fresh);
    },
  };
}
