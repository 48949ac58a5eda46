/**
 * The doctor's connections to the broker. In: an address; out: a client for one piece of work, closed after it. MQTT 5,
 * since 3.1.1 cannot say that a message was refused, and so that a session of ours ends by itself if we are killed.
 */
import { randomUUID } from "node:crypto";
import { connect, type IClientOptions, type IConnackPacket, type MqttClient } from "mqtt";
import { PROBE_TOPIC } from "#services/provision/broker/access.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";

const CONNECT_TIMEOUT_MS = 4_000;
/** Below the 20 that a client of MQTT 5 may have unacknowledged at a stock broker. */
const LANES = 10;

/** A topic that only this look uses. */
export const probeTopic = (): string => `${PROBE_TOPIC}/${randomUUID()}`;

export interface ClientOptions {
  readonly url: string;
  readonly signal: AbortSignal;
  /** Known before the connection is: the broker delivers at once to a session. */
  readonly onMessage?: (topic: string, payload: Buffer) => void;
  readonly mqtt?: IClientOptions;
}

/** Connects, works, and disconnects, whatever comes of it. Never reconnects. */
export async function withClient<T>(
  { url, signal, onMessage, mqtt = {} }: ClientOptions,
  work: (client: MqttClient, connack: IConnackPacket) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const client = connect(url, {
    clientId: `outfall-doctor-${randomUUID().slice(0, 8)}`,
    protocolVersion: 5,
    clean: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectPeriod: 0,
    ...mqtt,
  });
  if (onMessage !== undefined) client.on("message", onMessage);
  const connected = new Promise<IConnackPacket>((resolve) => client.once("connect", resolve));
  const lost = new Promise<never>((_, reject) => {
    client.on("error", reject);
    client.on("close", () => reject(new Error("the broker does not answer, or closed the connection")));
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  lost.catch(() => undefined);
  try {
    const connack = await Promise.race([connected, lost]);
    return await Promise.race([work(client, connack), lost]);
  } finally {
    await client.endAsync(true).catch(() => undefined);
  }
}

/** Publishes each at QoS 1, a few at once. @throws when the broker refuses one. */
export async function publishAll(
  client: MqttClient,
  messages: readonly { readonly topic: string; readonly payload: string | Buffer }[],
): Promise<void> {
  const rest = messages.values();
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      for (const { topic, payload } of rest) await client.publishAsync(topic, payload, { qos: 1 });
    }),
  );
}

const FENCE_EVERY_MS = 50;

/**
 * Everything the broker has for this client has come: a message of our own on a subscribed topic, sent after, is back.
 * It is sent again and again, since a broker whose queue is full drops it.
 */
export async function fence(client: MqttClient, topic: string, signal: AbortSignal): Promise<void> {
  let back = false;
  client.on("message", (seen) => {
    back ||= seen === topic;
  });
  let sentAt = Number.NEGATIVE_INFINITY;
  await waitFor(
    async () => {
      if (!back && !signal.aborted && Date.now() - sentAt > FENCE_EVERY_MS) {
        sentAt = Date.now();
        await client.publishAsync(topic, "fence", { qos: 1 });
      }
      return back || signal.aborted;
    },
    { what: "the broker's answer to a message of our own", everyMs: 5 },
  );
}
