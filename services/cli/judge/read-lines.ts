/** A recorded feed from a file. In: a JSONL or CSV file, also `.gz`; out: its records one by one, with where they stand. */
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { createGunzip, gunzipSync } from "node:zlib";
import { readCsvFeed } from "#shared/feed/csv-feed.ts";

/** @param at its line in a JSONL file, its number among the records of a CSV file */
export type OnRecord = (record: unknown, at: number) => void;
export type OnFault = (message: string) => void;

/** @param timeZone of times in a CSV file without an offset */
export async function readFeed(
  file: string,
  timeZone: string,
  onRecord: OnRecord,
  onFault: OnFault,
): Promise<void> {
  if (!/\.csv(\.gz)?$/i.test(file)) return readJsonLines(file, onRecord, onFault);
  const bytes = await readFile(file);
  const text = (isCompressed(file) ? gunzipSync(bytes) : bytes).toString("utf8");
  let at = 0;
  for (const record of readCsvFeed(file, text, timeZone)) {
    at += 1;
    onRecord(record, at);
  }
}

const isCompressed = (file: string): boolean => file.endsWith(".gz");
const READ_BYTES = 1 << 18;

async function readJsonLines(file: string, onRecord: OnRecord, onFault: OnFault): Promise<void> {
  const raw = createReadStream(file, { highWaterMark: READ_BYTES });
  const stream = isCompressed(file) ? raw.pipe(createGunzip()) : raw;
  stream.setEncoding("utf8");
  let rest = "";
  let at = 0;
  const take = (text: string) => {
    at += 1;
    if (text === "" || text === "\r") return;
    let record: unknown;
    try {
      record = JSON.parse(text);
    } catch (error) {
      onFault(`${file}:${at}: expected one JSON object a line (${(error as Error).message})`);
      return;
    }
    onRecord(record, at);
  };
  for await (const chunk of stream) {
    const text: string = rest + chunk;
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      take(text.slice(from, end));
      from = end + 1;
    }
    rest = text.slice(from);
  }
  take(rest);
}
