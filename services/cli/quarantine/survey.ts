/** Looks through the quarantines. In: folders and what is asked for; out: counts by code and plant, and the newest entries. */
import { dayOf } from "#services/ingest/quarantine/day-files.ts";
import { type EntryHead, quarantineDays, readHeads } from "#services/ingest/quarantine/read-entries.ts";
import { type RetryMark, readRetryMarks } from "#services/ingest/quarantine/retried.ts";
import { entryId } from "#shared/quarantine/entry-id.ts";
import type { WorkerQuarantine } from "./folders.ts";

export interface EntryFilter {
  /** ms since epoch */
  readonly since: number;
  readonly code?: string | undefined;
  readonly plant?: string | undefined;
  readonly station?: string | undefined;
}

export interface FoundEntry extends EntryHead {
  /** As a person types it. */
  readonly fullId: string;
  readonly worker: string;
  readonly day: string;
  readonly retried: RetryMark | undefined;
}

export interface EntryGroup {
  readonly code: string;
  readonly plant: string;
  readonly count: number;
  readonly retried: number;
  /** Times of receipt, ms since epoch. */
  readonly first: number;
  readonly last: number;
}

export interface Survey {
  readonly total: number;
  /** Most entries first. */
  readonly groups: readonly EntryGroup[];
  /** Newest first. */
  readonly newest: readonly FoundEntry[];
}

/** Every entry that fits, worker by worker, in order of receipt. */
export async function* findEntries(
  places: readonly WorkerQuarantine[],
  filter: EntryFilter,
): AsyncGenerator<FoundEntry> {
  for (const { worker, folder } of places) {
    const marks = await readRetryMarks(folder);
    const days = (await quarantineDays(folder)).filter((day) => day >= dayOf(filter.since));
    for (const day of days) {
      for await (const entry of readHeads(folder, day)) {
        if (!isAskedFor(entry, filter)) continue;
        const fullId = entryId({ worker, day, entry: entry.id });
        yield { ...entry, fullId, worker, day, retried: marks.of(day, entry.id) };
      }
    }
  }
}

export async function surveyQuarantine(
  places: readonly WorkerQuarantine[],
  filter: EntryFilter,
  limit: number,
): Promise<Survey> {
  const groups = new Map<string, EntryGroup>();
  let newest: FoundEntry[] = [];
  let total = 0;
  for await (const entry of findEntries(places, filter)) {
    total += 1;
    const key = `${entry.code}|${entry.plant}`;
    groups.set(key, counted(groups.get(key), entry));
    newest.push(entry);
    // memory holds what may be shown, not what is there
    if (newest.length >= 2 * limit + 100) newest = newestOf(newest, limit);
  }
  return {
    total,
    groups: [...groups.values()].sort((a, b) => b.count - a.count || b.last - a.last),
    newest: newestOf(newest, limit),
  };
}

/** The station of a topic, `<root>/v1/<zone>/<plant>/<station>/…`; "" where it has none. */
export const stationOf = (topic: string): string => topic.split("/")[4] ?? "";

function isAskedFor(entry: EntryHead, { since, code, plant, station }: EntryFilter): boolean {
  return (
    entry.receivedAt >= since &&
    (code === undefined || entry.code === code) &&
    (plant === undefined || entry.plant === plant) &&
    (station === undefined || stationOf(entry.topic) === station)
  );
}

function counted(group: EntryGroup | undefined, entry: FoundEntry): EntryGroup {
  const { code, plant, receivedAt } = entry;
  return {
    code,
    plant,
    count: (group?.count ?? 0) + 1,
    retried: (group?.retried ?? 0) + (entry.retried === undefined ? 0 : 1),
    first: Math.min(group?.first ?? receivedAt, receivedAt),
    last: Math.max(group?.last ?? receivedAt, receivedAt),
  };
}

function newestOf(entries: readonly FoundEntry[], limit: number): FoundEntry[] {
  return entries.toSorted((a, b) => b.receivedAt - a.receivedAt).slice(0, limit);
}
