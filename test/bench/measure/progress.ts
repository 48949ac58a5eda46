/**
 * How far ingest is, seen from outside. In: its cursor log, which holds the ledger and grows only after
 * InfluxDB answered and the checks are queued, and is on disk then; out: samples stored, and since when.
 */
import { stat } from "node:fs/promises";
import { type Cursor, readCursor } from "#services/ingest/journal/cursor.ts";
import { pause } from "#shared/runtime/wait-for.ts";

export interface Progress {
  /** Samples the ledger says are stored. */
  readonly stored: number;
  /** ms since epoch, when it was seen. */
  readonly at: number;
}

/** The first contact with a hundred thousand stations is one long batch. */
const STALLED_MS = 120_000;

export async function readProgress(cursorFile: string): Promise<Progress> {
  const cursor = await readCursor(cursorFile);
  return { stored: cursor === undefined ? 0 : storedOf(cursor), at: Date.now() };
}

/**
 * Looks until `total` samples are stored; `onStep` hears of each change. An unchanged cursor is not read again: with
 * many plants it is large.
 * @throws Error when something became anything else than stored, or nothing moves any more.
 */
export async function followUntil(options: {
  cursorFile: string;
  total: number;
  everyMs: number;
  onStep?: (progress: Progress) => void;
}): Promise<Progress> {
  let last: Progress = { stored: -1, at: Date.now() };
  let seen = "";
  for (;;) {
    const version = await versionOf(options.cursorFile);
    if (version !== seen) {
      seen = version;
      const at = Date.now();
      const { stored } = await readProgress(options.cursorFile);
      if (stored !== last.stored) {
        // what was true when we looked, not when we had read it
        last = { stored, at };
        options.onStep?.(last);
      }
      if (stored >= options.total) return last;
    }
    if (Date.now() - last.at > STALLED_MS) {
      throw new Error(`ingest stands at ${last.stored} of ${options.total} stored samples`);
    }
    await pause(options.everyMs);
  }
}

/** Changes when the file grows or is replaced. */
async function versionOf(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  return found === undefined ? "none" : `${found.ino} ${found.size} ${found.mtimeMs}`;
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
