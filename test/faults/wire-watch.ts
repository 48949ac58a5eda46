/**
 * Reads along between broker and ingest. In: the bytes of both sides; out: which numbered messages came to ingest, and
 * which ones ingest has acknowledged: its own word, whatever became of the PUBACK afterwards.
 */
import { type Packet, PUBACK, PUBLISH, packetIdOf, splitPackets } from "#test/bench/load/packets.ts";
import { numberOf } from "./load/message.ts";
import type { Listener } from "./proxy.ts";

/** Where workers tell one another what they read. */
const WORKER_TOPICS = "outfall-worker/";

export interface WireWatch {
  readonly listener: Listener;
  /** PUBLISH packets that went to ingest, and PUBACKs that came from it. */
  readonly delivered: number;
  readonly acknowledgements: number;
  /** Messages that came to ingest otherwise than by a station's resend. */
  readonly arrived: ReadonlySet<number>;
  /** Messages that ingest has acknowledged, at least once. */
  readonly acknowledged: ReadonlySet<number>;
}

export function createWireWatch(): WireWatch {
  const arrived = new Set<number>();
  const acknowledged = new Set<number>();
  let delivered = 0;
  let acknowledgements = 0;

  /** @param waiting packet ids of stations' messages that are not acknowledged @param numbers of them the messages */
  function see(waiting: Set<number>, numbers: Map<number, number>, packet: Packet): void {
    if (packet.type === PUBLISH && (packet.flags & 6) > 0) {
      const topic = packet.body.toString("utf8", 2, 2 + packet.body.readUInt16BE(0));
      // workers' own words to each other are no messages of stations
      if (topic.startsWith(WORKER_TOPICS)) return;
      delivered += 1;
      waiting.add(packetIdOf(packet));
      const found = numberOf(packet.body.subarray(2 + packet.body.readUInt16BE(0) + 2));
      if (found === undefined) return;
      numbers.set(packetIdOf(packet), found.number);
      if (!found.resent) arrived.add(found.number);
    }
    if (packet.type === PUBACK && waiting.delete(packetIdOf(packet))) {
      acknowledgements += 1;
      const number = numbers.get(packetIdOf(packet));
      if (number !== undefined) acknowledged.add(number);
    }
  }

  return {
    listener() {
      /** Message of each packet id, for this connection. */
      const numbers = new Map<number, number>();
      const waiting = new Set<number>();
      return {
        fromServer: reader((packet) => see(waiting, numbers, packet)),
        fromClient: reader((packet) => see(waiting, numbers, packet)),
      };
    },
    get delivered() {
      return delivered;
    },
    get acknowledgements() {
      return acknowledgements;
    },
    arrived,
    acknowledged,
  };
}

/** Whole packets from bytes as they come. */
function reader(see: (packet: Packet) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    const split = splitPackets(rest.length === 0 ? bytes : Buffer.concat([rest, bytes]));
    rest = split.rest;
    for (const packet of split.packets) see(packet);
  };
}
