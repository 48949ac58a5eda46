/**
 * The way from the journal to the cursor, a batch after the other. In: what is durable; out: stored, checks queued,
 * cursor moved. One write is in flight; while it runs the next batch is prepared, if it is a full one already, and
 * the one before it is finished. A batch is as large as what came meanwhile: no timers.
 */
import type { AtPoint } from "../crash-point.ts";
import type { Journal } from "../journal/journal.ts";
import type { Message } from "../journal/record.ts";
import type { Perseverance } from "./perseverance.ts";
import type { BatchPreparer, PreparedBatch } from "./prepare-batch.ts";
import type { Edge } from "./sort-samples.ts";
import type { BatchStore } from "./store-batch.ts";

export interface StoreLoop {
  /** The first seq not yet taken up: what lies between the cursor and it is in flight. */
  readonly next: number;
  /** When the oldest message of the batch taken last was received, ms since epoch. */
  readonly takenFrom: number | undefined;
  /** Runs until a step throws: when ingest closes, or on our own mistake. */
  run(): Promise<never>;
}

export const BATCH_MESSAGES = 5_000;
/** Batches between the journal and the cursor at the most: one prepared, one being written, one being finished. */
export const BATCHES_IN_FLIGHT = 3;

export function createStoreLoop(deps: {
  journal: Pick<Journal, "nextSeq" | "read">;
  preparer: BatchPreparer;
  store: BatchStore;
  persevere: Pick<Perseverance, "until">;
  /** Where the cursor stands. */
  from: number;
  /** Resolves when the journal has grown. */
  grown: () => Promise<void>;
  /** Waited for before a batch is written; `before`: the batch before it is done with. */
  beforeWrite?: (batch: PreparedBatch, before: Promise<void>) => Promise<void>;
  /** Makes the new cursor durable: everything before `seq` is done with. */
  moveCursor: (seq: number, edge: Edge | undefined) => Promise<void>;
  at?: AtPoint | undefined;
}): StoreLoop {
  const { journal, preparer, store, persevere, grown, moveCursor, beforeWrite, at } = deps;
  let next = deps.from;
  let takenFrom: number | undefined;
  /** The write in flight, and the finishing of what was written: each in order. */
  let writing: Promise<unknown> = Promise.resolve();
  let finishing: Promise<void> = Promise.resolve();
  const settled = async () => {
    await writing;
  };

  /** What stands in the journal from `next` on: memory holds no messages that are on disk. */
  async function take(): Promise<{ firstSeq: number; messages: readonly Message[] }> {
    for (;;) {
      const waiting = grown();
      const end = journal.nextSeq;
      const messages = await persevere.until("reading the journal", () => journal.read(next, BATCH_MESSAGES));
      // behind damage the records begin later, and where nothing is left of them the end is where to go on
      const firstSeq = messages[0]?.seq ?? end;
      if (messages.length > 0 || firstSeq > next) return { firstSeq, messages };
      await Promise.race([waiting, failed.promise]);
    }
  }

  /** A failure of a step that nobody waits for at the moment. */
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);

  return {
    get next() {
      return next;
    },
    get takenFrom() {
      return takenFrom;
    },
    async run() {
      for (;;) {
        const { firstSeq, messages } = await take();
        takenFrom = messages[0]?.receivedAt;
        const batch = await preparer.prepare(messages, firstSeq, settled);
        next = batch.nextSeq;
        await writing;
        await beforeWrite?.(batch, finishing);
        const written = store.write(batch);
        writing = written;
        const before = finishing;
        finishing = Promise.all([written, before]).then(async ([rows]) => {
          at?.("after-write");
          await store.finish(batch, rows);
          await moveCursor(batch.nextSeq, batch.edge);
        });
        finishing.catch(failed.reject);
        // one may be finished while the next is written, not more: what waits stays bounded
        await Promise.race([before, failed.promise]);
        if (journal.nextSeq - next < BATCH_MESSAGES) await Promise.race([written, failed.promise]);
      }
    },
  };
}
