/**
 * What has been published, on disk: 20 bytes a file (fingerprint of the file, fingerprint of its content, CRC-32),
 * appended. In: files whose samples are all acknowledged; out: whether a file is one of them. A record that is lost or
 * damaged costs a second publishing, which is harmless; none can make a file look done that is not.
 */
import { type FileHandle, open, rename } from "node:fs/promises";
import { crc32 } from "node:zlib";
import type { Troubles } from "../troubles.ts";
import { createFingerprintSet, type Fingerprint, type FingerprintSet } from "./fingerprints.ts";

export interface DoneLog {
  /** Files known, each resend of one counted too. */
  readonly size: number;
  hasFile(file: Fingerprint): boolean;
  hasContent(content: Fingerprint): boolean;
  /** Known at once, on disk soon. */
  add(file: Fingerprint, content: Fingerprint): void;
  /** Resolves when all that was added is on disk; what could not be written is tried again with the next. */
  flush(): Promise<void>;
  /** Forgets what is not in `present` when that is most of it: files come and go, the log must not grow for ever. */
  compact(present: FingerprintSet): Promise<void>;
  close(): Promise<void>;
}

interface Done {
  readonly file: Fingerprint;
  readonly content: Fingerprint;
}

const UNWRITTEN = "the log of done files cannot be written, after a restart they are published again";
const RECORD = 20;
const CHECKED = 16;
const READ = RECORD * 50_000;
const SMALLEST_COMPACTION = 10_000;

export async function openDoneLog(path: string, troubles: Troubles): Promise<DoneLog> {
  let handle = await open(path, "a+").then(async (created) => {
    await created.close();
    return open(path, "r+");
  });
  let known = createFingerprintSet();
  let count = 0;
  const remember = ({ file, content }: Done) => {
    known.add(file);
    known.add(content);
    count += 1;
  };
  /** Whole records; a torn one at the end is written over. */
  let end = await readRecords(handle, remember);
  let unwritten: Done[] = [];
  let writing: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (unwritten.length > 0) {
      const batch = unwritten;
      unwritten = [];
      try {
        const bytes = Buffer.concat(batch.map(encodeRecord));
        // at a place, not at the end: what a failed write left there is overwritten
        for (let written = 0; written < bytes.length; ) {
          written += (await handle.write(bytes, written, bytes.length - written, end + written)).bytesWritten;
        }
        await handle.datasync();
        end += bytes.length;
        troubles.clear("log");
      } catch (error) {
        unwritten = [...batch, ...unwritten];
        const { code, message } = error as NodeJS.ErrnoException;
        troubles.error("log", code ?? message, { path }, UNWRITTEN);
        return;
      }
    }
  }

  async function flush(): Promise<void> {
    // the run under way may have ended its last look already
    await writing;
    if (unwritten.length === 0) return;
    writing ??= drain().finally(() => {
      writing = undefined;
    });
    await writing;
  }

  return {
    get size() {
      return count;
    },
    hasFile: (file) => known.has(file),
    hasContent: (content) => known.has(content),
    add(file, content) {
      const done = { file, content };
      remember(done);
      unwritten.push(done);
      void flush();
    },
    flush,
    async compact(present) {
      if (count <= SMALLEST_COMPACTION || count <= present.size * 2) return;
      await flush();
      const kept: Done[] = [];
      await readRecords(handle, (done) => {
        if (present.has(done.file)) kept.push(done);
      });
      const fresh = await open(`${path}.new`, "w+");
      await fresh.writeFile(Buffer.concat(kept.map(encodeRecord)));
      await fresh.datasync();
      await rename(`${path}.new`, path);
      await handle.close();
      handle = fresh;
      end = kept.length * RECORD;
      known = createFingerprintSet();
      count = 0;
      kept.forEach(remember);
    },
    async close() {
      await flush();
      await handle.close();
    },
  };
}

/** The log as it is, for looking only. */
export async function readDoneLog(path: string): Promise<Pick<DoneLog, "hasFile">> {
  const known = createFingerprintSet();
  const handle = await open(path, "r").catch(() => undefined);
  if (handle !== undefined) {
    await readRecords(handle, ({ file }) => known.add(file));
    await handle.close();
  }
  return { hasFile: (file) => known.has(file) };
}

/** @returns where the whole records end */
async function readRecords(handle: FileHandle, take: (done: Done) => void): Promise<number> {
  const bytes = Buffer.alloc(READ);
  let end = 0;
  for (;;) {
    const { bytesRead } = await handle.read(bytes, 0, READ, end);
    const whole = bytesRead - (bytesRead % RECORD);
    if (whole === 0) return end;
    for (let at = 0; at < whole; at += RECORD) {
      const checked = bytes.subarray(at, at + CHECKED);
      if (crc32(checked) !== bytes.readUInt32LE(at + CHECKED)) continue;
      take({ file: checked.readBigUInt64LE(0), content: checked.readBigUInt64LE(8) });
    }
    end += whole;
  }
}

function encodeRecord({ file, content }: Done): Buffer {
  const bytes = Buffer.alloc(RECORD);
  bytes.writeBigUInt64LE(file, 0);
  bytes.writeBigUInt64LE(content, 8);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, CHECKED)), CHECKED);
  return bytes;
}
