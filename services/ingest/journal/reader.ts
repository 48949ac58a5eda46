/**
 * Reads records from the journal's segments. In: a seq; out: the records from there on. Remembers where it stopped, so
 * that reading on costs what is read and no more.
 */
import type { FileHandle } from "node:fs/promises";
import { basename } from "node:path";
import type { Damage } from "./damage.ts";
import type { Disk } from "./disk.ts";
import { decodeFrame } from "./frame.ts";
import type { JournalRecord } from "./record.ts";
import { type Frame, type FrameScanner, scanFrames } from "./scan.ts";
import { readFrom, type Segment } from "./segment.ts";

/** What stands on the disk now. */
export interface Extent {
  readonly segments: readonly Segment[];
  readonly nextSeq: number;
}

export interface Reader {
  /** One after the other without a gap, at most `limit` or about 4 MB; they may begin behind a gap. */
  read(extent: Extent, fromSeq: number, limit: number): Promise<JournalRecord[]>;
  /** Lets go of a segment that is removed: an open file keeps its room on the disk. */
  leave(segment: Segment): Promise<void>;
  close(): Promise<void>;
}

/** What one read may hold in memory, about. */
const READ_BYTES = 4 * 1024 * 1024;

interface Place {
  readonly segment: Segment;
  readonly handle: FileHandle;
  scanner: FrameScanner;
  /** How far the scanner looks. */
  end: number;
  /** A frame that is not read to its end. */
  frame: Frame | undefined;
  /** The next record to be read from here. */
  seq: number;
}

/** @param onDamage hears of what had been whole when the journal was opened, maybe more than once */
export function createReader(disk: Pick<Disk, "open">, onDamage: (damage: Damage) => Promise<void>): Reader {
  let kept: Place | undefined;

  async function open(segment: Segment): Promise<Place> {
    const handle = await disk.open(segment.file, "r");
    const scanner = scanFrames({ read: readFrom(handle), from: 0, fromSeq: segment.firstSeq, end: 0 });
    return { segment, handle, scanner, end: 0, frame: undefined, seq: segment.firstSeq };
  }

  /** The next frame up to `end`; the segment may have grown since the last look. */
  async function nextFrame(place: Place, end: number, endSeq: number): Promise<Frame | undefined> {
    if (place.frame !== undefined) return place.frame;
    for (;;) {
      const found = place.scanner.take();
      if (found?.kind === "frame") return found;
      if (found?.kind === "lost") {
        const { kind, ...lost } = found;
        await onDamage({ segment: basename(place.segment.file), ...lost, inLastCommit: false });
      } else if (!(await place.scanner.fill())) {
        if (place.end >= end) return undefined;
        const { offset: from, nextSeq: fromSeq } = place.scanner;
        place.scanner = scanFrames({ read: readFrom(place.handle), from, fromSeq, end, endSeq });
        place.end = end;
      }
    }
  }

  return {
    async read({ segments, nextSeq }, fromSeq, limit) {
      const records: JournalRecord[] = [];
      // as of now: what is appended while a file is read must not leave a gap behind
      const known = segments.map((segment, index) => ({
        segment,
        end: segment.bytes,
        endSeq: segments[index + 1]?.firstSeq ?? nextSeq,
      }));
      const before = kept;
      kept = undefined;
      let place = before?.seq === fromSeq && segments.includes(before.segment) ? before : undefined;
      if (place === undefined) await before?.handle.close();
      let held = 0;
      let next = fromSeq;
      try {
        for (const { segment, end, endSeq } of known) {
          if (endSeq <= next || end === 0) continue;
          if (place !== undefined && place.segment !== segment) {
            await place.handle.close();
            place = undefined;
          }
          place ??= await open(segment);
          for (;;) {
            const frame = await nextFrame(place, end, endSeq);
            place.frame = frame;
            if (frame === undefined) break;
            const { firstSeq, count } = frame.header;
            // a gap: what comes behind it is for the next call
            if (records.length > 0 && firstSeq > next) return records;
            if (firstSeq + count > next) {
              decodeFrame(frame.bytes, frame.at, frame.header, next, limit, records);
              next = (records.at(-1)?.seq ?? next - 1) + 1;
              held += frame.end - frame.offset;
            }
            if (next < firstSeq + count) return records;
            place.frame = undefined;
            if (records.length >= limit || held >= READ_BYTES) return records;
          }
        }
        return records;
      } catch (error) {
        // where it stands now is not known
        await place?.handle.close();
        place = undefined;
        throw error;
      } finally {
        // one place is remembered, also where two read at once
        if (kept !== undefined) await place?.handle.close();
        else if (place !== undefined) {
          place.seq = next;
          kept = place;
        }
      }
    },
    async leave(segment) {
      if (kept?.segment !== segment) return;
      const left = kept;
      kept = undefined;
      await left.handle.close();
    },
    async close() {
      await kept?.handle.close();
      kept = undefined;
    },
  };
}
