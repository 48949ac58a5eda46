/**
 * Records of the journal, and of the archive, as newline-delimited JSON. In: a place and what is asked for; out: lines
 * on a stream, oldest file first, and what is lost. Only looks.
 */
import { once } from "node:events";
import { stat } from "node:fs/promises";
import type { Writable } from "node:stream";
import {
  glance,
  type JournalFile,
  listAll,
  listArchived,
  listLive,
} from "#services/ingest/journal/inspect.ts";
import type { JournalRecord } from "#services/ingest/journal/record.ts";
import type { Lost } from "#services/ingest/journal/scan.ts";
import { parseTopic } from "#shared/mqtt/topic.ts";
import type { JournalPlace } from "./folders.ts";
import { recordJson } from "./record-text.ts";

export interface ExportFilter {
  /** Received from here on and before there, ms since epoch. */
  readonly from: number;
  readonly to: number;
  readonly station?: string | undefined;
}

export interface Exported {
  readonly records: number;
  readonly lost: readonly { readonly file: string; readonly lost: Lost }[];
  /** Files that cannot be read, or not to their end. */
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[];
}

const DAY_MS = 86_400_000;

export async function exportRecords(options: {
  place: JournalPlace;
  filter: ExportFilter;
  archive: boolean;
  out: Writable;
  onProgress: (doneBytes: number, totalBytes: number) => void;
}): Promise<Exported> {
  const { place, filter, out, onProgress } = options;
  const all = options.archive ? await listAll(place.folder, place.archive) : await listLive(place.folder);
  const files = all.filter((file, index) => mayHold(file, all[index + 1], filter));
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const lost: Exported["lost"][number][] = [];
  const unreadable: Exported["unreadable"][number][] = [];
  let records = 0;
  let done = 0;
  for (const file of files) {
    const glances = await present(file, place.archive);
    for (;;) {
      const step = await glances.next().catch((error: Error) => {
        unreadable.push({ file: file.file, reason: error.message });
      });
      if (step === undefined || step.done === true) break;
      if ("lost" in step.value) lost.push({ file: file.file, lost: step.value.lost });
      else {
        const lines = step.value.records.filter((record) => isAsked(record, filter)).map(recordJson);
        records += lines.length;
        if (lines.length > 0 && !out.write(`${lines.join("\n")}\n`)) await once(out, "drain");
      }
    }
    done += file.bytes;
    onProgress(done, total);
  }
  return { records, lost, unreadable };
}

/** The file, or its copy where it has just gone to the archive. */
async function present(file: JournalFile, archive: string): Promise<ReturnType<typeof glance>> {
  const isThere = await stat(file.file).then(
    () => true,
    () => false,
  );
  if (isThere || file.day !== undefined) return glance(file);
  const copy = (await listArchived(archive)).findLast(({ firstSeq }) => firstSeq === file.firstSeq);
  return glance(copy ?? file);
}

/** An archived file begins on its day and ends where the next one begins. */
function mayHold(
  { day }: JournalFile,
  following: JournalFile | undefined,
  { from, to }: ExportFilter,
): boolean {
  if (day === undefined) return true;
  const endsBefore =
    following?.day === undefined ? Number.POSITIVE_INFINITY : Date.parse(following.day) + DAY_MS;
  return Date.parse(day) < to && endsBefore > from;
}

function isAsked({ receivedAt, topic }: JournalRecord, { from, to, station }: ExportFilter): boolean {
  if (receivedAt < from || receivedAt >= to) return false;
  if (station === undefined) return true;
  return (parseTopic("outfall", topic) ?? parseTopic("outfall-sim", topic))?.station === station;
}
