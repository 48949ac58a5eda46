/** `kill -9` of ingest in mid-stream, again and again: every message the broker took is stored once. */
import { describe, expect, it } from "vitest";
import { toRows } from "#shared/influx/rows.ts";
import { readLedger, totalOf } from "#shared/ledger/ledger.ts";
import { pause, waitFor } from "#shared/runtime/wait-for.ts";
import { createPublisher } from "#test/support/publisher.ts";
import { DATA_TOPIC, testRegistryFiles } from "#test/support/registry.ts";
import { useSystem } from "#test/support/system.ts";

const MESSAGES = 30_000;
const KILLS = 4;
const START = Date.UTC(2026, 0, 1);
const STEP_MS = 300_000;

describe("kill -9 of ingest in mid-stream", () => {
  const outfall = useSystem({ registry: testRegistryFiles() });

  it(`${KILLS} times during ${MESSAGES} messages: nothing lost, nothing counted twice`, async () => {
    const { system } = outfall;
    const ingest = system.services.get("ingest");
    if (ingest === undefined) throw new Error("no ingest");
    const station = await createPublisher(system.stack.mqttUrl, "sim-s1");
    let next = 0;
    /** Keeps 200 publishes under way, in order, up to a message. */
    const publishUpTo = (end: number) =>
      Promise.all(
        Array.from({ length: 200 }, async () => {
          while (next < end) {
            const index = next++;
            const time = START + index * STEP_MS;
            await station.publish(DATA_TOPIC, { time, readings: { cod: index % 130, ph: 7 } });
          }
        }),
      );
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const publishing = publishUpTo((MESSAGES * kill) / KILLS);
      // somewhere inside a commit, a write or between; where, is chance
      await pause(50 + Math.random() * 250);
      await ingest.stop("SIGKILL");
      await ingest.restart();
      await publishing;
    }
    await station.close();
    await waitFor(
      async () => {
        const totals = totalOf(await readLedger(system.influx));
        return totals.stored >= MESSAGES && totals.inJournal === 0;
      },
      { what: `${MESSAGES} samples stored`, timeoutMs: 45_000 },
    );
    const totals = totalOf(await readLedger(system.influx));
    expect(totals).toMatchObject({ stored: MESSAGES, conflict: 0, quarantined: 0, balance: 0 });
    const [row] = toRows(await system.influx.query('SELECT count(cod) FROM "raw"."effluent"'));
    expect(row?.count).toBe(MESSAGES);
  });
});
