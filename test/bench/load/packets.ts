/** The few MQTT 3.1.1 packets a load generator needs. In: messages or bytes; out: bytes or packets. Pure. */

export const CONNACK = 2;
export const PUBLISH = 3;
export const PUBACK = 4;

/** What is published; the flags are those of the first byte of the packet. */
export interface Publication {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly retain?: boolean;
  readonly dup?: boolean;
}

export interface Packet {
  readonly type: number;
  readonly flags: number;
  /** Behind the fixed header. */
  readonly body: Buffer;
}

/** CONNECT with a clean session and no keep-alive. */
export function encodeConnect(clientId: string): Buffer {
  const id = Buffer.from(clientId);
  const body = Buffer.concat([
    Buffer.from([0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 0, id.length >> 8, id.length & 255]),
    id,
  ]);
  return Buffer.concat([Buffer.from([0x10]), lengthBytes(body.length), body]);
}

/** QoS 1 PUBLISH packets in one buffer, with packet ids from `firstId` on (1 … 65,535, then 1 again). */
export function encodePublishes(messages: readonly Publication[], firstId: number): Buffer {
  const parts: Buffer[] = [];
  messages.forEach(({ topic, payload, retain, dup }, index) => {
    const id = ((firstId - 1 + index) % 65_535) + 1;
    const topicLength = Buffer.byteLength(topic);
    const length = 2 + topicLength + 2 + Buffer.byteLength(payload);
    const prefix = lengthBytes(length);
    const packet = Buffer.allocUnsafe(1 + prefix.length + length);
    packet[0] = 0x32 | (retain ? 1 : 0) | (dup ? 8 : 0);
    prefix.copy(packet, 1);
    let offset = packet.writeUInt16BE(topicLength, 1 + prefix.length);
    offset += packet.write(topic, offset);
    offset = packet.writeUInt16BE(id, offset);
    if (typeof payload === "string") packet.write(payload, offset);
    else packet.set(payload, offset);
    parts.push(packet);
  });
  return Buffer.concat(parts);
}

/** The whole packets at the head of `bytes`, and the rest. */
export function splitPackets(bytes: Buffer): { packets: Packet[]; rest: Buffer } {
  const packets: Packet[] = [];
  let start = 0;
  for (;;) {
    let length = 0;
    let at = start + 1;
    let shift = 0;
    let byte = 128;
    while (byte >= 128 && at < bytes.length) {
      byte = bytes[at] ?? 0;
      length += (byte & 127) << shift;
      shift += 7;
      at += 1;
    }
    if (byte >= 128 || at + length > bytes.length) return { packets, rest: bytes.subarray(start) };
    const head = bytes[start] ?? 0;
    packets.push({ type: head >> 4, flags: head & 15, body: bytes.subarray(at, at + length) });
    start = at + length;
  }
}

/** The packet id of a PUBLISH with QoS above 0, or of a PUBACK. */
export function packetIdOf({ type, body }: Packet): number {
  return type === PUBLISH ? body.readUInt16BE(2 + body.readUInt16BE(0)) : body.readUInt16BE(0);
}

function lengthBytes(length: number): Buffer {
  const bytes: number[] = [];
  let rest = length;
  do {
    bytes.push((rest & 127) | (rest > 127 ? 128 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.from(bytes);
}
