/**
 * Moves finished segments to the archive in the background, one at a time. In: a word that there may be some; out:
 * copies in the archive, and the segments gone. What fails is said once and tried again; nobody waits for it.
 */
import type { Logger } from "#shared/runtime/log.ts";
import { pause } from "#shared/runtime/wait-for.ts";
import { archiveSegment, dayOf, expireArchive } from "./archive.ts";
import type { Disk } from "./disk.ts";
import type { Segment } from "./segment.ts";

export interface Archiver {
  /** There may be something to do. */
  wake(): void;
  /** Lets the copy that is being made end, for some seconds; the next start takes up what is left. */
  close(): Promise<void>;
}

const RETRY_MS = 30_000;
const CLOSE_MS = 2_000;

export function createArchiver(options: {
  disk: Disk;
  folder: string;
  days: number;
  /** The oldest segment that is done with and not written any more. */
  next: () => Segment | undefined;
  remove: (segment: Segment) => Promise<void>;
  now: () => number;
  log: Logger;
  retryMs?: number | undefined;
}): Archiver {
  const { disk, folder, days, next, remove, now, log } = options;
  const stopping = new AbortController();
  let closing = false;
  let failing = false;
  let running: Promise<void> | undefined;
  let expiredOn = "";

  async function expire(): Promise<void> {
    const today = dayOf(now());
    if (today === expiredOn) return;
    await disk.mkdir(folder, { recursive: true });
    const removed = await expireArchive(disk, folder, days, now());
    expiredOn = today;
    if (removed > 0) log.info({ removed, days }, "old files were removed from the archive");
  }

  async function step(): Promise<boolean> {
    await expire();
    const segment = next();
    if (segment === undefined) return false;
    try {
      await archiveSegment({ disk, folder, segment, now: now(), signal: stopping.signal });
    } catch (error) {
      // dropped meanwhile, to make room for the journal
      if (next() !== segment) return true;
      throw error;
    }
    await remove(segment);
    return true;
  }

  async function run(): Promise<void> {
    while (!closing) {
      try {
        if (!(await step())) return;
        if (failing) log.info("the archive takes segments again");
        failing = false;
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (!failing)
          log.error({ err: error }, "a finished segment cannot be archived; it stays, and is tried again");
        failing = true;
        await pause(options.retryMs ?? RETRY_MS, stopping.signal);
      }
    }
  }

  function wake(): void {
    if (closing) return;
    running ??= run().finally(() => {
      running = undefined;
      // what came between the last look and here
      if (next() !== undefined) wake();
    });
  }

  return {
    wake,
    async close() {
      closing = true;
      if (failing) stopping.abort();
      const enough = new AbortController();
      await Promise.race([running, pause(CLOSE_MS, enough.signal)]);
      enough.abort();
      // a disk that hangs is not waited for
      stopping.abort();
    },
  };
}
