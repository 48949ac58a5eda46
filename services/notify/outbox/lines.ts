/** Outbox records as lines: CRC-32 in hex, a space, JSON, newline. Pure. A line that does not check is damaged; a torn tail is cut. */
import { crc32 } from "node:zlib";
import type { OutboxRecord } from "./entry.ts";

export function encodeLine(record: OutboxRecord): string {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
}

export interface DecodedLines {
  readonly records: readonly OutboxRecord[];
  /** Bytes of the file that hold; what follows is the torn end of the last write. */
  readonly goodBytes: number;
  /** Lines in the middle that do not check: damage, not a torn write. */
  readonly damaged: number;
}

export function decodeLines(bytes: Buffer): DecodedLines {
  const records: OutboxRecord[] = [];
  let damaged = 0;
  let pendingDamage = 0;
  let goodBytes = 0;
  for (let from = 0; from < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, from);
    if (newline < 0) break;
    const record = decodeLine(bytes.toString("utf8", from, newline));
    from = newline + 1;
    if (record === undefined) {
      pendingDamage += 1;
      continue;
    }
    // damage that good lines follow is no torn end
    damaged += pendingDamage;
    pendingDamage = 0;
    goodBytes = from;
    records.push(record);
  }
  return { records, goodBytes, damaged };
}

function decodeLine(line: string): OutboxRecord | undefined {
  const json = line.slice(9);
  if (line.slice(0, 8) !== checksum(json)) return undefined;
  return JSON.parse(json) as OutboxRecord;
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, "0");
}
