/**
 * The journal: what was received, on disk before it is acknowledged. In: batches of messages; out: a promise that
 * resolves once they are durable (one write, one fdatasync a batch), and the records behind the cursor again.
 *
 * Segment files `<first seq>.segment` hold frames (frame.ts). Each start begins a new one; a segment that the cursor has
 * passed goes to the archive, or is deleted where there is none. Recovery (recover.ts) cuts off a torn tail, which was
 * never acknowledged, and goes on behind damage in the middle.
 */
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { type Logger, silentLogger } from "#shared/runtime/log.ts";
import { createArchiver } from "./archiver.ts";
import { type Damage, keepAside } from "./damage.ts";
import { type Disk, nodeDisk, syncFolder, writeWhole } from "./disk.ts";
import { createFrameEncoder, encodedBytes } from "./frame.ts";
import { createReader } from "./reader.ts";
import type { JournalRecord, Message } from "./record.ts";
import { recover } from "./recover.ts";
import { type Segment, segmentName } from "./segment.ts";

export interface JournalOptions {
  readonly folder: string;
  readonly segmentBytes?: number;
  /** Bound of all live segments together; beyond it `append` refuses. */
  readonly maxBytes?: number;
  /** Where finished segments go, compressed, and for how many days; without it they are deleted. */
  readonly archive?: { readonly folder: string; readonly days: number } | undefined;
  /** ms since epoch, for the age of what is archived. */
  readonly now?: () => number;
  readonly log?: Logger;
  readonly disk?: Disk;
  readonly archiveRetryMs?: number;
}

export interface Journal {
  /**
   * Makes the messages durable; the seq of the first. One at a time.
   * @throws JournalFull, or the disk's own error: nothing was acknowledged then, and the same place is written again.
   */
  append(messages: readonly Message[]): Promise<number>;
  /**
   * Records from `fromSeq` on, one after the other without a gap, oldest first, at most `limit` or about 4 MB. They begin
   * later where damage has a gap; none, although `nextSeq` is beyond: all up to there is lost.
   */
  read(fromSeq: number, limit: number): Promise<JournalRecord[]>;
  /** Everything before `seq` is done with: segments wholly before it go to the archive, in the background. */
  release(seq: number): Promise<void>;
  readonly nextSeq: number;
  /** Of all live segments, also those that are done with and not yet archived. */
  readonly bytes: number;
  readonly segments: number;
  /** What the disk has lost of the records from the cursor on; its bytes are kept in `damaged/`. */
  readonly damage: readonly Damage[];
  close(): Promise<void>;
}

export class JournalFull extends Error {
  constructor(bytes: number, maxBytes: number) {
    super(`the journal holds ${bytes} bytes; its bound is ${maxBytes}`);
    this.name = "JournalFull";
  }
}

export const SEGMENT_BYTES = 64 * 1024 * 1024;
export const JOURNAL_MAX_BYTES = 4 * 1024 * 1024 * 1024;
/** Of a small bound a segment takes only a part: room is made a segment at a time. */
const SEGMENTS_AT_LEAST = 8;

/** Opens the journal in `folder`, recovering what an earlier process left. `cursorSeq`: the first record not yet done with. */
export async function openJournal(options: JournalOptions, cursorSeq: number): Promise<Journal> {
  const { folder, maxBytes = JOURNAL_MAX_BYTES, log = silentLogger, disk = nodeDisk, archive } = options;
  const segmentBytes = Math.min(options.segmentBytes ?? SEGMENT_BYTES, maxBytes / SEGMENTS_AT_LEAST);
  await disk.mkdir(folder, { recursive: true });
  const recovered = await recover(disk, folder, cursorSeq);
  const { segments, cutBytes } = recovered;
  const damage: Damage[] = [];
  let { nextSeq } = recovered;
  let bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  let releasedSeq = cursorSeq;
  /** The last segment, where this process writes it. */
  let writing: { segment: Segment; handle: FileHandle; salt: number } | undefined;
  /** Something may stand behind the known end of what is written. */
  let dirty = false;
  let appending = false;
  let dropped = 0;
  const encoder = createFrameEncoder();
  const reader = createReader(disk, noteDamage);
  if (cutBytes > 0) log.warn({ cutBytes }, "the journal's torn end was cut off: it was never acknowledged");
  for (const one of recovered.damage) await noteDamage(one);
  const archiver =
    archive === undefined
      ? undefined
      : createArchiver({
          disk,
          ...archive,
          next: () => (isFinished() ? segments[0] : undefined),
          remove,
          now: options.now ?? Date.now,
          log,
          retryMs: options.archiveRetryMs,
        });

  async function noteDamage(one: Damage): Promise<void> {
    if (damage.some(({ segment, offset }) => segment === one.segment && offset === one.offset)) return;
    damage.push(one);
    if (one.inLastCommit)
      log.warn(one, "the journal's last commit has a hole: a crash most likely cut it short");
    else log.error(one, "the journal is damaged: these records are lost, what follows them is not");
    await keepAside(disk, folder, one).catch((error) =>
      log.error(
        { err: error, segment: one.segment },
        "the damaged bytes of the journal cannot be kept aside",
      ),
    );
  }

  /** The oldest segment is done with, and another one stands behind it: the newest stays, for its numbers. */
  const isFinished = () => segments[1] !== undefined && segments[1].firstSeq <= releasedSeq;

  async function remove(segment: Segment): Promise<void> {
    await reader.leave(segment);
    await disk.rm(segment.file, { force: true });
    const index = segments.indexOf(segment);
    if (index < 0) return;
    segments.splice(index, 1);
    bytes -= segment.bytes;
  }

  async function leaveSegment(): Promise<void> {
    const left = writing;
    writing = undefined;
    dirty = false;
    await left?.handle.close();
  }

  /** Receiving comes before the archive: what is done with goes unarchived where there is no room else. */
  async function makeRoom(enough: () => boolean): Promise<void> {
    while (!enough() && (isFinished() || (segments[0] !== undefined && releasedSeq >= nextSeq))) {
      const [oldest] = segments as [Segment];
      if (writing?.segment === oldest) await leaveSegment();
      await remove(oldest);
      if (archive === undefined) continue;
      dropped += 1;
      const said = { segment: oldest.file, dropped };
      log.error(said, "a finished segment was deleted unarchived to make room in the journal");
    }
  }

  /** A full disk: one segment less is room for a while. */
  async function dropOne(): Promise<void> {
    const before = segments.length;
    await makeRoom(() => segments.length < before);
  }

  /** The segment to write, its end clean. */
  async function ready(): Promise<NonNullable<typeof writing>> {
    if (writing !== undefined && writing.segment.bytes >= segmentBytes) await leaveSegment();
    if (writing !== undefined) {
      // the remains of a write that failed
      if (dirty) await writing.handle.truncate(writing.segment.bytes);
      return writing;
    }
    const file = join(folder, segmentName(nextSeq));
    const handle = await disk.open(file, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC);
    try {
      await syncFolder(disk, folder);
    } catch (error) {
      await handle.close();
      throw error;
    }
    const segment = { firstSeq: nextSeq, file, bytes: 0 };
    segments.push(segment);
    writing = { segment, handle, salt: randomBytes(4).readUInt32LE() };
    return writing;
  }

  async function write(messages: readonly Message[]): Promise<number> {
    const about = encodedBytes(messages);
    if (bytes + about > maxBytes) await makeRoom(() => bytes + about <= maxBytes);
    if (bytes + about > maxBytes) throw new JournalFull(bytes, maxBytes);
    const { segment, handle, salt } = await ready();
    let end = segment.bytes;
    dirty = true;
    for (let next = 0; next < messages.length; ) {
      const piece = encoder.encode(messages, next, nextSeq, salt);
      await writeWhole(handle, piece.bytes, end);
      end += piece.bytes.length;
      next = piece.next;
    }
    await handle.datasync();
    dirty = false;
    bytes += end - segment.bytes;
    segment.bytes = end;
    const first = nextSeq;
    nextSeq += messages.length;
    return first;
  }

  archiver?.wake();
  return {
    get nextSeq() {
      return nextSeq;
    },
    get bytes() {
      return bytes;
    },
    get segments() {
      return segments.length;
    },
    damage,
    async append(messages) {
      if (messages.length === 0) return nextSeq;
      if (appending) throw new Error("the journal is being written: one append at a time");
      appending = true;
      try {
        return await write(messages);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOSPC") await dropOne();
        throw error;
      } finally {
        appending = false;
      }
    },
    read: (fromSeq, limit) => reader.read({ segments, nextSeq }, fromSeq, limit),
    async release(seq) {
      releasedSeq = Math.max(releasedSeq, seq);
      if (!isFinished()) return;
      if (archiver !== undefined) archiver.wake();
      else while (isFinished()) await remove(segments[0] as Segment);
    },
    async close() {
      await archiver?.close();
      await reader.close();
      await leaveSegment();
    },
  };
}
