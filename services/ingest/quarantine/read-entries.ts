/** The quarantine's files, read. In: a folder, days; out: entries in order of receipt, each once. Never writes. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { dayFileName, daysAmong } from "./day-files.ts";
import { entryOfLine, headOfLine } from "./entry-lines.ts";
import type { QuarantinedSample } from "./quarantine.ts";
import { readLines } from "./read-lines.ts";

export type EntryHead = Omit<QuarantinedSample, "payload">;

/** Ids remembered to show a repeated one once: repeats follow a crash, so they are not far apart. */
const REMEMBERED = 500_000;

/** Days with a file, oldest first; none where the folder is not there. */
export async function quarantineDays(folder: string): Promise<string[]> {
  return daysAmong(await readdir(folder).catch(() => []));
}

/** Entries of one day without their payloads. */
export async function* readHeads(folder: string, day: string): AsyncGenerator<EntryHead> {
  const seen = new Set<string>();
  for await (const line of readLines(join(folder, dayFileName(day)))) {
    const entry = headOfLine(line)?.entry;
    if (entry === undefined || seen.has(entry.id)) continue;
    if (seen.size >= REMEMBERED) seen.clear();
    seen.add(entry.id);
    yield entry;
  }
}

/** The entries of one day that carry a payload and are asked for, whole. */
export async function* readCarriers(
  folder: string,
  day: string,
  isWanted: (entry: EntryHead) => boolean,
): AsyncGenerator<QuarantinedSample> {
  for await (const line of readLines(join(folder, dayFileName(day)))) {
    const head = headOfLine(line);
    if (head === undefined || !head.carries || !isWanted(head.entry)) continue;
    const entry = entryOfLine(line);
    if (entry !== undefined) yield entry;
  }
}
