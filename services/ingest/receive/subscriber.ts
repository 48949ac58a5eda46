/**
 * The MQTT side. In: a broker and a client id; out: every message below the root, each with a receipt that
 * acknowledges it later. MQTT.js sends no PUBACK when `handleMessage` answers with an error, and reads on; once the
 * message is durable we send it ourselves, in order of arrival, on the connection it came from. A receipt of an
 * earlier connection is dropped: the broker sends that message again.
 */
import type { Duplex } from "node:stream";
import { connect, connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { encodeWorkerMark } from "#shared/mqtt/worker-mark.ts";
import type { Logger } from "#shared/runtime/log.ts";
import { withoutPassword } from "#shared/runtime/log.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import type { Message } from "../journal/record.ts";
import { encodePubacks } from "./puback.ts";

export interface Receipt {
  /** 0 for QoS 0: nothing to acknowledge. */
  readonly packetId: number;
  readonly connection: object;
}

/** A message as it came: made once, and carried on to the journal and back to its acknowledgement. */
export interface Arrival extends Receipt, Message {}

export interface SubscriberOptions {
  readonly url: string;
  readonly clientId: string;
  /** Topic filters of every connection, each at QoS 1; others come and go by `subscribe` and `unsubscribe`. */
  readonly subscriptions: readonly string[];
  /** Where the worker's mark stands; left out: it leaves none. */
  readonly markTopic?: string | undefined;
  readonly onConnected?: ((sessionPresent: boolean) => void) | undefined;
  readonly onDisconnected?: (() => void) | undefined;
  readonly protocolVersion?: 4 | 5;
  /** Called for each message; answering false holds the socket until `resume`. */
  readonly onArrival: (arrival: Arrival) => boolean;
  /** What is larger is kept by its head only, and refused later. */
  readonly maxPayloadBytes?: number | undefined;
  /** True where an earlier run has left a session: its absence is told from a first start. */
  readonly sessionExpected?: boolean | undefined;
  readonly now: () => number;
  readonly log: Logger;
}

const MAX_PAYLOAD_BYTES = 1_048_576;
const KEPT_OF_OVERSIZED = 4_096;

export interface Subscriber {
  start(): Promise<void>;
  /** Sends the PUBACKs of durable messages, those still of the present connection. */
  acknowledge(receipts: readonly Receipt[]): void;
  /** Any number of topic filters, at QoS 1. @throws when the broker refuses one, or the connection is lost */
  subscribe(filters: readonly string[]): Promise<void>;
  unsubscribe(filters: readonly string[]): Promise<void>;
  /** Closes for good: the broker forgets the session and what it holds for it. */
  endSession(): Promise<void>;
  /** Lets the socket be read again. */
  resume(): void;
  /** Drops the connection and comes back, so that the broker resends what was not acknowledged. */
  reconnect(): void;
  readonly connected: boolean;
  /** Times the broker had forgotten the session, and with it what it held for us; stations resend their last minutes. */
  readonly sessionsLost: number;
  close(): Promise<void>;
}

/** Not a failure: the answer that makes MQTT.js leave the PUBACK to us. */
const DEFERRED = new Error("acknowledged after the commit");
const RECONNECT_MS = 500;
const SESSION_SECONDS = 30 * 24 * 3600;
/** Topic filters in one packet: thousands of zones are some dozen packets. */
const FILTERS_PER_PACKET = 500;

export function createSubscriber(options: SubscriberOptions): Subscriber {
  const { log, now, maxPayloadBytes = MAX_PAYLOAD_BYTES } = options;
  let client: MqttClient | undefined;
  let connection: Duplex | undefined;
  let held: (() => void) | undefined;
  let subscribed = false;
  let hasSession = options.sessionExpected ?? false;
  let sessionsLost = 0;
  let closing = false;
  let trouble: string | undefined;

  const mark = (online: boolean) => encodeWorkerMark({ client: options.clientId, online, since: Date.now() });
  /** Says that nobody reads the session any more, however this process ends. */
  const will = () =>
    options.markTopic === undefined
      ? {}
      : {
          will: {
            topic: options.markTopic,
            payload: Buffer.from(mark(false)),
            qos: 1 as const,
            retain: true,
          },
        };

  function connected(): MqttClient {
    if (client?.connected !== true) throw new Error("the broker is not connected");
    return client;
  }

  function settings(): IClientOptions {
    return {
      ...will(),
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
    get sessionsLost() {
      return sessionsLost;
    },
    async start() {
      const opened = connect(options.url, settings());
      client = opened;
      opened.handleMessage = (packet, done) => {
        const answer = packet.qos === 0 ? done : () => done(DEFERRED);
        const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
        const more = options.onArrival({
          topic: packet.topic,
          // a copy of the head: a view would keep the whole payload in memory
          payload:
            payload.length > maxPayloadBytes ? Buffer.from(payload.subarray(0, KEPT_OF_OVERSIZED)) : payload,
          size: payload.length,
          receivedAt: now(),
          packetId: packet.qos === 0 ? 0 : (packet.messageId ?? 0),
          connection: opened.stream,
        });
        if (more) answer();
        else held = answer;
      };
      opened.on("connect", (connack) => {
        connection = opened.stream;
        trouble = undefined;
        log.info(
          { broker: withoutPassword(options.url), sessionPresent: connack.sessionPresent },
          "connected to the broker",
        );
        if (hasSession && !connack.sessionPresent) {
          sessionsLost += 1;
          log.warn(
            "the broker has lost our session and what it held for it; stations resend their last minutes",
          );
        }
        hasSession = true;
        if (options.markTopic !== undefined)
          opened.publish(options.markTopic, mark(true), { qos: 1, retain: true });
        if (options.subscriptions.length === 0) subscribed = true;
        else
          opened.subscribe([...options.subscriptions], { qos: 1 }, (error, granted = []) => {
            subscribed = error === null && granted.every(({ qos }) => qos <= 1);
            if (!subscribed) log.error({ err: error, granted }, "the broker refused the subscription");
          });
        options.onConnected?.(connack.sessionPresent);
      });
      opened.on("reconnect", () => Object.assign(opened.options, will()));
      opened.on("close", () => {
        subscribed = false;
        connection = undefined;
        held = undefined;
        options.onDisconnected?.();
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
    async subscribe(filters) {
      for (const some of inPackets(filters)) {
        const granted = await connected().subscribeAsync(some, { qos: 1 });
        const refused = granted.filter(({ qos }) => qos > 1).map(({ topic }) => topic);
        if (refused.length === 0) continue;
        log.error({ refused }, "the broker refused the subscription");
        throw new Error(`the broker refused the subscription to ${refused[0]}`);
      }
    },
    async unsubscribe(filters) {
      for (const some of inPackets(filters)) await connected().unsubscribeAsync(some);
    },
    async endSession() {
      await this.close();
      const last = await connectAsync(options.url, {
        clientId: options.clientId,
        clean: true,
        protocolVersion: options.protocolVersion ?? 4,
        reconnectPeriod: 0,
      });
      await last.endAsync();
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

function inPackets(filters: readonly string[]): string[][] {
  const packets = Math.ceil(filters.length / FILTERS_PER_PACKET);
  return Array.from({ length: packets }, (_, index) =>
    filters.slice(index * FILTERS_PER_PACKET, (index + 1) * FILTERS_PER_PACKET),
  );
}
