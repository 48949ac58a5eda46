/**
 * One record of the journal. In: a received message; out: its bytes, and back.
 * Layout (little endian): length u32 | CRC-32 u32 | body; body = seq f64 | received ms f64 | size u32 | topic length
 * u16 (what MQTT allows) | topic | payload. `length` and the checksum cover the body; `size` is the payload's size as received, which
 * is larger than what is kept when the message was too large to keep whole.
 */
import { crc32 } from "node:zlib";

export interface Message {
  readonly topic: string;
  /** As received, or its head when it was larger than a message may be. */
  readonly payload: Buffer;
  /** Bytes of the payload as received. */
  readonly size: number;
  /** ms since epoch */
  readonly receivedAt: number;
}

export interface JournalRecord extends Message {
  /** 1, 2, 3 … over the life of the journal. */
  readonly seq: number;
}

const HEADER = 8;
const FIXED = 8 + 8 + 4 + 2;

export function encodedLength(message: Message): number {
  return HEADER + FIXED + Buffer.byteLength(message.topic) + message.payload.length;
}

/** Writes one record into `target` at `offset`; returns the offset behind it. */
export function encodeRecord(target: Buffer, offset: number, seq: number, message: Message): number {
  const body = offset + HEADER;
  const topicLength = target.write(message.topic, body + FIXED, "utf8");
  target.writeDoubleLE(seq, body);
  target.writeDoubleLE(message.receivedAt, body + 8);
  target.writeUInt32LE(message.size, body + 16);
  target.writeUInt16LE(topicLength, body + 20);
  message.payload.copy(target, body + FIXED + topicLength);
  const end = body + FIXED + topicLength + message.payload.length;
  target.writeUInt32LE(end - body, offset);
  target.writeUInt32LE(crc32(target.subarray(body, end)), offset + 4);
  return end;
}

/** The record at `offset` and the offset behind it; undefined where the bytes end or do not hold together. */
export function decodeRecord(
  bytes: Buffer,
  offset: number,
): { record: JournalRecord; end: number } | undefined {
  if (offset + HEADER + FIXED > bytes.length) return undefined;
  const length = bytes.readUInt32LE(offset);
  const body = offset + HEADER;
  const end = body + length;
  if (length < FIXED || end > bytes.length) return undefined;
  if (crc32(bytes.subarray(body, end)) !== bytes.readUInt32LE(offset + 4)) return undefined;
  const topicEnd = body + FIXED + bytes.readUInt16LE(body + 20);
  if (topicEnd > end) return undefined;
  return {
    end,
    record: {
      seq: bytes.readDoubleLE(body),
      receivedAt: bytes.readDoubleLE(body + 8),
      size: bytes.readUInt32LE(body + 16),
      topic: bytes.toString("utf8", body + FIXED, topicEnd),
      payload: bytes.subarray(topicEnd, end),
    },
  };
}
