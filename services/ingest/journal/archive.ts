/**
 * The archive: finished segments, compressed, for evidence and re-judging. In: a segment; out: the file
 * `<folder>/<day>/<first seq>.segment.zst`, the day (UTC) being that of the receipt of its first record. A copy has its
 * name only once it is durable, so the segment may go then; done twice after a crash, it is found and left as it is.
 */
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { pipeline as pipelineWith } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress, createZstdDecompress } from "node:zlib";
import { type Disk, isMissing, syncFolder, writeWhole } from "./disk.ts";
import { FRAME_BYTES } from "./frame.ts";
import { decodeRecord } from "./record.ts";
import { scanFrames } from "./scan.ts";
import { readFrom, type Segment } from "./segment.ts";

export interface ArchivedSegment {
  readonly firstSeq: number;
  readonly file: string;
  /** yyyy-mm-dd of the receipt of its first record. */
  readonly day: string;
  readonly bytes: number;
}

const DAY_MS = 86_400_000;
const NAME = /^(\d{16})(?:-\d+)?\.segment\.zst$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const NEW = ".new";
const READ_BYTES = 256 * 1024;
/** The journal's own fdatasync may have to wait for what the archive has not yet written: never much. */
const SYNC_EVERY_BYTES = 4 * 1024 * 1024;
const zstd = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** When the first record of a segment that holds together was received; undefined where none does. */
export async function firstReceipt(
  disk: Pick<Disk, "open">,
  { file, firstSeq, bytes }: Segment,
): Promise<number | undefined> {
  const handle = await disk.open(file, "r");
  try {
    const scanner = scanFrames({ read: readFrom(handle), from: 0, fromSeq: firstSeq, end: bytes });
    for (;;) {
      const found = scanner.take();
      if (found?.kind === "frame")
        return decodeRecord(found.bytes, found.at + FRAME_BYTES, found.header.firstSeq).receivedAt;
      if (found === undefined && !(await scanner.fill())) return undefined;
    }
  } finally {
    await handle.close();
  }
}

/** Resolves once the copy is durable under its name, or was already. @param now for the day of a segment without any record */
export async function archiveSegment(options: {
  disk: Disk;
  folder: string;
  segment: Segment;
  now: number;
  signal: AbortSignal;
}): Promise<void> {
  const { disk, folder, segment, signal } = options;
  const day = join(folder, dayOf((await firstReceipt(disk, segment)) ?? options.now));
  await disk.mkdir(day, { recursive: true });
  await syncFolder(disk, folder);
  const source = await disk.open(segment.file, "r");
  try {
    const head = Buffer.alloc(FRAME_BYTES);
    await readFrom(source)(head, 0);
    const file = await freeName(disk, day, segment.firstSeq, head);
    if (file === undefined) return;
    const target = await disk.open(`${file}${NEW}`, "w");
    try {
      let written = 0;
      let synced = 0;
      const bytes = source.createReadStream({
        start: 0,
        end: Math.max(0, segment.bytes - 1),
        autoClose: false,
        highWaterMark: READ_BYTES,
      });
      await pipeline(
        bytes,
        createZstdCompress(zstd),
        async (chunks: AsyncIterable<Buffer>) => {
          for await (const chunk of chunks) {
            await writeWhole(target, chunk, written);
            written += chunk.length;
            if (written - synced < SYNC_EVERY_BYTES) continue;
            await target.datasync();
            synced = written;
          }
        },
        { signal },
      );
      await target.datasync();
    } finally {
      await target.close();
    }
    await disk.rename(`${file}${NEW}`, file);
    await syncFolder(disk, day);
  } finally {
    await source.close();
  }
}

/** A name not taken by another segment; undefined when this very one is there. Numbers begin anew where a journal was thrown away. */
async function freeName(
  disk: Disk,
  day: string,
  firstSeq: number,
  head: Buffer,
): Promise<string | undefined> {
  const digits = String(firstSeq).padStart(16, "0");
  for (let copy = 1; ; copy += 1) {
    const file = join(day, `${digits}${copy === 1 ? "" : `-${copy}`}.segment.zst`);
    const there = await headOf(disk, file);
    if (there === undefined) return file;
    // the salt makes the first bytes of any two segments differ
    if (there.equals(head)) return undefined;
  }
}

/** What an open archived segment holds, chunk by chunk; whoever has enough of it ends the iteration. */
export function unpack(handle: FileHandle): AsyncIterable<Buffer> {
  const chunks = createZstdDecompress();
  // an error of either, or an early end, ends both; the reader hears of errors
  pipelineWith(handle.createReadStream({ autoClose: false }), chunks, () => undefined);
  return chunks;
}

/** The first bytes of an archived segment; undefined when there is no such file. */
export async function headOf(disk: Pick<Disk, "open">, file: string): Promise<Buffer | undefined> {
  try {
    const handle = await disk.open(file, "r");
    try {
      for await (const chunk of unpack(handle)) return chunk.subarray(0, FRAME_BYTES);
      return Buffer.alloc(0);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    // not readable: another name is taken, and it is left to a person
    return Buffer.alloc(0);
  }
}

/** Everything in the archive, oldest first. */
export async function listArchive(
  disk: Pick<Disk, "readdir" | "stat">,
  folder: string,
): Promise<ArchivedSegment[]> {
  const namesIn = (path: string) =>
    disk.readdir(path).catch((error) => {
      if (isMissing(error)) return [] as string[];
      throw error;
    });
  const found: ArchivedSegment[] = [];
  for (const day of (await namesIn(folder)).filter((name) => DAY.test(name)).sort()) {
    for (const name of (await namesIn(join(folder, day))).sort()) {
      const digits = NAME.exec(name)?.[1];
      if (digits === undefined) continue;
      const file = join(folder, day, name);
      const size = await disk.stat(file).catch(() => undefined);
      if (size !== undefined) found.push({ firstSeq: Number(digits), file, day, bytes: size.size });
    }
  }
  return found;
}

/** Removes what is older than `days`: a segment is when the one after it begins before then. Also what a crash left half-written. */
export async function expireArchive(disk: Disk, folder: string, days: number, now: number): Promise<number> {
  const oldest = dayOf(now - days * DAY_MS);
  const archived = await listArchive(disk, folder);
  let removed = 0;
  for (const [index, { file, day }] of archived.entries()) {
    if (day >= oldest || (archived[index + 1]?.day ?? oldest) >= oldest) continue;
    await disk.rm(file, { force: true });
    removed += 1;
  }
  for (const day of (await disk.readdir(folder)).filter((name) => DAY.test(name))) {
    const names = await disk.readdir(join(folder, day));
    for (const name of names.filter((each) => each.endsWith(NEW)))
      await disk.rm(join(folder, day, name), { force: true });
    const left = await disk.readdir(join(folder, day));
    if (left.length === 0) await disk.rm(join(folder, day), { recursive: true, force: true });
  }
  return removed;
}
