/**
 * Frames: what a checksum covers. In: the messages of a commit; out: frames of about 64 kB, each with records one after
 * the other. A commit has one frame or more; damage costs the frames it hits and no others.
 *
 * Layout (little endian): marker "OFJ" 1 | salt u32 | first seq f64 | records of the same commit before it u32 | records
 * u32 | body length u32 | CRC-32 of the body u32 | CRC-32 of the 32 bytes so far u32 | body. The salt is a random number
 * of the segment: what a message carries cannot pass for a frame of ours where damage makes us look for the next one.
 */
import { crc32 } from "node:zlib";
import {
  decodeRecord,
  encodeRecord,
  type JournalRecord,
  type Message,
  mostBytes,
  RECORD_BYTES,
  recordEnd,
} from "./record.ts";

export const MARKER = Buffer.from("OFJ\x01", "latin1");
/** Bytes of a frame before its body. */
export const FRAME_BYTES = 36;
const BODY_BYTES = 65_536;
const FIRST_BUFFER = 256 * 1024;
/** Encoded and written at once, about; also what the encoder keeps in memory. */
const PIECE_BYTES = 4 * 1024 * 1024;

export interface FrameHeader {
  readonly salt: number;
  readonly firstSeq: number;
  /** The first seq of the commit it belongs to. */
  readonly commitSeq: number;
  readonly count: number;
  /** Bytes of the body. */
  readonly length: number;
}

/** The header at `offset`, where its own checksum holds; the body may still be damaged. */
export function readFrameHeader(bytes: Buffer, offset: number): FrameHeader | undefined {
  if (offset + FRAME_BYTES > bytes.length || bytes.compare(MARKER, 0, 4, offset, offset + 4) !== 0)
    return undefined;
  if (crc32(bytes.subarray(offset, offset + 32)) !== bytes.readUInt32LE(offset + 32)) return undefined;
  const firstSeq = bytes.readDoubleLE(offset + 8);
  const count = bytes.readUInt32LE(offset + 20);
  return {
    salt: bytes.readUInt32LE(offset + 4),
    firstSeq,
    commitSeq: firstSeq - bytes.readUInt32LE(offset + 16),
    count,
    length: bytes.readUInt32LE(offset + 24),
  };
}

/** Whether the body of the frame at `offset`, whole in `bytes`, is what was written. */
export function isBodyWhole(bytes: Buffer, offset: number, { length }: FrameHeader): boolean {
  const body = offset + FRAME_BYTES;
  return crc32(bytes.subarray(body, body + length)) === bytes.readUInt32LE(offset + 28);
}

/** Adds the records of the frame at `offset` from `fromSeq` on, until `records` has `limit`. */
export function decodeFrame(
  bytes: Buffer,
  offset: number,
  { firstSeq, count }: FrameHeader,
  fromSeq: number,
  limit: number,
  records: JournalRecord[],
): void {
  let at = offset + FRAME_BYTES;
  for (let seq = firstSeq; seq < firstSeq + count && records.length < limit; seq += 1) {
    if (seq >= fromSeq) records.push(decodeRecord(bytes, at, seq));
    at = recordEnd(bytes, at);
  }
}

/** What the messages take in the journal, about: to the byte for one frame and topics of ASCII. */
export function encodedBytes(messages: readonly Message[]): number {
  let bytes = 0;
  for (const { topic, payload } of messages) bytes += RECORD_BYTES + topic.length + payload.length;
  return bytes + FRAME_BYTES * Math.max(1, Math.ceil(bytes / BODY_BYTES));
}

export interface FrameEncoder {
  /**
   * The frames of `messages` from index `start` on, as many as one piece holds.
   * @returns the bytes, valid until the next call, and the index of the first message that is not among them
   */
  encode(
    messages: readonly Message[],
    start: number,
    commitSeq: number,
    salt: number,
  ): { bytes: Buffer; next: number };
}

/** One buffer, used again and again: nothing is allocated for a message. */
export function createFrameEncoder(): FrameEncoder {
  let target = Buffer.allocUnsafeSlow(FIRST_BUFFER);
  let view = new DataView(target.buffer);

  function enlarge(bytes: number, used: number): void {
    const larger = Buffer.allocUnsafeSlow(bytes);
    larger.set(target.subarray(0, used));
    target = larger;
    view = new DataView(target.buffer);
  }

  function writeHeader(
    offset: number,
    end: number,
    salt: number,
    commitSeq: number,
    before: number,
    count: number,
  ) {
    const body = offset + FRAME_BYTES;
    target.set(MARKER, offset);
    view.setUint32(offset + 4, salt, true);
    view.setFloat64(offset + 8, commitSeq + before, true);
    view.setUint32(offset + 16, before, true);
    view.setUint32(offset + 20, count, true);
    view.setUint32(offset + 24, end - body, true);
    view.setUint32(offset + 28, crc32(target.subarray(body, end)), true);
    view.setUint32(offset + 32, crc32(target.subarray(offset, offset + 32)), true);
  }

  return {
    encode(messages, start, commitSeq, salt) {
      if (target.length > PIECE_BYTES) enlarge(PIECE_BYTES, 0);
      let frame = 0;
      let frameFrom = start;
      let end = FRAME_BYTES;
      let index = start;
      for (; index < messages.length; index += 1) {
        const message = messages[index] as Message;
        if (end - frame >= BODY_BYTES) {
          writeHeader(frame, end, salt, commitSeq, frameFrom, index - frameFrom);
          frame = end;
          frameFrom = index;
          end += FRAME_BYTES;
        }
        const need = end + mostBytes(message);
        if (need > target.length) {
          if (need > PIECE_BYTES && index > start) break;
          enlarge(Math.max(need, Math.min(PIECE_BYTES, 2 * target.length)), end);
        }
        end = encodeRecord(target, view, end, message);
      }
      // a piece may be full just where a new frame would have begun
      if (index > frameFrom) writeHeader(frame, end, salt, commitSeq, frameFrom, index - frameFrom);
      else end = frame;
      return { bytes: target.subarray(0, end), next: index };
    },
  };
}
