/**
 * Whether the broker keeps what a worker that is away must not lose. In: messages; out: how many of them a session has
 * after it was offline while they were published. Found out by doing it; the session is removed afterwards.
 */
import { randomUUID } from "node:crypto";
import type { IClientOptions } from "mqtt";
import { green, type Look, red } from "../finding.ts";
import type { Check } from "../run-checks.ts";
import { fence, probeTopic, publishAll, withClient } from "./client.ts";

/** Above what a stock broker keeps: 1,000 queued and 20 in flight. */
const MESSAGES = 1_500;
/** What ingest takes as one message. */
const LARGE_BYTES = 1_048_576;
const TIMEOUT_MS = 30_000;
const CLEAN_UP_MS = 2_000;
/** If we are killed, the broker removes the session itself, s. */
const SESSION_SECONDS = 300;

const broker = { area: "broker", needs: ["broker"], timeoutMs: TIMEOUT_MS } as const;

export function queueCheck(url: string): Check {
  return {
    ...broker,
    name: "offline queue",
    why: "while ingest is away or slow the broker queues for it; a stock broker drops silently after 1,000 messages",
    remedy:
      "set max_queued_messages 2000000 in mosquitto.conf (services/provision/broker/mosquitto.conf has it)",
    async look(signal) {
      const payloads = Array.from({ length: MESSAGES }, (_, index) => Buffer.from(String(index)));
      return judgeQueue(await keptFor(url, payloads, signal), MESSAGES);
    },
  };
}

export function largeMessageCheck(url: string): Check {
  return {
    ...broker,
    name: "large message",
    why: "a backfill may be 1 MiB; a broker with message_size_limit takes it, says so, and throws it away",
    remedy: "remove message_size_limit from mosquitto.conf, and set max_packet_size 16777216",
    async look(signal) {
      const { arrived } = await keptFor(url, [Buffer.alloc(LARGE_BYTES, "x")], signal);
      return arrived === 1
        ? green("a message of 1 MiB arrives")
        : red("a message of 1 MiB was taken and did not arrive");
    },
  };
}

export interface Kept {
  /** Of the session, when its client came back. */
  readonly sessionPresent: boolean;
  readonly arrived: number;
}

export function judgeQueue({ sessionPresent, arrived }: Kept, sent: number): Look {
  if (!sessionPresent)
    return red(
      "the session of a client that was away for a moment is gone",
      "the broker must keep sessions: see its settings for session expiry",
    );
  if (arrived < sent)
    return red(
      `${arrived} of ${sent} messages arrived after an absence; ${sent - arrived} were dropped silently`,
    );
  return green(`all of ${sent} messages arrived after an absence`);
}

async function keptFor(url: string, payloads: readonly Buffer[], signal: AbortSignal): Promise<Kept> {
  const topic = probeTopic();
  const end = `${topic}/end`;
  const clientId = `outfall-doctor-${randomUUID()}`;
  const session: IClientOptions = {
    clientId,
    clean: false,
    properties: { sessionExpiryInterval: SESSION_SECONDS },
  };
  const messages = payloads.map((payload, index) => ({ topic: `${topic}/${index}`, payload }));
  try {
    await withClient({ url, signal, mqtt: session }, (client) =>
      client.subscribeAsync(`${topic}/#`, { qos: 1 }),
    );
    await withClient({ url, signal }, (client) => publishAll(client, messages));
    const seen = new Set<string>();
    const onMessage = (arrived: string) => {
      if (arrived !== end) seen.add(arrived);
    };
    return await withClient({ url, signal, onMessage, mqtt: session }, async (client, { sessionPresent }) => {
      if (sessionPresent) await fence(client, end, signal);
      return { sessionPresent, arrived: seen.size };
    });
  } finally {
    // a clean start under the same name ends the session and what is queued for it
    await withClient(
      { url, signal: AbortSignal.timeout(CLEAN_UP_MS), mqtt: { clientId } },
      async () => undefined,
    ).catch(() => undefined);
  }
}
