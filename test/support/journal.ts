/** Messages and looks into a journal's folder, for its tests. */
import { readdir } from "node:fs/promises";
import type { Journal } from "#services/ingest/journal/journal.ts";
import type { Message } from "#services/ingest/journal/record.ts";

export const message = (text: string, topic = "outfall-sim/v1/z/p/s/data"): Message => ({
  topic,
  payload: Buffer.from(text),
  size: Buffer.byteLength(text),
  receivedAt: 1_795_000_000_000 + text.length,
});

/** `payload 3` … for the records 3 … */
export const messages = (from: number, to: number): Message[] =>
  Array.from({ length: to - from + 1 }, (_, index) => message(`payload ${from + index}`));

/** What `texts` gives for the records of `messages`. */
export const payloads = (from: number, to: number): string[] =>
  messages(from, to).map(({ payload }, index) => `${from + index}:${payload.toString()}`);

/** `3:payload 3` for each record of one read. */
export const texts = async (journal: Journal, from = 1, limit = 1_000): Promise<string[]> =>
  (await journal.read(from, limit)).map(({ seq, payload }) => `${seq}:${payload.toString("utf8")}`);

/** Everything from a record on, call by call; gaps are passed over. */
export async function readAll(journal: Journal, from = 1, limit = 1_000): Promise<string[]> {
  const found: string[] = [];
  for (let seq = from; seq < journal.nextSeq; ) {
    const records = await journal.read(seq, limit);
    found.push(...records.map((record) => `${record.seq}:${record.payload.toString("utf8")}`));
    seq = (records.at(-1)?.seq ?? journal.nextSeq - 1) + 1;
  }
  return found;
}

export const segmentsOf = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith(".segment")).sort();
