/**
 * Several workers of ingest, and changes of their number while stations publish. Every message is stored once, the
 * ledger accounts for each, and no session is left behind.
 */
import { describe, expect, it } from "vitest";
import { toRows } from "#shared/influx/rows.ts";
import { readLedger, totalOf } from "#shared/ledger/ledger.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import {
  createIngestRun,
  handedOver,
  hasSession,
  startStations,
  writeRegistry,
} from "#test/support/ingest-run.ts";
import { createPublisher } from "#test/support/publisher.ts";
import { type TestStack, useStack } from "#test/support/stack-keep.ts";
import { zonesRegistryFiles, zonesTopics } from "#test/support/zones-registry.ts";

const ZONES = 8;
const STATIONS = 2;
const topics = zonesTopics(ZONES, STATIONS);
const registryFiles = zonesRegistryFiles(ZONES, STATIONS);

const ledger = async ({ influx }: TestStack) => totalOf(await readLedger(influx));

/** So many samples, each once, in the database and by the ledger; what came twice is counted as a duplicate. */
async function expectStoredOnce(context: TestStack, samples: number): Promise<void> {
  await waitFor(
    async () => {
      const { stored, inJournal } = await ledger(context);
      return stored >= samples && inJournal === 0;
    },
    { what: `${samples} samples stored` },
  );
  console.log(context.folder, samples, JSON.stringify(await ledger(context)));
  expect(await ledger(context)).toMatchObject({ stored: samples, conflict: 0, quarantined: 0, balance: 0 });
  const [row] = toRows(await context.influx.query('SELECT count(cod) FROM "raw"."effluent"'));
  expect(row?.count).toBe(samples);
}

describe("workers of one machine", () => {
  const context = useStack();

  it("1 to 3 to 2 to 1 while stations publish, one killed in mid-handover: nothing lost, nothing stored twice", async () => {
    const ingest = createIngestRun(context, await writeRegistry(context, registryFiles), "data");
    const publisher = await createPublisher(context.stack.mqttUrl);
    await ingest.run();
    await handedOver(context, "w1");
    const stations = startStations(publisher, topics);
    await waitFor(async () => (await ledger(context)).stored > 500, { what: "one worker stores" });

    await ingest.run("--workers", "3");
    const waiting = await waitFor(
      async () => {
        const worker = await ingest.worker("ingest-w2");
        return !worker.storing && worker;
      },
      { what: "the second worker to wait for the first", everyMs: 5 },
    );
    process.kill(waiting.pid, "SIGKILL");
    await handedOver(context, "w1", "w2", "w3");
    const before = stations.published;
    await waitFor(() => stations.published > before + 1_000, { what: "three workers at work" });

    await ingest.run("--workers", "2");
    await handedOver(context, "w1", "w2");
    await ingest.run();
    await handedOver(context, "w1");

    await expectStoredOnce(context, await stations.stop());
    expect(await ingest.stop()).toBe(0);
    await publisher.close();
    const sessions = ["w1", "w2", "w3"].map((worker) => hasSession(context, worker));
    expect(await Promise.all(sessions)).toEqual([true, false, false]);
  });
});

describe("workers as pods", () => {
  const context = useStack();

  it("1 to 2, and back to 1 before the second has taken over: nothing lost, nothing stored twice", async () => {
    const registry = await writeRegistry(context, registryFiles);
    const first = createIngestRun(context, registry, "pod-1");
    const second = createIngestRun(context, registry, "pod-2");
    const publisher = await createPublisher(context.stack.mqttUrl);
    await first.run("--worker", "1", "--of", "1");
    await handedOver(context, "w1");
    const stations = startStations(publisher, topics);

    await first.run("--worker", "1", "--of", "2");
    const { stored } = await ledger(context);
    await waitFor(async () => (await ledger(context)).stored > stored + 1_000, {
      what: "the first to store everything until the second is there",
    });
    await second.run("--worker", "2", "--of", "2");
    await waitFor(async () => !(await second.worker("ingest-w2")).storing, {
      what: "the second to wait for the first",
      everyMs: 5,
    });
    await Promise.all([second.run("--worker", "2", "--of", "1"), first.run("--worker", "1", "--of", "1")]);
    expect(await second.finished).toBe(0);
    await handedOver(context, "w1");

    await expectStoredOnce(context, await stations.stop());
    expect(await first.stop()).toBe(0);
    await publisher.close();
    const sessions = ["w1", "w2"].map((worker) => hasSession(context, worker));
    expect(await Promise.all(sessions)).toEqual([true, false]);
  });
});
