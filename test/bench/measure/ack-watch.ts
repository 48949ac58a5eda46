/**
 * A wire between broker and ingest that reads along. In: the broker's address; out: an address for ingest, and for
 * each QoS 1 message the time from its PUBLISH passing towards ingest to its PUBACK passing back.
 */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { type Packet, PUBACK, PUBLISH, packetIdOf, splitPackets } from "../load/packets.ts";

export interface AckWatch {
  /** mqtt://127.0.0.1:port */
  readonly url: string;
  /** ms, one a message, in order of their PUBACKs. */
  readonly acknowledgedMs: readonly number[];
  close(): Promise<void>;
}

export async function startAckWatch(brokerUrl: string): Promise<AckWatch> {
  const broker = new URL(brokerUrl);
  const acknowledgedMs: number[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (ingest) => {
    const upstream = connect({ host: broker.hostname, port: Number(broker.port), noDelay: true });
    const passed = new Map<number, number>();
    forward(upstream, ingest, (packet, at) => {
      if (packet.type === PUBLISH && (packet.flags & 6) > 0) passed.set(packetIdOf(packet), at);
    });
    forward(ingest, upstream, (packet, at) => {
      if (packet.type !== PUBACK) return;
      const since = passed.get(packetIdOf(packet));
      if (since !== undefined) acknowledgedMs.push(at - since);
    });
    for (const socket of [ingest, upstream]) sockets.add(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the wire has no port");
  return {
    url: `mqtt://127.0.0.1:${address.port}`,
    acknowledgedMs,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Bytes go on first and are read after. */
function forward(from: Socket, to: Socket, see: (packet: Packet, at: number) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  from.on("data", (bytes: Buffer) => {
    const at = performance.now();
    to.write(bytes);
    const split = splitPackets(rest.length === 0 ? bytes : Buffer.concat([rest, bytes]));
    rest = split.rest;
    for (const packet of split.packets) see(packet, at);
  });
  from.on("close", () => to.destroy());
  from.on("error", () => to.destroy());
}
