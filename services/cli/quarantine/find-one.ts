/** One refusal by its id, with the payload of its message. */
import { type EntryHead, readCarriers, readHeads } from "#services/ingest/quarantine/read-entries.ts";
import { readRetryMarks } from "#services/ingest/quarantine/retried.ts";
import { messageOf, parseEntryId } from "#shared/quarantine/entry-id.ts";
import type { WorkerQuarantine } from "./folders.ts";
import type { FoundEntry } from "./survey.ts";

export interface WholeEntry {
  readonly entry: FoundEntry;
  /** Undefined where it was not kept. */
  readonly payload: Buffer | undefined;
}

/** @throws Error saying what an id looks like, or that there is no such refusal. */
export async function findOne(places: readonly WorkerQuarantine[], fullId: string): Promise<WholeEntry> {
  const entry = await findHead(places, fullId);
  const folder = folderOf(places, entry.worker);
  const message = messageOf(entry.id);
  for await (const { payload } of readCarriers(folder, entry.day, (head) =>
    isOfMessage(head, entry, message),
  )) {
    return { entry, payload: Buffer.from(payload, "base64") };
  }
  return { entry, payload: entry.size === 0 ? Buffer.alloc(0) : undefined };
}

/** @throws Error as findOne. */
export async function findHead(places: readonly WorkerQuarantine[], fullId: string): Promise<FoundEntry> {
  const place = parseEntryId(fullId);
  if (place === undefined) {
    throw new Error(
      `${JSON.stringify(fullId.slice(0, 80))} is not the id of a refusal; expected one such as w1.2026-11-23.57-0, as \`outfall quarantine list\` prints them`,
    );
  }
  const { worker, day, entry: id } = place;
  const folder = places.find((candidate) => candidate.worker === worker)?.folder;
  if (folder !== undefined) {
    for await (const entry of readHeads(folder, day)) {
      if (entry.id !== id) continue;
      const marks = await readRetryMarks(folder);
      return { ...entry, fullId, worker, day, retried: marks.of(day, id) };
    }
  }
  throw new Error(`no refusal ${fullId} in the data folder; \`outfall quarantine list\` lists them`);
}

export function folderOf(places: readonly WorkerQuarantine[], worker: string): string {
  const place = places.find((candidate) => candidate.worker === worker);
  if (place === undefined) throw new Error(`no folder of worker ${worker}`);
  return place.folder;
}

/** A journal that begins anew counts from 1 again: the time of receipt tells its messages apart. */
function isOfMessage(head: EntryHead, entry: EntryHead, message: string): boolean {
  return messageOf(head.id) === message && head.receivedAt === entry.receivedAt;
}
