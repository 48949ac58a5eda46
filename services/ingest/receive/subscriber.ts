/**
 * The MQTT side. In: a broker and a client id; out: every message below the root, each with a receipt that
 * acknowledges it later. MQTT.js sends no PUBACK when `handleMessage` answers with an error, and reads on; once the
 * message is durable we send it ourselves, in order of arrival, on the connection it came from. A receipt of an
 * earlier connection is dropped: the broker sends that message again.
 */
import type { Duplex } from "node:stream";
import { connect, type IClientOptions, type MqttClient } from "mqtt";
import { subscription, type TopicRoot } from "#shared/mqtt/topic.ts";
import type { Logger } from "#shared/runtime/log.ts";
import { withoutPassword } from "#shared/runtime/log.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { encodePubacks } from "./puback.ts";

export interface Receipt {
  /** 0 for QoS 0: nothing to acknowledge. */
  readonly packetId: number;
  readonly connection: object;
}

export interface Arrival extends Receipt {
  readonly topic: string;
  readonly payload: Buffer;
}

export interface SubscriberOptions {
  readonly url: string;
  readonly clientId: string;
  readonly root: TopicRoot;
  readonly protocolVersion?: 4 | 5;
  /** Called for each message; answering false holds the socket until `resume`. */
  readonly onArrival: (arrival: Arrival) => boolean;
  readonly log: Logger;
}

export interface Subscriber {
  start(): Promise<void>;
  /** Sends the PUBACKs of durable messages, those still of the present connection. */
  acknowledge(receipts: readonly Receipt[]): void;
  /** Lets the socket be read again. */
  resume(): void;
  /** Drops the connection and comes back, so that the broker resends what was not acknowledged. */
  reconnect(): void;
  readonly connected: boolean;
  close(): Promise<void>;
}

/** Not a failure: the answer that makes MQTT.js leave the PUBACK to us. */
const DEFERRED = new Error("acknowledged after the commit");
const RECONNECT_MS = 500;
const SESSION_SECONDS = 30 * 24 * 3600;

export function createSubscriber(options: SubscriberOptions): Subscriber {
  const { log } = options;
  let client: MqttClient | undefined;
  let connection: Duplex | undefined;
  let held: (() => void) | undefined;
  let subscribed = false;
  let closing = false;
  let trouble: string | undefined;

  function settings(): IClientOptions {
    return {
      clientId: options.clientId,
      clean: false,
      protocolVersion: options.protocolVersion ?? 4,
      reconnectPeriod: RECONNECT_MS,
      // subscribed by hand on every connect: MQTT.js does not when the session is present
      resubscribe: false,
      // MQTT.js traces every packet through `debug` otherwise, several calls a message
      log: () => undefined,
      ...(options.protocolVersion === 5 ? { properties: { sessionExpiryInterval: SESSION_SECONDS } } : {}),
    };
  }

  return {
    get connected() {
      return client?.connected === true && subscribed;
    },
    async start() {
      const opened = connect(options.url, settings());
      client = opened;
      opened.handleMessage = (packet, done) => {
        const answer = packet.qos === 0 ? () => done() : () => done(DEFERRED);
        const arrival = {
          topic: packet.topic,
          payload: typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload,
          packetId: packet.qos === 0 ? 0 : (packet.messageId ?? 0),
          connection: opened.stream,
        };
        if (options.onArrival(arrival)) answer();
        else held = answer;
      };
      opened.on("connect", (connack) => {
        connection = opened.stream;
        trouble = undefined;
        log.info(
          { broker: withoutPassword(options.url), sessionPresent: connack.sessionPresent },
          "connected to the broker",
        );
        opened.subscribe(subscription(options.root), { qos: 1 }, (error, granted) => {
          subscribed = error === null && (granted?.[0]?.qos ?? 128) <= 1;
          if (!subscribed) log.error({ err: error, granted }, "the broker refused the subscription");
        });
      });
      opened.on("close", () => {
        subscribed = false;
        connection = undefined;
        held = undefined;
      });
      opened.on("error", (error) => {
        // the same failure again and again is one line until it changes
        if (error.message !== trouble) log.warn({ err: error }, "broker connection failed, tried again");
        trouble = error.message;
      });
      // however long the broker takes; what the journal holds is stored meanwhile
      await waitFor(() => subscribed || closing, {
        what: "the subscription",
        timeoutMs: Number.POSITIVE_INFINITY,
      });
    },
    acknowledge(receipts) {
      const current = connection;
      if (current === undefined || current.destroyed) return;
      const ids: number[] = [];
      for (const receipt of receipts) {
        if (receipt.packetId !== 0 && receipt.connection === current) ids.push(receipt.packetId);
      }
      if (ids.length > 0) current.write(encodePubacks(ids));
    },
    resume() {
      const release = held;
      held = undefined;
      release?.();
    },
    reconnect() {
      client?.stream?.destroy();
    },
    async close() {
      closing = true;
      await client?.endAsync(true).catch(() => undefined);
      client = undefined;
    },
  };
}
