/** One worker among others whose records are written by the test: what it does until they have done their part. */
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createIngest, type Ingest } from "#services/ingest/ingest.ts";
import { ownerOf } from "#services/ingest/workers/owner.ts";
import { toRows } from "#shared/influx/rows.ts";
import { zonesTopic } from "#shared/mqtt/control-topics.ts";
import { encodeWorkerZones } from "#shared/mqtt/worker-zones.ts";
import { systemClock } from "#shared/runtime/clock.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { createPublisher } from "#test/support/publisher.ts";
import { DATA_TOPIC, testRegistry } from "#test/support/registry.ts";
import { useStack } from "#test/support/stack.ts";

const context = useStack();
const ME = ownerOf("sim-z", 2);
const OTHER = 3 - ME;
const TIME = Date.UTC(2026, 0, 1);
let ingest: Ingest | undefined;

async function start(): Promise<Ingest> {
  const started = createIngest({
    registry: testRegistry(),
    mqttUrl: context.stack.mqttUrl,
    redis: { url: context.stack.redisUrl, prefix: "test" },
    influx: context.influx,
    root: "outfall-sim",
    dataDir: join(context.folder, "worker"),
    clock: systemClock,
    log: silentLogger,
    me: ME,
    workers: 2,
  });
  ingest = started;
  await started.start();
  return started;
}
afterEach(() => ingest?.close());

/** The other worker's record as the broker retains it; undefined ends it. */
async function otherHas(zones: { subscribed: string[]; leaving: string[] } | undefined): Promise<void> {
  const { client, close } = await createPublisher(context.stack.mqttUrl);
  const text = zones === undefined ? "" : encodeWorkerZones({ workers: 1, storing: true, ...zones });
  await client.publishAsync(zonesTopic("outfall-sim", `w${OTHER}`), text, { qos: 1, retain: true });
  await close();
}

describe("a worker whose zone another one still stores", () => {
  it("journals and acknowledges, stores only when the other has left, and knows the other's rows after a restart", async () => {
    await otherHas({ subscribed: ["sim-z"], leaving: [] });
    const waiting = await start();
    const station = await createPublisher(context.stack.mqttUrl);
    for (let index = 0; index < 20; index += 1)
      await station.publish(DATA_TOPIC, { time: TIME + index * 300_000, readings: { cod: index } });
    await waitFor(() => waiting.status().inJournal === 20, { what: "20 samples journaled" });
    await waitFor(() => waiting.status().troubles.includes(`waiting for w${OTHER} to leave`), {
      what: "it to say whom it waits for",
    });
    // the other one had them too: half of them stored, received a little later there
    const later = Date.now() + 1_000;
    const lines = Array.from(
      { length: 10 },
      (_, index) =>
        `effluent,zone=sim-z,plant=sim-p,station=sim-s1 cod=${index},received=${later}i ${TIME + index * 300_000}`,
    );
    await context.influx.write("raw", lines.join("\n"));
    await waiting.close();

    const again = await start();
    expect(again.status()).toMatchObject({ received: 20, inJournal: 20, stored: 0 });
    await otherHas(undefined);
    await waitFor(() => again.status().inJournal === 0, { what: "20 samples done with" });
    expect(again.status()).toMatchObject({
      received: 20,
      stored: 10,
      duplicate: 10,
      balance: 0,
      troubles: [],
    });
    const [row] = toRows(await context.influx.query('SELECT count(cod) FROM "raw"."effluent"'));
    expect(row?.count).toBe(20);
    await station.close();
  });

  it("goes on storing after a restart whatever another one claims: the right to store is kept", async () => {
    const first = await start();
    await waitFor(() => first.status().connected, { what: "a connection" });
    await first.close();
    await otherHas({ subscribed: ["sim-z"], leaving: [] });
    const again = await start();
    const station = await createPublisher(context.stack.mqttUrl);
    await station.publish(DATA_TOPIC, { time: TIME + 86_400_000, readings: { cod: 1 } });
    await waitFor(() => again.status().stored === 11, { what: "one more sample stored" });
    await station.close();
    await otherHas(undefined);
  });
});
