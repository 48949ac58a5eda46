/**
 * The journal as others may look at it, also while ingest writes it: nothing is locked, cut or written. In: its folder
 * and the archive's; out: files in order, and the records of each.
 */
import { type FileHandle, open } from "node:fs/promises";
import { headOf, listArchive, unpack } from "./archive.ts";
import { isMissing, nodeDisk } from "./disk.ts";
import { decodeFrame, FRAME_BYTES } from "./frame.ts";
import type { JournalRecord } from "./record.ts";
import { type FrameScanner, type Lost, type ReadAt, scanFrames } from "./scan.ts";
import { listSegments, readFrom } from "./segment.ts";

export interface JournalFile {
  readonly firstSeq: number;
  readonly file: string;
  /** As it lies on the disk. */
  readonly bytes: number;
  /** yyyy-mm-dd of its first record, where it is archived. */
  readonly day?: string;
}

/** The records of one frame after the other, oldest first, or what is lost between them. */
export type Glance = { readonly records: JournalRecord[] } | { readonly lost: Lost };

export const listLive = (folder: string): Promise<JournalFile[]> => listSegments(nodeDisk, folder);

export const listArchived = (folder: string): Promise<JournalFile[]> => listArchive(nodeDisk, folder);

/** Archive and journal, oldest first; what is in both, as a crash may leave it, only once. */
export async function listAll(folder: string, archiveFolder: string): Promise<JournalFile[]> {
  // in this order: what is archived meanwhile is then in the first list, and not missed
  const live = await listLive(folder);
  const archived = await listArchived(archiveFolder);
  const only: JournalFile[] = [];
  for (const segment of live) {
    const copies = archived.filter(({ firstSeq }) => firstSeq === segment.firstSeq);
    const head = copies.length === 0 ? undefined : await rawHead(segment.file);
    const heads = await Promise.all(copies.map(({ file }) => headOf(nodeDisk, file)));
    const isGone = head === undefined && copies.length > 0;
    if (!isGone && !heads.some((other) => head !== undefined && other?.equals(head))) only.push(segment);
  }
  return [...archived, ...only];
}

/** What stands in one file, from `from` bytes on. A torn end, which may still be being written, is not looked at. */
export async function* glance(
  file: JournalFile,
  from = 0,
  fromSeq = file.firstSeq,
): AsyncGenerator<Glance, { offset: number; nextSeq: number }> {
  const handle = await open(file.file, "r");
  try {
    const scanner =
      file.day === undefined
        ? scanFrames({ read: readFrom(handle), from, fromSeq, end: (await handle.stat()).size })
        : scanFrames({ read: unpacked(handle), from: 0, fromSeq, end: Number.MAX_SAFE_INTEGER });
    yield* framesOf(scanner);
    return { offset: scanner.offset, nextSeq: scanner.nextSeq };
  } finally {
    await handle.close();
  }
}

async function* framesOf(scanner: FrameScanner): AsyncGenerator<Glance, void> {
  for (;;) {
    const found = scanner.take();
    if (found === undefined) {
      if (!(await scanner.fill())) return;
    } else if (found.kind === "lost") yield { lost: found };
    else {
      const records: JournalRecord[] = [];
      decodeFrame(found.bytes, found.at, found.header, 0, Number.POSITIVE_INFINITY, records);
      yield { records };
    }
  }
}

/** A compressed file as it was: it can only be read from its beginning to its end. */
function unpacked(handle: FileHandle): ReadAt {
  const chunks = unpack(handle)[Symbol.asyncIterator]();
  let left: Buffer = Buffer.alloc(0);
  return async (target) => {
    let got = 0;
    while (got < target.length) {
      if (left.length === 0) {
        const next = await chunks.next();
        if (next.done === true) break;
        left = next.value;
      }
      const some = left.copy(target, got);
      left = left.subarray(some);
      got += some;
    }
    return got;
  };
}

/** The first bytes of a segment; undefined where it has just gone. */
async function rawHead(file: string): Promise<Buffer | undefined> {
  try {
    const handle = await open(file, "r");
    try {
      const head = Buffer.alloc(FRAME_BYTES);
      await readFrom(handle)(head, 0);
      return head;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
