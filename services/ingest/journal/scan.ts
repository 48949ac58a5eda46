/**
 * Finds the frames of a segment. In: its bytes, in order; out: frames that hold together, and what is lost between
 * them. Behind damage it looks for the marker of the next frame. Holds one chunk in memory, or one frame where that is
 * larger.
 */
import { FRAME_BYTES, type FrameHeader, isBodyWhole, MARKER, readFrameHeader } from "./frame.ts";

/** Fills `target` from the given place of the segment on; fewer bytes than asked for at its end only. */
export type ReadAt = (target: Buffer, position: number) => Promise<number>;

export interface Frame {
  readonly kind: "frame";
  readonly header: FrameHeader;
  /** Where it begins in the segment, and where the next one does. */
  readonly offset: number;
  readonly end: number;
  /** A chunk that holds it whole, and where. */
  readonly bytes: Buffer;
  readonly at: number;
}

/** Records that should stand here and do not; `bytes` of something else do. */
export interface Lost {
  readonly kind: "lost";
  readonly offset: number;
  readonly bytes: number;
  readonly fromSeq: number;
  readonly toSeq: number;
}

export interface FrameScanner {
  /** The next find; undefined when more bytes are needed, or there are none. */
  take(): Frame | Lost | undefined;
  /** Reads on; false when there is no more and `take` has given everything. */
  fill(): Promise<boolean>;
  /** Behind the last frame, and the seq that would come next. */
  readonly offset: number;
  readonly nextSeq: number;
}

export interface ScanOptions {
  readonly read: ReadAt;
  /** A place where a frame begins, and the seq it should begin with. */
  readonly from: number;
  readonly fromSeq: number;
  /** Bytes of the segment to look at. */
  readonly end: number;
  /** The seq behind the last one that stands there; unknown where the end may be torn: it is no loss then. */
  readonly endSeq?: number | undefined;
}

/** Small enough that one payload that is kept does not keep much else. */
const CHUNK_BYTES = 256 * 1024;

export function scanFrames(options: ScanOptions): FrameScanner {
  const { read, end, endSeq } = options;
  let chunk = Buffer.alloc(0);
  /** Where the chunk begins in the segment, and how far it is looked at. */
  let base = options.from;
  let at = 0;
  let needed = FRAME_BYTES;
  let ended = false;
  let goodEnd = options.from;
  let nextSeq = options.fromSeq;
  let salt: number | undefined;

  // what is not in line is the remains of an earlier write
  const isOurs = (header: FrameHeader) =>
    (salt === undefined || header.salt === salt) &&
    header.firstSeq >= nextSeq &&
    (endSeq === undefined || header.firstSeq + header.count <= endSeq);

  function lost(upTo: number): Lost {
    const found = { kind: "lost", offset: goodEnd, bytes: base + at - goodEnd, fromSeq: nextSeq } as const;
    nextSeq = upTo;
    goodEnd = base + at;
    return { ...found, toSeq: upTo - 1 };
  }

  /** Moves past bytes that are no frame, to the next that may begin one. */
  const skip = (bytes: number) => {
    at = Math.min(chunk.length, at + bytes);
  };

  function skipToMarker(): void {
    const next = chunk.indexOf(MARKER, at + 1);
    // the first bytes of a marker may stand at the end of the chunk
    const last = ended ? chunk.length : Math.max(at + 1, chunk.length - MARKER.length + 1);
    skip((next < 0 ? last : next) - at);
  }

  return {
    get offset() {
      return goodEnd;
    },
    get nextSeq() {
      return nextSeq;
    },
    take() {
      for (;;) {
        const left = chunk.length - at;
        if (left < FRAME_BYTES) {
          needed = FRAME_BYTES;
          if (!ended) return undefined;
          skip(left);
          return endSeq !== undefined && nextSeq < endSeq ? lost(endSeq) : undefined;
        }
        const header = readFrameHeader(chunk, at);
        if (header === undefined || !isOurs(header)) {
          skipToMarker();
          continue;
        }
        const whole = FRAME_BYTES + header.length;
        if (left < whole && !ended) {
          // a length beyond the end is not waited for: the file is shorter than it was
          needed = Math.min(whole, end - base - at);
          return undefined;
        }
        salt = header.salt;
        if (left < whole || !isBodyWhole(chunk, at, header)) {
          // not by its length: bytes may be missing
          skipToMarker();
          continue;
        }
        if (header.firstSeq > nextSeq) return lost(header.firstSeq);
        const offset = base + at;
        const found = { kind: "frame", header, offset, end: offset + whole, bytes: chunk, at } as const;
        nextSeq = header.firstSeq + header.count;
        goodEnd = found.end;
        at += whole;
        return found;
      }
    },
    async fill() {
      if (ended) return false;
      const kept = chunk.length - at;
      const larger = Buffer.allocUnsafeSlow(
        Math.min(Math.max(CHUNK_BYTES, needed), Math.max(kept, end - base - at)),
      );
      chunk.copy(larger, 0, at);
      base += at;
      at = 0;
      const got = larger.length > kept ? await read(larger.subarray(kept), base + kept) : 0;
      chunk = larger.subarray(0, kept + got);
      ended = kept + got < larger.length || base + chunk.length >= end;
      return true;
    },
  };
}
