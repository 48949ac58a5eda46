/** Streams a recorded CSV. In: a file, `.gz` or not; out: its rows as fields, the header (if any) apart, in file order. */
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { parse } from "csv-parse";

export interface RowSource {
  readonly delimiter: string;
}

/** Rows may be shorter or longer than the header; empty lines are skipped. @throws when the file cannot be read or is not CSV. */
export async function* readRows(file: string, source: RowSource): AsyncGenerator<string[]> {
  const parser = parse({
    delimiter: source.delimiter,
    // found out from the first line otherwise, and a file of mixed line ends would lose rows silently
    record_delimiter: ["\r\n", "\n", "\r"],
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  // an error of any part destroys the parser, and so ends the loop below with it
  pipeline(openBytes(file), parser, () => undefined);
  yield* parser as AsyncIterable<string[]>;
}

/** Lines that hold anything, for the progress bar; a quoted field with line ends counts as several. */
export async function countLines(file: string): Promise<number> {
  let lines = 0;
  let filled = false;
  for await (const chunk of openBytes(file) as AsyncIterable<Buffer>) {
    for (const byte of chunk) {
      if (byte === 10) {
        if (filled) lines += 1;
        filled = false;
      } else if (byte !== 13) filled = true;
    }
  }
  return filled ? lines + 1 : lines;
}

function openBytes(file: string): Readable {
  const bytes = createReadStream(file);
  return file.endsWith(".gz") ? pipeline(bytes, createGunzip(), () => undefined) : bytes;
}
