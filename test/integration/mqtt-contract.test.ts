/** What ingest relies on in MQTT.js and the broker, tried on the real ones: an upgrade that breaks it must not pass. */
import { connect, connectAsync, type IPublishPacket, type MqttClient } from "mqtt";
import { describe, expect, it } from "vitest";
import { encodePubacks } from "#services/ingest/receive/puback.ts";
import { type Arrival, createSubscriber } from "#services/ingest/receive/subscriber.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { createPublisher } from "#test/support/publisher.ts";
import { useStack } from "#test/support/stack.ts";

const context = useStack(["mosquitto"]);
const DEFERRED = new Error("acknowledged later");

/** A client whose acknowledgements are ours to send. */
async function deferringClient(options: { clientId: string; version: 4 | 5; keepalive?: number }) {
  const client = connect(context.stack.mqttUrl, {
    clientId: options.clientId,
    clean: false,
    protocolVersion: options.version,
    reconnectPeriod: 0,
    resubscribe: false,
    keepalive: options.keepalive ?? 60,
    ...(options.version === 5 ? { properties: { sessionExpiryInterval: 600 } } : {}),
  });
  const received: IPublishPacket[] = [];
  const sent: string[] = [];
  client.on("packetsend", ({ cmd }) => sent.push(cmd));
  client.handleMessage = (packet, done) => {
    received.push(packet);
    done(packet.qos === 0 ? undefined : DEFERRED);
  };
  // the handler stands before the connection does: what was queued comes in the same breath as the CONNACK
  await waitFor(() => client.connected, { what: "the connection" });
  return { client, received, sent };
}

const texts = (packets: readonly IPublishPacket[]) => packets.map(({ payload }) => payload.toString());
const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);

async function publishAll(topic: string, payloads: readonly string[], qos: 1 | 2 = 1): Promise<void> {
  const station = await createPublisher(context.stack.mqttUrl);
  for (const payload of payloads) await station.client.publishAsync(topic, payload, { qos });
  await station.close();
}
const received = (list: readonly unknown[], count: number) =>
  waitFor(() => list.length >= count, { what: `${count} messages, ${list.length} came` });
const drop = (client: MqttClient) =>
  new Promise<void>((resolve) => {
    client.once("close", () => resolve());
    client.stream.destroy();
  });

describe.each([4, 5] as const)("MQTT.js, protocol version %d", (version) => {
  const topic = `contract/${version}`;

  it("sends no PUBACK when handleMessage answers with an error, and reads on", async () => {
    const {
      client,
      received: packets,
      sent,
    } = await deferringClient({ clientId: `defer${version}`, version });
    await client.subscribeAsync(topic, { qos: 1 });
    await publishAll(topic, numbers(100));
    await received(packets, 100);
    expect(sent.filter((command) => command === "puback")).toEqual([]);
    await drop(client);
    await client.endAsync(true);

    const again = await deferringClient({ clientId: `defer${version}`, version });
    await received(again.received, 100);
    expect(texts(again.received)).toEqual(numbers(100));
    expect(again.received.every(({ dup }) => dup)).toBe(true);
    await again.client.endAsync(true);
  });

  it("PUBACKs written to its stream count, and a session that is there needs no second subscription", async () => {
    const { client, received: packets } = await deferringClient({ clientId: `ack${version}`, version });
    await client.subscribeAsync(topic, { qos: 1 });
    await publishAll(topic, numbers(60));
    await received(packets, 60);
    client.stream.write(encodePubacks(packets.slice(0, 40).map(({ messageId }) => messageId as number)));
    // an answer to what was written later shows that the broker has read the acknowledgements
    await client.publishAsync("contract/fence", "", { qos: 1 });
    await drop(client);
    await client.endAsync(true);
    await publishAll(topic, ["late"]);

    const again = await deferringClient({ clientId: `ack${version}`, version });
    await received(again.received, 21);
    expect(texts(again.received)).toEqual([...numbers(60).slice(40), "late"]);
    await again.client.endAsync(true);
  });

  it("a message of QoS 2 reaches a subscription of QoS 1 as QoS 1", async () => {
    const { client, received: packets } = await deferringClient({ clientId: `qos${version}`, version });
    await client.subscribeAsync(`${topic}/two`, { qos: 1 });
    await publishAll(`${topic}/two`, ["exactly"], 2);
    await received(packets, 1);
    expect(packets[0]?.qos).toBe(1);
    await client.endAsync(true);
  });

  it("stays connected while nothing is acknowledged for more than twice its keepalive", async () => {
    const {
      client,
      received: packets,
      sent,
    } = await deferringClient({
      clientId: `alive${version}`,
      version,
      keepalive: 1,
    });
    await client.subscribeAsync(`${topic}/alive`, { qos: 1 });
    await publishAll(`${topic}/alive`, ["held"]);
    await received(packets, 1);
    await waitFor(() => sent.filter((command) => command === "pingreq").length >= 3, { what: "three pings" });
    expect(client.connected).toBe(true);
    await client.endAsync(true);
  });
});

describe("the subscriber", () => {
  it("drops the receipts of an earlier connection: the broker sends those messages again", async () => {
    const arrivals: Arrival[] = [];
    const subscriber = createSubscriber({
      url: context.stack.mqttUrl,
      clientId: "stale-receipts",
      subscriptions: ["contract/stale"],
      now: Date.now,
      onArrival: (arrival) => arrivals.push(arrival) > 0,
      log: silentLogger,
    });
    await subscriber.start();
    await publishAll("contract/stale", numbers(10));
    await received(arrivals, 10);
    const stale = arrivals.splice(0);
    subscriber.reconnect();
    await received(arrivals, 10);
    // the same packet ids, but of a connection that is gone: were they sent, the broker would forget the messages
    subscriber.acknowledge(stale);
    subscriber.reconnect();
    await received(arrivals, 20);
    expect(arrivals.slice(10).map(({ payload }) => payload.toString())).toEqual(numbers(10));
    subscriber.acknowledge(arrivals.slice(10));
    await publishAll("contract/stale", ["after"]);
    await received(arrivals, 21);
    subscriber.reconnect();
    await received(arrivals, 22);
    expect(arrivals.at(-1)?.payload.toString()).toBe("after");
    await subscriber.close();
  });

  it("notices a session that the broker has lost, and takes a first start for none", async () => {
    const subscriber = createSubscriber({
      url: context.stack.mqttUrl,
      clientId: "lost-session",
      subscriptions: ["contract/lost"],
      now: Date.now,
      onArrival: () => true,
      log: silentLogger,
    });
    await subscriber.start();
    subscriber.reconnect();
    await waitFor(() => !subscriber.connected, { what: "the end of the connection", everyMs: 1 });
    await waitFor(() => subscriber.connected, { what: "the next connection" });
    expect(subscriber.sessionsLost).toBe(0);
    // a client of the same name that wants a clean session ends ours
    const thief = await connectAsync(context.stack.mqttUrl, { clientId: "lost-session", clean: true });
    await thief.endAsync();
    await waitFor(() => subscriber.connected && subscriber.sessionsLost === 1, {
      what: "the loss is noticed",
    });
    await subscriber.close();
  });
});
