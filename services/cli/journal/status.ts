/** How a journal stands. In: its place; out: counts, numbers, what waits and since when, archive, damage. */
import { readCursor } from "#services/ingest/journal/cursor.ts";
import { type Damage, readDamage } from "#services/ingest/journal/damage.ts";
import { nodeDisk } from "#services/ingest/journal/disk.ts";
import { glance, type JournalFile, listArchived, listLive } from "#services/ingest/journal/inspect.ts";
import type { JournalRecord } from "#services/ingest/journal/record.ts";
import type { JournalPlace } from "./folders.ts";

export interface JournalStatus {
  readonly worker: string;
  readonly folder: string;
  readonly segments: number;
  readonly bytes: number;
  readonly maxBytes: number;
  /** Of the oldest record that is still there; null where there is none. */
  readonly firstSeq: number | null;
  readonly nextSeq: number;
  /** The first record not yet stored. */
  readonly cursor: number;
  /** Messages not yet stored. */
  readonly waiting: number;
  /** ISO 8601 */
  readonly oldestWaitingReceivedAt: string | null;
  readonly archive: {
    readonly folder: string;
    readonly keptDays: number;
    readonly files: number;
    readonly days: number;
    readonly bytes: number;
    readonly oldestDay: string | null;
    readonly newestDay: string | null;
  };
  readonly damage: readonly Damage[];
}

export async function readJournalStatus(
  place: JournalPlace,
  bounds: { maxBytes: number; keptDays: number },
): Promise<JournalStatus> {
  // the cursor first: what is counted as waiting may have been stored meanwhile, and never the other way round
  const found = (await readCursor(place.cursorFile))?.seq ?? 1;
  const live = await listLive(place.folder);
  const nextSeq = Math.max(found, await endOf(live));
  const archived = await listArchived(place.archive);
  const days = [...new Set(archived.map(({ day }) => day ?? ""))];
  const oldest = found < nextSeq ? await firstFrom(live, found) : undefined;
  return {
    worker: place.worker,
    folder: place.folder,
    segments: live.length,
    bytes: sumOf(live),
    maxBytes: bounds.maxBytes,
    firstSeq: live[0]?.firstSeq ?? null,
    nextSeq,
    cursor: found,
    waiting: nextSeq - found,
    oldestWaitingReceivedAt: oldest === undefined ? null : new Date(oldest.receivedAt).toISOString(),
    archive: {
      folder: place.archive,
      keptDays: bounds.keptDays,
      files: archived.length,
      days: days.length,
      bytes: sumOf(archived),
      oldestDay: days[0] ?? null,
      newestDay: days.at(-1) ?? null,
    },
    damage: await readDamage(nodeDisk, place.folder),
  };
}

const sumOf = (files: readonly JournalFile[]) => files.reduce((sum, { bytes }) => sum + bytes, 0);

/** The seq behind the last record. */
async function endOf(live: readonly JournalFile[]): Promise<number> {
  const last = live.at(-1);
  let nextSeq = last?.firstSeq ?? 1;
  if (last === undefined) return nextSeq;
  for await (const seen of glance(last))
    if ("records" in seen) nextSeq = (seen.records.at(-1)?.seq ?? nextSeq - 1) + 1;
  return nextSeq;
}

/** The first record from `seq` on. */
async function firstFrom(live: readonly JournalFile[], seq: number): Promise<JournalRecord | undefined> {
  for (const [index, file] of live.entries()) {
    const following = live[index + 1]?.firstSeq ?? Number.POSITIVE_INFINITY;
    if (following <= seq) continue;
    for await (const seen of glance(file)) {
      const record = "records" in seen ? seen.records.find((one) => one.seq >= seq) : undefined;
      if (record !== undefined) return record;
    }
  }
  return undefined;
}
