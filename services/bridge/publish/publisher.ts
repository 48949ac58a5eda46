/**
 * Messages to the broker, QoS 1. In: a topic and a payload; out: a promise that resolves when the broker has them for
 * somebody. MQTT 5, because only it says that a message was refused (access list) or that nobody is subscribed: 3.1.1
 * acknowledges both, and drops them. While the broker is away everything waits.
 */
import { connect, type IPublishPacket, type MqttClient } from "mqtt";
import { type Logger, withoutPassword } from "#shared/runtime/log.ts";
import { pause } from "#shared/runtime/wait-for.ts";
import type { Troubles } from "../troubles.ts";
import { createRepeatMemory } from "./repeat-memory.ts";

export interface Outgoing {
  readonly topic: string;
  readonly payload: string;
}

export interface Publisher {
  open(): void;
  /** Rejects only when the publisher is closed. */
  publish(message: Outgoing): Promise<void>;
  readonly connected: boolean;
  /** Messages acknowledged for the first time. */
  readonly published: number;
  close(): Promise<void>;
}

export interface PublisherOptions {
  readonly url: string;
  readonly clientId: string;
  readonly log: Pick<Logger, "info">;
  readonly troubles: Troubles;
  readonly now: () => number;
}

type Outcome = "taken" | "nobody" | "refused" | "lost";

/** At once in flight, or fewer where the broker says so. */
const WINDOW = 500;
const RECONNECT_MS = 1_000;
const CLOSE_MS = 2_000;
/** Until a message is tried again that nobody took, or that was refused. */
const RETRY_MS = 2_000;
const NO_SUBSCRIBERS = 16;

export function createPublisher(options: PublisherOptions): Publisher {
  const { log, troubles } = options;
  const broker = withoutPassword(options.url);
  const memory = createRepeatMemory(options.now);
  const closing = new AbortController();
  /** What ends a wait for an acknowledgement that will not come. */
  const unanswered = new Set<(outcome: Outcome) => void>();
  const nobodyTook = new Set<number>();
  let client: MqttClient | undefined;
  let window = WINDOW;
  let inFlight = 0;
  const waiters: (() => void)[] = [];
  let published = 0;

  async function room(): Promise<void> {
    while (inFlight >= window && !closing.signal.aborted)
      await new Promise<void>((resolve) => waiters.push(resolve));
    closing.signal.throwIfAborted();
  }

  function release(): void {
    inFlight -= 1;
    waiters.shift()?.();
  }

  function send({ topic, payload }: Outgoing): Promise<Outcome> {
    return new Promise((resolve) => {
      const answer = (outcome: Outcome) => {
        unanswered.delete(answer);
        resolve(outcome);
      };
      unanswered.add(answer);
      client?.publish(topic, payload, { qos: 1 }, (error, packet) => {
        const id = (packet as IPublishPacket | undefined)?.messageId ?? 0;
        const nobody = nobodyTook.delete(id);
        if (error) answer("code" in error && typeof error.code === "number" ? "refused" : "lost");
        else answer(nobody ? "nobody" : "taken");
      });
    });
  }

  function say(outcome: Outcome, topic: string): void {
    if (outcome === "nobody")
      troubles.warn(
        "publishing",
        outcome,
        { topic },
        "nobody is subscribed to what is published, tried again",
      );
    if (outcome === "refused")
      troubles.error("publishing", outcome, { topic }, "the broker refuses what is published, tried again");
  }

  async function deliver(message: Outgoing): Promise<void> {
    for (;;) {
      await room();
      inFlight += 1;
      const outcome = await send(message).finally(release);
      if (outcome === "taken") {
        troubles.clear("publishing");
        return memory.add(message);
      }
      say(outcome, message.topic);
      await pause(RETRY_MS, closing.signal);
      closing.signal.throwIfAborted();
    }
  }

  return {
    get connected() {
      return client?.connected === true;
    },
    get published() {
      return published;
    },
    open() {
      let before = false;
      const opened = connect(options.url, {
        clientId: options.clientId,
        protocolVersion: 5,
        clean: true,
        reconnectPeriod: RECONNECT_MS,
        log: () => undefined,
      });
      client = opened;
      opened.on("packetreceive", (packet) => {
        if (packet.cmd === "puback" && packet.reasonCode === NO_SUBSCRIBERS)
          nobodyTook.add(packet.messageId ?? 0);
      });
      opened.on("connect", (connack) => {
        window = Math.min(WINDOW, connack.properties?.receiveMaximum ?? WINDOW);
        troubles.clear("broker");
        log.info({ broker, window }, "connected to the broker");
        const again = before ? memory.take() : [];
        before = true;
        if (again.length > 0)
          log.info(
            { messages: again.length },
            "the broker was away, what it acknowledged last is sent again",
          );
        for (const message of again) deliver(message).catch(() => undefined);
      });
      const away = (reason: string) =>
        troubles.warn("broker", reason, { broker }, "the broker is away, files wait until it is back");
      let failing = false;
      opened.on("error", (error) => {
        failing = true;
        away(error.message);
      });
      opened.on("close", () => {
        // a failed attempt to connect has said why
        if (!failing && !closing.signal.aborted) away("the connection was closed");
        failing = false;
      });
    },
    async publish(message) {
      await deliver(message);
      published += 1;
    },
    async close() {
      if (closing.signal.aborted) return;
      closing.abort(new Error("the bridge is closing"));
      for (const wake of waiters) wake();
      // what is in flight may be acknowledged still; then the line is cut
      const gone = client?.connected === true ? client.endAsync() : client?.endAsync(true);
      await Promise.race([gone, pause(CLOSE_MS)]).catch(() => undefined);
      client?.end(true);
      for (const answer of unanswered) answer("lost");
    },
  };
}
