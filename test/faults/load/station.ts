/**
 * A station of a fault run: one MQTT.js connection and the outbox of the simulated stations. In: numbered payloads;
 * out: each acknowledged by the broker, whatever happens to it, and the last ten minutes again once a broker says
 * that it has no session.
 *
 * Its session is a clean one. A broker that was killed restores persistent sessions from its last snapshot and then
 * says `sessionPresent: true`, although it has forgotten seconds of what it had acknowledged.
 */
import { connect, type MqttClient } from "mqtt";
import { createOutbox } from "#simulators/station/outbox.ts";
import { asResent, numberOf } from "./message.ts";

export interface LoadStation {
  offer(payload: string): void;
  /** Not yet acknowledged by the broker. */
  readonly waiting: number;
  close(): void;
}

const WINDOW = 200;
const RECONNECT_MS = 100;
const CONNECT_TIMEOUT_MS = 2_000;
const REPEAT_MS = 10 * 60_000;

export function createLoadStation(options: {
  url: string;
  clientId: string;
  topic: string;
  /** The broker has it. */
  onAcknowledged: (number: number, resent: boolean) => void;
  onResend: (count: number) => void;
}): LoadStation {
  const outbox = createOutbox({
    limit: Number.POSITIVE_INFINITY,
    repeatMs: REPEAT_MS,
    repeatRealMs: 0,
    repeatLimit: Number.POSITIVE_INFINITY,
  });
  let client: MqttClient | undefined;
  let known = false;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function open(): void {
    const opened = connect(options.url, {
      clientId: options.clientId,
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: CONNECT_TIMEOUT_MS,
      log: () => undefined,
    });
    client = opened;
    opened.on("connect", ({ sessionPresent }) => {
      if (known && !sessionPresent) options.onResend(outbox.repeatLast(Date.now()));
      known = true;
      pump();
    });
    opened.on("error", () => undefined);
    opened.on("close", () => {
      if (client !== opened) return;
      client = undefined;
      opened.end(true);
      outbox.recall();
      if (!closed) timer = setTimeout(open, RECONNECT_MS);
    });
  }

  function pump(): void {
    const current = client;
    while (current?.connected && outbox.inFlight < WINDOW) {
      const record = outbox.take();
      if (record === undefined) return;
      const payload = record.again ? asResent(record.payload) : record.payload;
      current.publish(options.topic, payload, { qos: 1 }, (error) => {
        if (error || client !== current) return;
        outbox.acknowledge(record, Date.now());
        options.onAcknowledged(numberOf(record.payload)?.number ?? -1, record.again === true);
        pump();
      });
    }
  }

  open();
  return {
    offer(payload) {
      // its own time is the time of the run: ten minutes are all of it
      outbox.add({ time: Date.now(), payload });
      pump();
    },
    get waiting() {
      return outbox.size;
    },
    close() {
      closed = true;
      clearTimeout(timer);
      const last = client;
      client = undefined;
      last?.end(true);
    },
  };
}
