/**
 * Sends messages as their stations sent them: the same bytes to the same topic, QoS 1. In: a broker; out: whether it
 * took them. MQTT 5, because only there a broker says that it refused a message or that nobody subscribes.
 */
import { connectAsync, type MqttClient } from "mqtt";
import { stationPassword } from "#services/provision/broker/password.ts";
import { stationOf } from "./survey.ts";

export interface Republisher {
  /** Undefined once the broker took it for somebody; else why not. @throws when the broker is away. */
  publish(topic: string, payload: Buffer): Promise<string | undefined>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;
const MOST_CONNECTIONS = 50;
const NO_SUBSCRIBER = 0x10;
const NOT_AUTHORIZED = 0x87;
const BAD_PASSWORD = 0x86;
const FIRST_REFUSAL = 0x80;

interface Connection {
  readonly client: MqttClient;
  /** Packet ids that nobody subscribes to: MQTT.js takes that for a success and does not tell. */
  readonly unheard: Set<number>;
}

/** @param stationSecret where only stations may publish: each message is sent with its station's own password */
export function createRepublisher(options: { url: string; stationSecret?: string | undefined }): Republisher {
  const { url, stationSecret } = options;
  const connections = new Map<string, Promise<Connection>>();

  function connectionFor(topic: string): Promise<Connection> {
    const user = stationSecret === undefined ? "" : stationOf(topic);
    const known = connections.get(user);
    if (known !== undefined) return known;
    const opened = connect(user);
    connections.set(user, opened);
    return opened;
  }

  async function connect(user: string): Promise<Connection> {
    const client = await connectAsync(stationSecret === undefined ? url : withoutUser(url), {
      protocolVersion: 5,
      clean: true,
      // never a station's own id: that would end its connection
      clientId: `outfall-retry-${process.pid}-${user}`.slice(0, 64),
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectPeriod: 0,
      ...(stationSecret === undefined
        ? {}
        : { username: user, password: stationPassword(stationSecret, user) }),
    });
    const unheard = new Set<number>();
    client.on("packetreceive", (packet) => {
      if (packet.cmd !== "puback" || packet.reasonCode !== NO_SUBSCRIBER) return;
      if (packet.messageId !== undefined) unheard.add(packet.messageId);
    });
    return { client, unheard };
  }

  async function makeRoom(): Promise<void> {
    const [oldest] = connections;
    if (connections.size <= MOST_CONNECTIONS || oldest === undefined) return;
    connections.delete(oldest[0]);
    await oldest[1].then(
      ({ client }) => client.endAsync(),
      () => undefined,
    );
  }

  return {
    async publish(topic, payload) {
      await makeRoom();
      try {
        const { client, unheard } = await connectionFor(topic);
        const taken = client.publishAsync(topic, payload, { qos: 1 });
        const id = client.getLastMessageId();
        await taken;
        return unheard.delete(id) ? refusalOf(NO_SUBSCRIBER) : undefined;
      } catch (error) {
        const { code } = error as { code?: unknown };
        if (typeof code === "number" && code >= FIRST_REFUSAL) return refusalOf(code);
        throw error;
      }
    },
    async close() {
      const opened = await Promise.allSettled(connections.values());
      connections.clear();
      await Promise.allSettled(
        opened.map((result) => (result.status === "fulfilled" ? result.value.client.endAsync() : undefined)),
      );
    },
  };
}

/** What an address says of user and password wins over everything else. */
function withoutUser(url: string): string {
  const address = new URL(url);
  address.username = "";
  address.password = "";
  return address.href;
}

function refusalOf(code: number): string {
  if (code === NO_SUBSCRIBER) return "nobody subscribes to its topic on this broker: is it ingest's?";
  if (code === NOT_AUTHORIZED || code === BAD_PASSWORD)
    return "the broker does not let this user publish for the station: run outfall provision if the registry has changed; set OUTFALL_MQTT_STATION_SECRET, or name a user that may in OUTFALL_MQTT_URL";
  return `the broker refused it (reason code ${code})`;
}
