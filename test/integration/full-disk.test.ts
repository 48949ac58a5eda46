/** A disk that the journal itself has filled: it must come free again by itself. Needs root, for a small file system. */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createIngest } from "#services/ingest/ingest.ts";
import { openJournal } from "#services/ingest/journal/journal.ts";
import { systemClock } from "#shared/runtime/clock.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { mountSmallDisk } from "#test/faults/world/small-disk.ts";
import { createPublisher } from "#test/support/publisher.ts";
import { DATA_TOPIC, testRegistry } from "#test/support/registry.ts";
import { useStack } from "#test/support/stack.ts";

const context = useStack();

it("filled while InfluxDB is away, it stops acknowledging, and goes on by itself when InfluxDB is back", async ({
  skip,
}) => {
  const dataDir = join(context.folder, "small");
  const disk = await mountSmallDisk(dataDir, "3m");
  if (disk === undefined) return skip("no small file system can be mounted here (root needed)");
  const ingest = createIngest({
    registry: testRegistry(),
    mqttUrl: context.stack.mqttUrl,
    redis: { url: context.stack.redisUrl, prefix: "full-disk" },
    influx: context.influx,
    root: "outfall-sim",
    dataDir,
    clock: systemClock,
    log: silentLogger,
    archiveDays: 1,
  });
  const station = await createPublisher(context.stack.mqttUrl);
  try {
    await ingest.start();
    await context.stack.stop("influxdb", "SIGKILL");
    const count = 30_000;
    const base = Date.UTC(2026, 0, 1);
    await Promise.all(
      Array.from({ length: count }, (_, index) =>
        station.publish(DATA_TOPIC, { time: base + index * 300_000, readings: { cod: index % 100, ph: 7 } }),
      ),
    );
    await waitFor(() => ingest.status().stuck, { what: "the disk is full" });
    const { received } = ingest.status();
    expect(received).toBeLessThan(count);
    // whatever room is left goes too, but for the reserve
    await disk.fill();
    await context.stack.restart("influxdb");
    await waitFor(() => ingest.status().stored >= received, {
      what: `${received} stored, is ${JSON.stringify(ingest.status())}`,
      timeoutMs: 40_000,
    });
    await disk.free();
    await waitFor(() => ingest.status().stored === count && ingest.status().inJournal === 0, {
      what: `all ${count} stored, is ${JSON.stringify(ingest.status())}`,
      timeoutMs: 40_000,
    });
    expect(ingest.status()).toMatchObject({ stored: count, quarantined: 0, balance: 0 });
  } finally {
    await station.close();
    await ingest.close();
    await disk.close();
  }
}, 110_000);

it("lost records of a damaged journal show as a balance that is not zero", async () => {
  const dataDir = join(context.folder, "damaged");
  const folder = join(dataDir, "journal");
  const journal = await openJournal({ folder }, 1);
  for (let commit = 0; commit < 3; commit += 1) {
    await journal.append(
      Array.from({ length: 10 }, (_, index) => {
        const time = Date.UTC(2025, 2, 1) + (commit * 10 + index) * 300_000;
        const payload = Buffer.from(JSON.stringify({ time, readings: { ph: 7 } }));
        return { topic: DATA_TOPIC, payload, size: payload.length, receivedAt: Date.now() };
      }),
    );
  }
  await journal.close();
  const [name] = (await readdir(folder)).filter((file) => file.endsWith(".segment"));
  const file = join(folder, name as string);
  const bytes = await readFile(file);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] as number) ^ 0xff;
  await writeFile(file, bytes);
  const ingest = createIngest({
    registry: testRegistry(),
    mqttUrl: context.stack.mqttUrl,
    redis: { url: context.stack.redisUrl, prefix: "damaged" },
    influx: context.influx,
    root: "outfall-sim",
    dataDir,
    clock: systemClock,
    log: silentLogger,
  });
  await ingest.start();
  await waitFor(() => ingest.status().stored === 20, { what: "what is left is stored" });
  expect(ingest.status()).toMatchObject({ received: 30, stored: 20, inJournal: 0, balance: 10 });
  await ingest.close();
  await rm(dataDir, { recursive: true, force: true });
}, 60_000);
