/** A recorded feed from a file. In: a JSONL or CSV file, also `.gz`; out: its records with the line they stand in, or a fault. */
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { createGunzip, gunzipSync } from "node:zlib";
import { readCsvFeed } from "#shared/feed/csv-feed.ts";

export interface FeedLine {
  /** `file:line` of a JSONL file. */
  readonly place: () => string;
  /** Unchecked. */
  readonly record: unknown;
}

export type OnFault = (message: string) => void;

/** @param timeZone of times in a CSV file without an offset */
export async function* readFeed(
  file: string,
  timeZone: string,
  onFault: OnFault,
): AsyncGenerator<FeedLine[]> {
  if (/\.csv(\.gz)?$/i.test(file)) yield* readCsv(file, timeZone);
  else yield* readJsonLines(file, onFault);
}

const isCompressed = (file: string): boolean => file.endsWith(".gz");

async function* readCsv(file: string, timeZone: string): AsyncGenerator<FeedLine[]> {
  const bytes = await readFile(file);
  const text = (isCompressed(file) ? gunzipSync(bytes) : bytes).toString("utf8");
  const lines: FeedLine[] = [];
  for (const record of readCsvFeed(file, text, timeZone)) {
    lines.push({ place: () => `${file}, record of ${new Date(record.time).toISOString()}`, record });
  }
  yield lines;
}

/** Lines in the pieces in which the file is read. */
async function* readJsonLines(file: string, onFault: OnFault): AsyncGenerator<FeedLine[]> {
  const raw = createReadStream(file, { highWaterMark: 1 << 20 });
  const stream = isCompressed(file) ? raw.pipe(createGunzip()) : raw;
  stream.setEncoding("utf8");
  let rest = "";
  let number = 0;
  const parse = (texts: readonly string[]): FeedLine[] => {
    const lines: FeedLine[] = [];
    for (const text of texts) {
      number += 1;
      const at = number;
      if (text === "" || text === "\r") continue;
      try {
        lines.push({ place: () => `${file}:${at}`, record: JSON.parse(text) });
      } catch (error) {
        onFault(`${file}:${at}: expected one JSON object a line (${(error as Error).message})`);
      }
    }
    return lines;
  };
  for await (const chunk of stream) {
    const texts = (rest + chunk).split("\n");
    rest = texts.pop() ?? "";
    yield parse(texts);
  }
  yield parse([rest]);
}
