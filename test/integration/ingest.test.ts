import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createIngest, type Ingest } from "#services/ingest/ingest.ts";
import type { QuarantinedSample } from "#services/ingest/quarantine/quarantine.ts";
import { createBatchPreparer } from "#services/ingest/store/prepare-batch.ts";
import { createSampleSorter } from "#services/ingest/store/sort-samples.ts";
import { createStationMemories } from "#services/ingest/store/station-memory.ts";
import { FUTURE_MS, judgeMessage } from "#services/ingest/validate/judge-message.ts";
import { createTopicRouter } from "#services/ingest/validate/route-topic.ts";
import { toRows } from "#shared/influx/rows.ts";
import { readLedger, totalOf } from "#shared/ledger/ledger.ts";
import { createQueue } from "#shared/queue/bull.ts";
import type { Sample } from "#shared/reading/sample.ts";
import { systemClock } from "#shared/runtime/clock.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { createPublisher, type TestPublisher } from "#test/support/publisher.ts";
import { DATA_TOPIC, testRegistry } from "#test/support/registry.ts";
import { useStack } from "#test/support/stack.ts";

const context = useStack();
let ingest: Ingest;
let station: TestPublisher;
const dataDir = () => join(context.folder, "ingest");

function newIngest(): Ingest {
  return createIngest({
    registry: testRegistry(),
    mqttUrl: context.stack.mqttUrl,
    redis: { url: context.stack.redisUrl, prefix: "test" },
    influx: context.influx,
    root: "outfall-sim",
    dataDir: dataDir(),
    clock: systemClock,
    log: silentLogger,
  });
}

beforeAll(async () => {
  ingest = newIngest();
  await ingest.start();
  station = await createPublisher(context.stack.mqttUrl);
});
afterAll(async () => {
  await station?.close();
  await ingest?.close();
});

const settled = (received: number) =>
  waitFor(() => ingest.status().received === received && ingest.status().inJournal === 0, {
    what: `${received} samples received and done with, is ${JSON.stringify(ingest.status())}`,
  });
const quarantine = async (): Promise<QuarantinedSample[]> => {
  const folder = join(dataDir(), "quarantine");
  const days = (await readdir(folder)).sort();
  const texts = await Promise.all(days.map((name) => readFile(join(folder, name), "utf8")));
  return texts
    .join("")
    .split("\n")
    .filter(Boolean)
    .map((text) => JSON.parse(text) as QuarantinedSample);
};
const minutesAgo = (minutes: number) => Math.floor(Date.now() / 60_000) * 60_000 - minutes * 60_000;

describe("what ingest is given", () => {
  it("is stored as one wide row, with withheld values apart", async () => {
    const time = minutesAgo(10);
    await station.publish(DATA_TOPIC, {
      time,
      readings: {
        ph: 7.1,
        cod: { value: 41.2, status: "calibrating" },
        nh4: { value: 0, status: "fault" },
        tss: { value: 40_000, unit: "µg/L" },
      },
    });
    await settled(1);
    const rows = toRows(await context.influx.query('SELECT * FROM "raw"."effluent"'));
    expect(rows).toEqual([
      expect.objectContaining({
        time,
        zone: "sim-z",
        plant: "sim-p",
        station: "sim-s1",
        ph: 7.1,
        cod_withheld: 41.2,
        cod_flag: 2,
        nh4_flag: 9,
        tss: 40,
      }),
    ]);
    const screen = createQueue("screen", { url: context.stack.redisUrl, prefix: "test" }, silentLogger);
    expect((await screen.counts()).waiting).toBe(1);
    await screen.close();
  });

  it("is told apart: duplicate, merge, conflict", async () => {
    const time = minutesAgo(10);
    await station.publish(DATA_TOPIC, { time, readings: { tss: 40, ph: 7.1 } }); // a resend, in part
    await station.publish(DATA_TOPIC, { time, readings: { flow: 12 } }); // another parameter
    await station.publish(DATA_TOPIC, { time, readings: { ph: 9.9, flow: 12 } }); // another value
    await settled(4);
    expect(ingest.status()).toMatchObject({
      stored: 2,
      duplicate: 1,
      conflict: 1,
      quarantined: 0,
      balance: 0,
    });
    expect(await quarantine()).toMatchObject([{ code: "conflict", detail: "ph: stored 7.1, received 9.9" }]);
    const rows = toRows(await context.influx.query('SELECT * FROM "raw"."effluent"'));
    expect(rows).toEqual([expect.objectContaining({ ph: 7.1, flow: 12 })]);
  });

  it("is quarantined with a reason of its own when it is bad, and acknowledged; the worker lives", async () => {
    const time = minutesAgo(5);
    const before = ingest.status();
    const bad: [topic: string, payload: unknown, code: string][] = [
      ["outfall-sim/v1/sim-z/sim-p/sim-nobody/data", { time, readings: { ph: 7 } }, "station-unknown"],
      ["outfall-sim/v1/sim-x/sim-p/sim-s1/data", { time, readings: { ph: 7 } }, "station-misplaced"],
      ["outfall-sim/v1/hello", { time, readings: { ph: 7 } }, "topic-unknown"],
      [DATA_TOPIC, '{"time": 17, "readings', "json-malformed"],
      [DATA_TOPIC, "", "json-malformed"],
      [DATA_TOPIC, `{"time":${time},"readings":{"ph":NaN}}`, "not-a-number"],
      [DATA_TOPIC, { time, readings: { ph: "7.1" } }, "not-a-number"],
      [DATA_TOPIC, `{"time":${time},"readings":{"ph":1e999}}`, "not-a-number"],
      [DATA_TOPIC, { time, readings: { cod: { value: 3, unit: "furlong" } } }, "unit-wrong"],
      [DATA_TOPIC, { time: Date.now() + 600_000, readings: { ph: 7 } }, "time-future"],
      [DATA_TOPIC, { time: "yesterday", readings: { ph: 7 } }, "time-invalid"],
      [DATA_TOPIC, { readings: { ph: 7 } }, "time-missing"],
      [DATA_TOPIC, { time, readings: {} }, "readings-missing"],
      [DATA_TOPIC, { time, readings: { ph: { value: 7, status: "05" } } }, "status-unknown"],
      [DATA_TOPIC, `{"time":${time},"readings":{"__proto__":{"value":1}}}`, "parameter-invalid"],
      [DATA_TOPIC, "[]", "shape-wrong"],
      [DATA_TOPIC, "17", "shape-wrong"],
      [DATA_TOPIC, Buffer.alloc(5_000_000, 0x20), "payload-too-large"],
      [DATA_TOPIC, Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x01]), "not-text"],
    ];
    for (const [topic, payload] of bad) await station.publish(topic, payload);
    await settled(before.received + bad.length);
    expect(ingest.status()).toMatchObject({ quarantined: bad.length, stored: before.stored, balance: 0 });
    expect((await quarantine()).slice(1).map(({ code }) => code)).toEqual(bad.map(([, , code]) => code));

    await station.publish(DATA_TOPIC, { time, readings: { ph: 7.2 } });
    await settled(before.received + bad.length + 1);
    expect(ingest.status().stored).toBe(before.stored + 1);
  });

  it("is counted in the stored ledger, and nothing stays with the broker", async () => {
    const received = ingest.status().received;
    await waitFor(async () => totalOf(await readLedger(context.influx)).received === received, {
      what: "the ledger in InfluxDB has caught up",
    });
    expect(totalOf(await readLedger(context.influx))).toMatchObject({ balance: 0, inJournal: 0 });
    // a second life on the same journal and session: the broker has nothing to send again
    await ingest.close();
    ingest = newIngest();
    await ingest.start();
    await station.publish(DATA_TOPIC, { time: minutesAgo(1), readings: { ph: 7.3 } });
    await settled(received + 1);
    expect(ingest.status()).toMatchObject({ stored: 4, duplicate: 1, balance: 0 });
  });
});

describe("when a server goes away", () => {
  it("the journal takes over and nothing is lost or doubled", async () => {
    const before = ingest.status();
    await context.stack.stop("influxdb", "SIGKILL");
    await context.stack.stop("redis");
    const base = Date.UTC(2026, 0, 1);
    const count = 25_000;
    await Promise.all(
      Array.from({ length: count }, (_, index) =>
        station.publish(DATA_TOPIC, { time: base + index * 300_000, readings: { cod: index % 100, ph: 7 } }),
      ),
    );
    await waitFor(() => ingest.status().received === before.received + count, {
      what: "everything is in the journal",
    });
    expect(ingest.status().inJournal).toBeGreaterThan(20_000);
    await Promise.all([context.stack.restart("influxdb"), context.stack.restart("redis")]);
    await waitFor(() => ingest.status().inJournal === 0, {
      what: "the journal is empty again",
      timeoutMs: 50_000,
    });
    expect(ingest.status()).toMatchObject({
      stored: before.stored + count,
      duplicate: 1,
      balance: 0,
      forgotten: 0,
    });
    const [row] = toRows(
      await context.influx.query(
        `SELECT count(cod) FROM "raw"."effluent" WHERE time < ${base + count * 300_000}ms`,
      ),
    );
    expect(row?.count).toBe(count);
  });
});

describe("a batch that pushes known times out of a station's ring", () => {
  it("still knows what it resends behind them", async () => {
    const sorter = createSampleSorter(context.influx, createStationMemories({ influx: context.influx }));
    const base = Date.UTC(2025, 0, 1);
    const sample = (index: number): Sample => ({
      zone: "sim-z",
      plant: "sim-p",
      station: "sim-ring",
      time: base + index * 300_000,
      receivedAt: base,
      readings: [{ parameter: "cod", value: index, status: "measuring", flag: 1 }],
    });
    const first = Array.from({ length: 600 }, (_, index) => sample(index));
    const next = Array.from({ length: 1_300 }, (_, index) => sample(600 + index));
    const kinds = async (samples: Sample[]) => {
      const sorted = Map.groupBy(await sorter.sort(samples), ({ kind }) => kind);
      return Object.fromEntries([...sorted].map(([kind, items]) => [kind, items.length]));
    };
    expect(await kinds(first)).toEqual({ store: 600 });
    expect(await kinds([...next, ...first])).toEqual({ store: 1_300, duplicate: 600 });
  });
});

describe("a batch that resends more than a station's ring holds of what it stores itself", () => {
  it("ends before it, so that nothing of it is stored twice", async () => {
    const memories = createStationMemories({ influx: context.influx });
    const registry = testRegistry();
    const route = createTopicRouter("outfall-sim", registry);
    const preparer = createBatchPreparer({
      route,
      judge: (message) => judgeMessage(message, { route, futureMs: FUTURE_MS, retentionMs: undefined }),
      sorter: createSampleSorter(context.influx, memories),
      memories,
    });
    const base = Date.UTC(2020, 0, 1);
    const messages = [0, 1].flatMap((again) =>
      Array.from({ length: 2_000 }, (_, index) => {
        const time = base + index * 300_000;
        const payload = Buffer.from(JSON.stringify({ time, readings: { cod: index % 100 } }));
        return { topic: DATA_TOPIC, payload, size: payload.length, receivedAt: base + 1e10 + again };
      }),
    );
    const became: Record<string, number> = {};
    let batches = 0;
    for (let taken = 0; taken < messages.length; batches += 1) {
      const batch = await preparer.prepare(messages.slice(taken), 1 + taken, async () => undefined);
      expect(batch.nextSeq).toBeGreaterThan(1 + taken);
      for (const { outcome, samples } of batch.outcomes) became[outcome] = (became[outcome] ?? 0) + samples;
      for (const { text } of batch.rows) await context.influx.write("raw", text);
      taken = batch.nextSeq - 1;
    }
    expect(became).toEqual({ stored: 2_000, duplicate: 2_000 });
    expect(batches).toBeGreaterThan(1);
  });
});
