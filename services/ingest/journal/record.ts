/**
 * One record of the journal. In: a received message; out: its bytes, and back. A record stands in a frame (frame.ts),
 * which holds the number of its first record and the checksum.
 *
 * Layout (little endian): received ms f64 | size u32 | payload length u32 | topic length u16 (what MQTT allows) | topic
 * | payload. `size` is the payload's size as received, larger than what is kept when the message was too large to keep
 * whole.
 */
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

/** Bytes of a record before its topic. */
export const RECORD_BYTES = 8 + 4 + 4 + 2;
const MAX_TOPIC_BYTES = 65_535;

/** What the record takes at the most: a UTF-16 unit is at most three bytes of UTF-8. */
export const mostBytes = ({ topic, payload }: Message): number =>
  RECORD_BYTES + 3 * topic.length + payload.length;

/**
 * Writes one record into `target` at `offset`, where there is room for `mostBytes`; returns the offset behind it.
 * @param view the same bytes as `target`; four times as fast for numbers
 * @throws RangeError for a topic that MQTT does not allow
 */
export function encodeRecord(target: Buffer, view: DataView, offset: number, message: Message): number {
  const { topic, payload } = message;
  const topicAt = offset + RECORD_BYTES;
  const topicLength = target.write(topic, topicAt, "utf8");
  if (topicLength > MAX_TOPIC_BYTES)
    throw new RangeError(`a topic of ${topicLength} bytes; expected at most ${MAX_TOPIC_BYTES}`);
  view.setFloat64(offset, message.receivedAt, true);
  view.setUint32(offset + 8, message.size, true);
  view.setUint32(offset + 12, payload.length, true);
  view.setUint16(offset + 16, topicLength, true);
  target.set(payload, topicAt + topicLength);
  return topicAt + topicLength + payload.length;
}

/** The offset behind the record at `offset`. Its frame's checksum has vouched for it. */
export const recordEnd = (bytes: Buffer, offset: number): number =>
  offset + RECORD_BYTES + bytes.readUInt16LE(offset + 16) + bytes.readUInt32LE(offset + 12);

/** The record at `offset`; its payload is a view of `bytes`. */
export function decodeRecord(bytes: Buffer, offset: number, seq: number): JournalRecord {
  const topicAt = offset + RECORD_BYTES;
  const payloadAt = topicAt + bytes.readUInt16LE(offset + 16);
  return {
    seq,
    receivedAt: bytes.readDoubleLE(offset),
    size: bytes.readUInt32LE(offset + 8),
    topic: bytes.toString("utf8", topicAt, payloadAt),
    payload: bytes.subarray(payloadAt, payloadAt + bytes.readUInt32LE(offset + 12)),
  };
}
