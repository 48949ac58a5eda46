/**
 * How far ingest is, seen from outside. In: its cursor file, which holds the ledger and is replaced only after
 * InfluxDB answered, the checks are queued and the file is on disk; out: samples stored, and since when.
 */
import { type Cursor, readCursor } from "#services/ingest/journal/cursor.ts";
import { pause } from "#shared/runtime/wait-for.ts";

export interface Progress {
  /** Samples the ledger says are stored. */
  readonly stored: number;
  /** ms since epoch, when it was seen. */
  readonly at: number;
}

const STALLED_MS = 30_000;

export async function readProgress(cursorFile: string): Promise<Progress> {
  const cursor = await readCursor(cursorFile);
  return { stored: cursor === undefined ? 0 : storedOf(cursor), at: Date.now() };
}

/**
 * Reads the cursor until `total` samples are stored; `onStep` hears of each change.
 * @throws Error when something became anything else than stored, or nothing moves any more.
 */
export async function followUntil(options: {
  cursorFile: string;
  total: number;
  everyMs: number;
  onStep?: (progress: Progress) => void;
}): Promise<Progress> {
  let last: Progress = { stored: -1, at: Date.now() };
  for (;;) {
    const progress = await readProgress(options.cursorFile);
    if (progress.stored !== last.stored) {
      last = progress;
      options.onStep?.(progress);
    }
    if (progress.stored >= options.total) return progress;
    if (progress.at - last.at > STALLED_MS) {
      throw new Error(`ingest stands at ${progress.stored} of ${options.total} stored samples`);
    }
    await pause(options.everyMs);
  }
}

function storedOf({ tally }: Cursor): number {
  let stored = 0;
  for (const [plant, , counts] of tally) {
    stored += counts.stored;
    if (counts.duplicate + counts.conflict + counts.quarantined > 0) {
      throw new Error(`not everything was stored at ${plant}: ${JSON.stringify(counts)}`);
    }
  }
  return stored;
}
