/**
 * The journal: what was received, on disk before it is acknowledged. In: batches of messages; out: a promise that
 * resolves once they are durable (one write, one fdatasync a batch), and the records behind the cursor again.
 *
 * Segment files `<first seq>.segment` hold records; a segment is closed at `segmentBytes` and deleted once the
 * cursor has passed it. Recovery reads from the cursor and cuts the file at the first record that does not hold
 * together: such a tail was never acknowledged.
 */
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { decodeRecord, encodedLength, encodeRecord, type JournalRecord, type Message } from "./record.ts";

export interface JournalOptions {
  readonly folder: string;
  readonly segmentBytes?: number;
  /** Bound of all live segments together; beyond it `append` refuses. */
  readonly maxBytes?: number;
}

export interface Journal {
  /** Makes the messages durable; the seq of the first. @throws JournalFull, or the disk's own error: nothing was acknowledged then. */
  append(messages: readonly Message[]): Promise<number>;
  /** Records from `seq` on, one after the other without a gap, oldest first, at most `limit` or about 32 MB. */
  read(fromSeq: number, limit: number): Promise<JournalRecord[]>;
  /** Everything before `seq` is done with: segments wholly before it are deleted. */
  release(seq: number): Promise<void>;
  readonly nextSeq: number;
  readonly bytes: number;
  close(): Promise<void>;
}

export class JournalFull extends Error {
  constructor(bytes: number, maxBytes: number) {
    super(`the journal holds ${bytes} bytes; its bound is ${maxBytes}`);
    this.name = "JournalFull";
  }
}

interface Segment {
  readonly firstSeq: number;
  readonly file: string;
  bytes: number;
}

const SEGMENT_BYTES = 64 * 1024 * 1024;
const MAX_BYTES = 4 * 1024 * 1024 * 1024;
/** What one read may hold in memory, about. */
const READ_BYTES = 32 * 1024 * 1024;
const SUFFIX = ".segment";

/** Opens the journal in `folder`, recovering what an earlier process left. `cursorSeq`: the first record not yet done with. */
export async function openJournal(options: JournalOptions, cursorSeq: number): Promise<Journal> {
  const { folder, segmentBytes = SEGMENT_BYTES, maxBytes = MAX_BYTES } = options;
  await mkdir(folder, { recursive: true });
  const segments = await listSegments(folder);
  let nextSeq = Math.max(1, cursorSeq);
  for (const segment of segments) {
    const end = await recover(segment);
    nextSeq = Math.max(nextSeq, end.nextSeq);
    segment.bytes = end.bytes;
  }
  // one that holds nothing goes: a new one may get its very name
  for (const empty of segments.filter((segment) => segment.bytes === 0)) {
    segments.splice(segments.indexOf(empty), 1);
    await rm(empty.file, { force: true });
  }
  let handle: FileHandle | undefined;
  let reading: { seq: number; segment: Segment; offset: number } | undefined;
  let releasedSeq = cursorSeq;

  const total = () => segments.reduce((sum, segment) => sum + segment.bytes, 0);

  async function writable(): Promise<{ segment: Segment; handle: FileHandle }> {
    const last = segments.at(-1);
    if (last !== undefined && handle !== undefined && last.bytes < segmentBytes)
      return { segment: last, handle };
    await handle?.close();
    const file = join(folder, `${String(nextSeq).padStart(16, "0")}${SUFFIX}`);
    const opened = await open(file, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC);
    handle = opened;
    const segment = { firstSeq: nextSeq, file, bytes: 0 };
    segments.push(segment);
    await syncFolder(folder);
    return { segment, handle: opened };
  }

  /** A bound smaller than a segment must not hold for ever what is all done with. */
  async function dropAllDone(): Promise<void> {
    if (releasedSeq < nextSeq) return;
    await handle?.close();
    handle = undefined;
    for (const { file } of segments.splice(0)) await rm(file, { force: true });
  }

  return {
    get nextSeq() {
      return nextSeq;
    },
    get bytes() {
      return total();
    },
    async append(messages) {
      const length = messages.reduce((sum, message) => sum + encodedLength(message), 0);
      if (total() + length > maxBytes) await dropAllDone();
      if (total() + length > maxBytes) throw new JournalFull(total(), maxBytes);
      const target = await writable();
      const buffer = Buffer.allocUnsafe(length);
      let offset = 0;
      const first = nextSeq;
      messages.forEach((message, index) => {
        offset = encodeRecord(buffer, offset, first + index, message);
      });
      // always at the known end: after a failed write the same place is written again
      await writeWhole(target.handle, buffer.subarray(0, offset), target.segment.bytes);
      await target.handle.datasync();
      target.segment.bytes += offset;
      nextSeq += messages.length;
      return first;
    },
    async read(fromSeq, limit) {
      const records: JournalRecord[] = [];
      // as of now: what is appended while a file is read must not leave a gap behind
      const known = segments.map((segment) => ({ segment, end: segment.bytes }));
      let held = 0;
      for (const [index, { segment, end }] of known.entries()) {
        const following = known[index + 1]?.segment;
        if (following !== undefined && following.firstSeq <= fromSeq) continue;
        const bytes = (await readFile(segment.file)).subarray(0, end);
        let offset = reading?.seq === fromSeq && reading.segment === segment ? reading.offset : 0;
        for (let next = decodeRecord(bytes, offset); next !== undefined; next = decodeRecord(bytes, offset)) {
          offset = next.end;
          if (next.record.seq < fromSeq) continue;
          if (next.record.seq !== (records.at(-1)?.seq ?? next.record.seq - 1) + 1) return records;
          records.push(next.record);
          held += next.record.payload.length;
          if (records.length >= limit || held >= READ_BYTES) {
            reading = { seq: next.record.seq + 1, segment, offset };
            return records;
          }
        }
      }
      return records;
    },
    async release(seq) {
      releasedSeq = Math.max(releasedSeq, seq);
      while (segments.length > 1 && (segments[1] as Segment).firstSeq <= seq) {
        const [done] = segments.splice(0, 1);
        if (done !== undefined) await rm(done.file, { force: true });
      }
    },
    async close() {
      await handle?.close();
      handle = undefined;
    },
  };
}

async function listSegments(folder: string): Promise<Segment[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(SUFFIX)).sort();
  return names.map((name) => ({
    firstSeq: Number(name.slice(0, -SUFFIX.length)),
    file: join(folder, name),
    bytes: 0,
  }));
}

/** The end of what holds together in a segment; the rest, a torn last write, is cut off. */
async function recover(segment: Segment): Promise<{ nextSeq: number; bytes: number }> {
  const bytes = await readFile(segment.file);
  let offset = 0;
  let nextSeq = segment.firstSeq;
  for (let next = decodeRecord(bytes, 0); next !== undefined; next = decodeRecord(bytes, offset)) {
    // the remains of an earlier write may be whole, but not in line
    if (next.record.seq !== nextSeq) break;
    offset = next.end;
    nextSeq = next.record.seq + 1;
  }
  if (offset < bytes.length) {
    const handle = await open(segment.file, "r+");
    try {
      await handle.truncate(offset);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }
  return { nextSeq, bytes: offset };
}

async function writeWhole(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** A new file's name is durable only once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
