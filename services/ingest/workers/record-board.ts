/**
 * The workers' records on the broker, on a connection of its own: the session that carries readings is never held up by
 * them. In: my record; out: all others' as they change, and my own once everybody can see it.
 */
import { randomUUID } from "node:crypto";
import { connect, type IClientPublishOptions, type MqttClient } from "mqtt";
import { fenceTopic, markTopic, zonesTopic, zonesWorker } from "#shared/mqtt/control-topics.ts";
import type { TopicRoot } from "#shared/mqtt/topic.ts";
import { decodeWorkerZones, encodeWorkerZones, type WorkerZones } from "#shared/mqtt/worker-zones.ts";
import type { Logger } from "#shared/runtime/log.ts";
import type { Happening, Other } from "./handover.ts";

export interface RecordBoard {
  /** Resolves once my record has come back: everybody else has it, or gets it before what comes later. @throws when the connection is lost meanwhile */
  announce(record: WorkerZones): Promise<void>;
  /** Into my own session, behind all that the broker has put there. */
  sendFence(id: string): Promise<void>;
  /** Takes my record and my mark away. */
  withdraw(): Promise<void>;
  close(): Promise<void>;
}

const RECONNECT_MS = 500;
const ECHO_MS = 10_000;

/** w3 -> 3 */
const numberOf = (worker: string): number => Number(worker.slice(1));

export function createRecordBoard(options: {
  readonly url: string;
  readonly root: TopicRoot;
  /** `w1`, … */
  readonly worker: string;
  readonly clientId: string;
  readonly onHappening: (event: Happening) => void;
  readonly log: Logger;
}): RecordBoard {
  const { root, worker, log, onHappening } = options;
  const me = numberOf(worker);
  const myTopic = zonesTopic(root, worker);
  /** What the broker retains, until all of it has come. */
  let reading: Map<number, Other> | undefined;
  let probe = "";
  let echo: { text: string; back: PromiseWithResolvers<void> } | undefined;

  const client: MqttClient = connect(options.url, {
    clientId: options.clientId,
    clean: true,
    reconnectPeriod: RECONNECT_MS,
    resubscribe: false,
    log: () => undefined,
  });
  // said by the session's connection already
  client.on("error", () => undefined);
  client.on("connect", () => void read().catch(() => client.stream?.destroy()));
  client.on("message", (topic, payload) => {
    const sender = zonesWorker(root, topic);
    if (sender !== undefined) hear(numberOf(sender), payload);
  });
  client.on("close", () => {
    reading = undefined;
    probe = "";
    echo?.back.reject(new Error("the connection is lost"));
    echo = undefined;
    onHappening({ what: "records lost" });
  });

  /** Everything retained comes before a message of our own that is sent after the subscription. */
  async function read(): Promise<void> {
    reading = new Map();
    probe = randomUUID();
    const asked = probe;
    await client.subscribeAsync(zonesTopic(root, "+"), { qos: 1 });
    await publish(myTopic, asked);
    const late = setTimeout(() => {
      if (probe === asked)
        log.error(
          { topic: myTopic },
          "the broker does not give us our own records, nothing new is stored: its rules need `outfall provision`",
        );
    }, ECHO_MS);
    late.unref();
  }

  function hear(sender: number, payload: Buffer): void {
    const text = payload.toString("utf8");
    if (sender === me && reading !== undefined && text === probe) {
      const own = reading.get(me);
      reading.delete(me);
      onHappening({ what: "records read", others: reading, own });
      reading = undefined;
      probe = "";
      return;
    }
    const record = decodeWorkerZones(payload);
    // what is neither a record nor the end of one is somebody's probe
    if (record === undefined && payload.length > 0) return;
    if (reading !== undefined) {
      if (record === undefined) reading.delete(sender);
      else reading.set(sender, asOther(record));
    } else if (sender !== me) {
      onHappening({ what: "record", worker: sender, record: record && asOther(record) });
    } else if (record !== undefined && echo?.text === text) {
      onHappening({ what: "announced", record });
      echo.back.resolve();
      echo = undefined;
    }
  }

  const publish = (topic: string, payload: string, how: IClientPublishOptions = {}) => {
    if (!client.connected) throw new Error("the broker is not connected");
    return client.publishAsync(topic, payload, { qos: 1, ...how });
  };

  return {
    async announce(record) {
      const text = encodeWorkerZones(record);
      const back = Promise.withResolvers<void>();
      echo = { text, back };
      back.promise.catch(() => undefined);
      await publish(myTopic, text, { retain: true });
      await back.promise;
    },
    async sendFence(id) {
      await publish(fenceTopic(root, worker), id);
    },
    async withdraw() {
      await publish(myTopic, "", { retain: true });
      await publish(markTopic(root, worker), "", { retain: true });
    },
    async close() {
      await client.endAsync(true).catch(() => undefined);
    },
  };
}

const asOther = ({ subscribed, leaving, ...rest }: WorkerZones): Other => ({
  ...rest,
  subscribed: new Set(subscribed),
  leaving: new Set(leaving),
});
