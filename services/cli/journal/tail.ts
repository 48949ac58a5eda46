/** The newest records of a journal, and those that come. In: its folder; out: records, oldest first. Only looks. */
import { isMissing } from "#services/ingest/journal/disk.ts";
import { type Glance, glance, type JournalFile, listLive } from "#services/ingest/journal/inspect.ts";
import type { JournalRecord } from "#services/ingest/journal/record.ts";
import { pause } from "#shared/runtime/wait-for.ts";

const LOOK_EVERY_MS = 250;

/** Behind the last record that was seen. */
export interface Place {
  readonly firstSeq: number;
  readonly offset: number;
  readonly nextSeq: number;
}

/** The last `count` records that are still in the journal. */
export async function lastRecords(
  folder: string,
  count: number,
): Promise<{ records: JournalRecord[]; place: Place | undefined }> {
  let records: JournalRecord[] = [];
  let place: Place | undefined;
  for (const file of (await listLive(folder)).toReversed()) {
    if (place !== undefined && records.length >= count) break;
    const own: JournalRecord[] = [];
    const end = await walk(file, undefined, (record) => {
      own.push(record);
      if (own.length > 2 * count + 1_000) own.splice(0, own.length - count);
    });
    place ??= end;
    records = [...own, ...records].slice(count === 0 ? Number.POSITIVE_INFINITY : -count);
  }
  return { records, place };
}

/** Gives every record behind `from` as it comes, until the signal aborts. */
export async function follow(
  folder: string,
  from: Place | undefined,
  give: (record: JournalRecord) => void,
  signal: AbortSignal,
): Promise<void> {
  let place = from;
  while (!signal.aborted) {
    // one that has a follower is complete: the list is made before it is read to its end
    for (const file of await listLive(folder)) {
      if (place !== undefined && file.firstSeq < place.firstSeq) continue;
      const start = place?.firstSeq === file.firstSeq ? place : undefined;
      if (start !== undefined && file.bytes <= start.offset) continue;
      const seen = place?.nextSeq ?? 0;
      place =
        (await walk(file, start, (record) => {
          if (record.seq >= seen) give(record);
        })) ?? place;
    }
    await pause(LOOK_EVERY_MS, signal);
  }
}

/** Undefined where the file has just gone to the archive. */
async function walk(
  file: JournalFile,
  from: Place | undefined,
  give: (record: JournalRecord) => void,
): Promise<Place | undefined> {
  const found = glance(file, from?.offset, from?.nextSeq);
  try {
    for (;;) {
      const step: IteratorResult<Glance, Omit<Place, "firstSeq">> = await found.next();
      if (step.done === true) return { firstSeq: file.firstSeq, ...step.value };
      if ("records" in step.value) step.value.records.forEach(give);
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
