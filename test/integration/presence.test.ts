/** What stations owe and do not give, through real servers: a station never seen, one without COD, a clock seven hours behind and one ahead. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Compliance, createCompliance } from "#services/compliance/compliance.ts";
import { createIngest, type Ingest } from "#services/ingest/ingest.ts";
import type { Incident } from "#shared/incident/incident.ts";
import { readIncidentEvents, readIncidents } from "#shared/incident/incident-points.ts";
import { readQuarantineRows } from "#shared/quarantine/quarantine-points.ts";
import { createQueue } from "#shared/queue/bull.ts";
import { parseRegistry } from "#shared/registry/load.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { createPublisher, type TestPublisher } from "#test/support/publisher.ts";
import { testRegistryFiles } from "#test/support/registry.ts";
import { useStack } from "#test/support/stack.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TEN = Date.parse("2026-11-23T10:00:00+07:00");
const CONNECTED = Date.parse("2026-01-01T00:00:00+07:00");

/** Not simulated: it owes since its stations were connected. Its zone is invented. */
const registry = parseRegistry(
  Object.entries(testRegistryFiles({ stations: 4 })).map(([file, text]) => ({
    file,
    text: text
      .replace("simulated: true\ntimeZone", "simulated: false\ntimeZone")
      .replaceAll("cod: { instrument: analyser }", "cod: { instrument: probe }"),
  })),
);

describe("presence through real servers, on a clock that the test moves", () => {
  const context = useStack();
  const clock = { speed: 1, simulated: false, time: TEN, now: () => clock.time };
  let ingest: Ingest;
  let compliance: Compliance;
  let publisher: TestPublisher;
  let sent = 0;

  const redis = () => ({ url: context.stack.redisUrl, prefix: "presence" });
  async function startCompliance(): Promise<void> {
    compliance = createCompliance({
      ...{ registry, influx: context.influx, redis: redis(), clock, log: silentLogger, tickMs: 100 },
    });
    await compliance.start();
  }

  beforeAll(async () => {
    ingest = createIngest({
      ...{ registry, influx: context.influx, redis: redis(), clock, log: silentLogger, root: "outfall" },
      mqttUrl: context.stack.mqttUrl,
      dataDir: join(context.folder, "data", "ingest"),
    });
    await ingest.start();
    await startCompliance();
    publisher = await createPublisher(context.stack.mqttUrl);
  });
  afterAll(async () => {
    await publisher?.close();
    await compliance?.close();
    await ingest?.close();
  });

  /** Values that move: those that stand are frozen. */
  async function send(station: string, offsetMs = 0, without: readonly string[] = []): Promise<void> {
    const moved = (clock.time / (5 * MINUTE)) % 3;
    const all = { ph: 7 + moved / 10, cod: 90 + moved, tss: 30 + moved, nh4: 2 + moved, flow: 100 + moved };
    const readings = Object.fromEntries(Object.entries(all).filter(([key]) => !without.includes(key)));
    const time = new Date(clock.time + offsetMs).toISOString();
    await publisher.publish(`outfall/v1/sim-z/sim-p/${station}/data`, { time, readings });
    sent += 1;
  }

  /** The clock moves on only when all of this moment has been stored and looked at. */
  async function screened(): Promise<void> {
    await waitFor(
      async () => {
        const { received, quarantined, journalMessages } = ingest.status();
        const { waiting, active } = await compliance.queues.screen.counts();
        const rows = await readQuarantineRows(context.influx, { since: TEN, limit: 100 });
        return received === sent && rows.length === quarantined && journalMessages + waiting + active === 0;
      },
      { what: "what was sent has been screened", timeoutMs: 20_000 },
    );
  }

  const told = ({ kind, station, parameter, level, closedAt }: Incident) =>
    [kind, station, parameter, `level ${level}`, closedAt === null ? "open" : "closed"]
      .filter(Boolean)
      .join(" ");
  async function expectIncidents(expected: readonly string[]): Promise<void> {
    const wanted = [...expected].sort().join("\n");
    let found = "";
    await waitFor(
      async () => {
        found = (await readIncidents(context.influx)).map(told).sort().join("\n");
        return found === wanted;
      },
      { what: `incidents as expected`, timeoutMs: 20_000 },
    ).catch(() => expect(found).toBe(wanted));
  }

  it("each kind opens once: COD is lost at 10:30, and only told as COD", async () => {
    for (let minutes = 0; minutes <= 60; minutes += 5) {
      clock.time = TEN + minutes * MINUTE;
      await send("sim-s1", 0, minutes > 30 ? ["cod"] : []);
      await send("sim-s2", -7 * HOUR);
      await send("sim-s3", 7 * HOUR);
      await screened();
    }
    await expectIncidents([
      "silent-parameter sim-s1 cod level 0 open",
      "clock-wrong sim-s2 level 1 open",
      "clock-wrong sim-s3 level 1 open",
      "never-seen sim-s4 level 2 open",
    ]);
    const incidents = await readIncidents(context.influx);
    const of = (station: string) => incidents.find((incident) => incident.station === station);
    expect(of("sim-s1")).toMatchObject({
      openedAt: TEN + 35 * MINUTE,
      facts: { presence: { lastValueAt: TEN + 30 * MINUTE, owedEveryMs: 5 * MINUTE } },
    });
    expect(of("sim-s2")).toMatchObject({ facts: { presence: { offsetMs: -7 * HOUR, spreadMs: 0 } } });
    expect(of("sim-s3")).toMatchObject({ facts: { presence: { offsetMs: 7 * HOUR } } });
    expect(of("sim-s4")).toMatchObject({
      openedAt: CONNECTED + 5 * MINUTE,
      facts: { lastRecordAt: null, presence: { connectedAt: CONNECTED } },
    });
    expect(compliance.status().openIncidents).toMatchObject({ "clock-wrong": 2, "never-seen": 1, late: 0 });
  });

  it("a restart doubles nothing, and remembers the last COD from the database", async () => {
    await compliance.close();
    await startCompliance();
    clock.time = TEN + 65 * MINUTE;
    await send("sim-s1", 0, ["cod"]);
    await send("sim-s2", -7 * HOUR);
    await send("sim-s3", 7 * HOUR);
    // 30 minutes after it was due at 10:35; the newest six records alone would say 25
    await expectIncidents([
      "silent-parameter sim-s1 cod level 1 open",
      "clock-wrong sim-s2 level 1 open",
      "clock-wrong sim-s3 level 1 open",
      "never-seen sim-s4 level 2 open",
    ]);
  });

  it("each ends with the records that show it", async () => {
    for (let minutes = 70; minutes <= 100; minutes += 5) {
      clock.time = TEN + minutes * MINUTE;
      for (const station of ["sim-s1", "sim-s2", "sim-s3", "sim-s4"]) await send(station);
      await screened();
    }
    await expectIncidents([
      "silent-parameter sim-s1 cod level 1 closed",
      "clock-wrong sim-s2 level 1 closed",
      "clock-wrong sim-s3 level 1 closed",
      "never-seen sim-s4 level 2 closed",
    ]);
    const events = await readIncidentEvents(context.influx);
    expect(
      events.filter(({ kind }) => kind === "silent-parameter").map(({ transition }) => transition),
    ).toEqual(["opened", "worsened", "closed"]);
    const notify = createQueue("notify", redis(), silentLogger);
    expect((await notify.counts()).waiting).toBe(events.length);
    await notify.close();
  });
});
