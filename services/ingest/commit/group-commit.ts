/**
 * Group commit: while one commit runs, the next batch collects; it starts when the other ends. No timers. In:
 * arrivals; out: each batch, durable, in order of arrival.
 */
import type { Logger } from "#shared/runtime/log.ts";
import { pause } from "#shared/runtime/wait-for.ts";
import type { AtPoint } from "../crash-point.ts";
import { type Journal, JournalFull } from "../journal/journal.ts";
import type { Message } from "../journal/record.ts";

export interface GroupCommit<Item extends Message> {
  add(item: Item): void;
  /** Received and not yet durable. */
  readonly waiting: number;
  /** Their payload, those being written left out. */
  readonly waitingBytes: number;
  /** True while the journal or its disk takes nothing. */
  readonly stuck: boolean;
  /** Resolves when nothing waits and nothing is being written. */
  close(): Promise<void>;
}

const MAX_MESSAGES = 10_000;
const MAX_BYTES = 8_000_000;
const RETRY_MS = 250;
const CLOSE_MS = 5_000;

export function createGroupCommit<Item extends Message>(options: {
  journal: Pick<Journal, "append">;
  /** Called with each durable batch and the seq of its first record. */
  onCommitted: (items: readonly Item[], firstSeq: number) => void;
  log: Logger;
  at?: AtPoint | undefined;
}): GroupCommit<Item> {
  const { journal, onCommitted, log, at } = options;
  let waiting: Item[] = [];
  let waitingBytes = 0;
  /** Taken from `waiting`, not yet durable. */
  let committing = 0;
  let running: Promise<void> | undefined;
  let stuck = false;
  let closing = false;

  function takeBatch(): Item[] {
    let bytes = 0;
    let count = 0;
    while (count < waiting.length && count < MAX_MESSAGES && bytes < MAX_BYTES) {
      bytes += (waiting[count] as Item).payload.length;
      count += 1;
    }
    waitingBytes -= bytes;
    if (count === waiting.length) {
      const all = waiting;
      waiting = [];
      return all;
    }
    return waiting.splice(0, count);
  }

  async function commit(batch: readonly Item[]): Promise<boolean> {
    while (!closing) {
      try {
        committing = batch.length;
        at?.("before-commit");
        const first = await journal.append(batch);
        committing = 0;
        if (stuck) log.info("the journal takes messages again");
        stuck = false;
        at?.("after-commit");
        onCommitted(batch, first);
        return true;
      } catch (error) {
        if (!stuck) {
          const what = error instanceof JournalFull ? "the journal is full" : "the journal cannot be written";
          log.error({ err: error }, `${what}: nothing is acknowledged until it can be`);
        }
        stuck = true;
        await pause(RETRY_MS);
      }
    }
    return false;
  }

  async function run(): Promise<void> {
    // let everything that arrived in this turn of the event loop come along
    await Promise.resolve();
    while (waiting.length > 0) {
      if (!(await commit(takeBatch()))) return;
    }
  }

  function start(): void {
    running ??= run().finally(() => {
      running = undefined;
      // what came between the last look and here
      if (waiting.length > 0 && !closing) start();
    });
  }

  return {
    add(item) {
      waiting.push(item);
      waitingBytes += item.payload.length;
      start();
    },
    get waiting() {
      return waiting.length + committing;
    },
    get waitingBytes() {
      return waitingBytes;
    },
    get stuck() {
      return stuck;
    },
    async close() {
      closing = stuck;
      // a disk that fails from here on is not waited for: nothing of it was acknowledged
      const patience = setTimeout(() => {
        closing = true;
      }, CLOSE_MS);
      while (running !== undefined) await running;
      clearTimeout(patience);
    },
  };
}
