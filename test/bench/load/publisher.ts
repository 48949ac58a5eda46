/**
 * Stations by the thousand on a few plain sockets. In: messages; out: a promise that resolves once they are sent,
 * and how many the broker acknowledged. Not MQTT.js: on a small machine the bench would measure its own load.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { waitFor } from "#shared/runtime/wait-for.ts";
import {
  CONNACK,
  encodeConnect,
  encodePublishes,
  PUBACK,
  type Publication,
  splitPackets,
} from "./packets.ts";

export interface LoadPublisher {
  /** Sends at QoS 1; waits while too many are unacknowledged. */
  publish(messages: readonly Publication[]): Promise<void>;
  /** Resolves when the broker has acknowledged everything. */
  settled(): Promise<void>;
  close(): void;
}

const CHUNK = 100;
/** Packet ids must not come round while one is in use. */
const MAX_UNACKNOWLEDGED = 20_000;

interface Lane {
  readonly socket: Socket;
  nextId: number;
  sent: number;
  acknowledged: number;
}

/** @param connections sockets; messages go to them in turn, a hundred at a time */
export async function createLoadPublisher(url: string, connections: number): Promise<LoadPublisher> {
  const { hostname, port } = new URL(url);
  const lanes = await Promise.all(
    Array.from({ length: connections }, (_, index) =>
      openLane(hostname, Number(port), `bench-load-${index}`),
    ),
  );
  let turn = 0;

  async function send(lane: Lane, messages: readonly Publication[]): Promise<void> {
    while (lane.sent - lane.acknowledged > MAX_UNACKNOWLEDGED) await next(lane.socket, "data");
    lane.sent += messages.length;
    const taken = lane.socket.write(encodePublishes(messages, lane.nextId));
    lane.nextId = ((lane.nextId - 1 + messages.length) % 65_535) + 1;
    if (!taken) await next(lane.socket, "drain");
  }

  return {
    async publish(messages) {
      for (let start = 0; start < messages.length; start += CHUNK) {
        const lane = lanes[turn % lanes.length];
        turn += 1;
        if (lane !== undefined) await send(lane, messages.slice(start, start + CHUNK));
      }
    },
    async settled() {
      await waitFor(() => lanes.every((lane) => lane.acknowledged === lane.sent), {
        what: "the broker has acknowledged what was published",
        timeoutMs: 120_000,
        everyMs: 2,
      });
    },
    close() {
      for (const { socket } of lanes) socket.destroy();
    },
  };
}

/** @throws Error when the broker closes the connection meanwhile: nothing would come any more */
async function next(socket: Socket, event: "data" | "drain"): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  const closed = once(socket, "close", { signal }).then(() => {
    throw new Error("the broker closed a connection of the load");
  });
  try {
    if (socket.destroyed) throw new Error("the broker has closed a connection of the load");
    await Promise.race([once(socket, event, { signal }), closed]);
  } finally {
    over.abort();
    closed.catch(() => undefined);
  }
}

const FILL_CONNECTIONS = 4;

/** Publishes to sessions that wait, and ends when the broker has everything. */
export async function fillQueues(url: string, messages: readonly Publication[]): Promise<void> {
  const publisher = await createLoadPublisher(url, FILL_CONNECTIONS);
  try {
    await publisher.publish(messages);
    await publisher.settled();
  } finally {
    publisher.close();
  }
}

async function openLane(host: string, port: number, clientId: string): Promise<Lane> {
  const socket = connect({ host, port, noDelay: true });
  await once(socket, "connect");
  const lane: Lane = { socket, nextId: 1, sent: 0, acknowledged: 0 };
  let rest: Buffer = Buffer.alloc(0);
  const accepted = Promise.withResolvers<void>();
  socket.on("data", (bytes: Buffer) => {
    const split = splitPackets(rest.length === 0 ? bytes : Buffer.concat([rest, bytes]));
    rest = split.rest;
    for (const { type } of split.packets) {
      if (type === PUBACK) lane.acknowledged += 1;
      else if (type === CONNACK) accepted.resolve();
    }
  });
  socket.on("error", accepted.reject);
  socket.write(encodeConnect(clientId));
  await accepted.promise;
  return lane;
}
