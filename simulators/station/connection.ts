/**
 * One MQTT connection of a station. In: broker, topics, its clock; out: events. Client id of its own, clean session
 * off, last will offline; retained status online as soon as it is connected. It does not reconnect: `publisher.ts` does.
 */
import { connect, type MqttClient } from "mqtt";
import { type StationTopic, stationTopic, type TopicRoot } from "#shared/mqtt/topic.ts";

export interface ConnectionOptions {
  readonly mqttUrl: string;
  readonly topicRoot: TopicRoot;
  readonly address: Omit<StationTopic, "kind">;
  /** The station's time, ms since epoch. */
  readonly now: () => number;
  onConnected(sessionPresent: boolean): void;
  /** Once, whether it ever was connected or not. */
  onClosed(reason: string): void;
}

export interface Connection {
  readonly connected: boolean;
  /** QoS 1; `done` comes with the acknowledgement, or never if the connection ends first. */
  publish(payload: string, done: () => void): void;
  /** Cuts the line without a word: the broker sends the last will. */
  cut(): void;
  /** Says offline, then disconnects; bounded. */
  leave(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5_000;
const LEAVE_TIMEOUT_MS = 1_000;

export function openConnection(options: ConnectionOptions): Connection {
  const data = stationTopic(options.topicRoot, options.address, "data");
  const status = stationTopic(options.topicRoot, options.address, "status");
  const statusText = (online: boolean) => JSON.stringify({ online, time: options.now() });
  let closed = false;
  let reason = "the connection was closed";

  const client: MqttClient = connect(options.mqttUrl, {
    clientId: `${options.topicRoot}-${options.address.station}`,
    clean: false,
    reconnectPeriod: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // the will's time is that of the connection: when it will be needed is not known
    will: { topic: status, payload: Buffer.from(statusText(false)), qos: 1, retain: true },
  });
  const close = () => {
    if (closed) return;
    closed = true;
    client.end(true);
    options.onClosed(reason);
  };
  client.on("connect", ({ sessionPresent }) => {
    client.publish(status, statusText(true), { qos: 1, retain: true }, () => undefined);
    options.onConnected(sessionPresent);
  });
  client.on("error", (error) => {
    reason = error.message || String(error);
    close();
  });
  client.on("close", close);

  return {
    get connected() {
      return client.connected && !closed;
    },
    publish(payload, done) {
      client.publish(data, payload, { qos: 1 }, (error) => {
        if (!closed && !error) done();
      });
    },
    cut: close,
    async leave() {
      if (client.connected) {
        const said = client.publishAsync(status, statusText(false), { qos: 1, retain: true });
        const { promise: late, resolve } = Promise.withResolvers<void>();
        const timer = setTimeout(resolve, LEAVE_TIMEOUT_MS);
        await Promise.race([said.then(() => client.endAsync()).catch(() => undefined), late]);
        clearTimeout(timer);
      }
      close();
    },
  };
}
