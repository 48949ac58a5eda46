/** What was refused, worked with as an engineer does: listed, shown, sent again; the ledger read; its incident. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Redis } from "ioredis";
import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRepublisher } from "#services/cli/quarantine/republisher.ts";
import { createCompliance } from "#services/compliance/compliance.ts";
import { createIncidentStore } from "#services/compliance/incident/incident-store.ts";
import { createLedgerAlarm, LEDGER_GRACE_MS } from "#services/compliance/ledger-alarm/ledger-alarm.ts";
import { createIngest, type Ingest } from "#services/ingest/ingest.ts";
import { type Child, startChild } from "#services/local/child.ts";
import { freePort } from "#services/local/free-port.ts";
import { compose } from "#services/notify/render/compose.ts";
import { writeBrokerAccess } from "#services/provision/broker/write-access.ts";
import { readEventsOf, readIncidents } from "#shared/incident/incident-points.ts";
import { ledgerLine, readLedger, totalOf } from "#shared/ledger/ledger.ts";
import { readLedgerBy, readLedgerTotals } from "#shared/ledger/ledger-sums.ts";
import { readQuarantineRow, readQuarantineRows } from "#shared/quarantine/quarantine-points.ts";
import { parseRegistry } from "#shared/registry/load.ts";
import { systemClock } from "#shared/runtime/clock.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import type { Service } from "#shared/runtime/resources.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { startOutfall } from "#test/support/outfall.ts";
import { createPublisher, type TestPublisher } from "#test/support/publisher.ts";
import { DATA_TOPIC, testRegistry, testRegistryFiles } from "#test/support/registry.ts";
import { useStack } from "#test/support/stack.ts";

const context = useStack();
const HOUR = 3_600_000;
const STRANGER = "outfall-sim/v1/sim-z/sim-p/sim-s2/data";
const minute = Math.floor(Date.now() / 60_000) * 60_000;
let ingest: Ingest;
let station: TestPublisher;

const redis = () => ({ url: context.stack.redisUrl, prefix: "test" });

async function startIngest(stations: number): Promise<void> {
  ingest = createIngest({
    registry: testRegistry({ stations }),
    mqttUrl: context.stack.mqttUrl,
    redis: redis(),
    influx: context.influx,
    root: "outfall-sim",
    dataDir: join(context.folder, "data", "ingest"),
    clock: systemClock,
    log: silentLogger,
  });
  await ingest.start();
}

async function outfall(...args: string[]) {
  const env = {
    ...context.stack.env,
    OUTFALL_DATA_DIR: join(context.folder, "data"),
    OUTFALL_REGISTRY: join(context.folder, "registry"),
  };
  return startOutfall(args, { env }).finished;
}

async function json<T>(...args: string[]): Promise<T> {
  const { stdout, stderr } = await outfall(...args, "--json");
  expect(stdout, stderr).not.toBe("");
  return JSON.parse(stdout) as T;
}

interface Listed {
  total: number;
  groups: { code: string; plant: string; count: number; retried: number }[];
  newest: { fullId: string; code: string; retried?: { outcome: string } }[];
}

const settled = (received: number) =>
  waitFor(() => ingest.status().received === received && ingest.status().inJournal === 0, {
    what: `${received} samples done with, is ${JSON.stringify(ingest.status())}`,
  });

const idOf = async (code: string) => {
  const { newest } = await json<Listed>("quarantine", "list", "--code", code);
  return newest.at(-1)?.fullId ?? "none";
};

async function writeRegistry(stations: number): Promise<void> {
  await mkdir(join(context.folder, "registry"), { recursive: true });
  for (const [name, text] of Object.entries(testRegistryFiles({ stations })))
    await writeFile(join(context.folder, "registry", name), text);
}

beforeAll(async () => {
  await writeRegistry(1);
  await startIngest(1);
  station = await createPublisher(context.stack.mqttUrl);
  const two = [5, 10].map((age) => ({ time: minute - age * 60_000, readings: { cod: age } }));
  await station.publish(STRANGER, two);
  await station.publish(DATA_TOPIC, { time: minute, readings: { cod: 61, ph: 7.1 } });
  await station.publish(DATA_TOPIC, { time: minute, readings: { cod: 88, ph: 7.1 } });
  await station.publish(DATA_TOPIC, [
    { time: minute - 60_000, readings: { ph: 7 } },
    { time: minute - 120_000, readings: { cod: { value: 3, unit: "furlong" } } },
  ]);
  await station.publish(DATA_TOPIC, "\u001b[2J\u001b]0;owned\u0007\u202e not json");
  await station.publish(DATA_TOPIC, Buffer.from([0xff, 0x1b, 0x5b, 0x32, 0x4a]));
  // the strange station's array counts as one or as two, by how it is counted before it is read
  await waitFor(() => ingest.status().conflict === 1 && ingest.status().inJournal === 0, {
    what: "all done with",
  });
});
afterAll(async () => {
  await station?.close();
  await ingest?.close();
});

describe("outfall quarantine", () => {
  it("lists what was refused, by reason, from the files and for the console", async () => {
    const { total, groups } = await json<Listed>("quarantine", "list");
    expect(total).toBe(5);
    expect(groups.map(({ code, plant, count }) => [code, plant, count]).sort()).toEqual([
      ["conflict", "sim-p", 1],
      ["json-malformed", "sim-p", 1],
      ["not-text", "sim-p", 1],
      ["station-unknown", "unknown", 1],
      ["unit-wrong", "sim-p", 1],
    ]);
    const { stdout } = await outfall("quarantine", "list", "--since", "1h", "--station", "sim-s2");
    expect(stdout).toMatch(/1 refused since .*\n/);
    expect(stdout).toMatch(/w1\.\d{4}-\d\d-\d\d\.1-0 .* station-unknown +unknown +sim-s2/);

    const rows = await readQuarantineRows(context.influx, { since: 0, limit: 100 });
    expect(rows.map(({ code }) => code).sort()).toEqual(groups.map(({ code }) => code).sort());
    const id = await idOf("unit-wrong");
    expect(await readQuarantineRow(context.influx, id, { from: 0, to: Date.now() + HOUR })).toMatchObject({
      ...{ id, plant: "sim-p", topic: DATA_TOPIC, samples: 1 },
    });
  });

  it("shows a conflict as two values, and no payload moves the terminal", async () => {
    const conflict = await outfall("quarantine", "show", await idOf("conflict"));
    expect(conflict.stdout).toMatch(/parameter +stored +received\n-+ +-+ +-+\ncod +61 +88\n/);
    expect(conflict.stdout).not.toContain("ph ");
    expect(conflict.stdout).toContain("never an overwrite");

    for (const code of ["json-malformed", "not-text"]) {
      const { stdout } = await outfall("quarantine", "show", await idOf(code), "--full");
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come out
      expect(stdout, code).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    }
    const { stdout } = await outfall("quarantine", "show", await idOf("not-text"));
    expect(stdout).toContain("00000000  ff 1b 5b 32 4a                                   ..[2J");
    const unit = await outfall("quarantine", "show", await idOf("unit-wrong"));
    expect(unit.stdout).toContain("number 2 of the message's array");
    const { payload } = await json<{ payload: string }>("quarantine", "show", await idOf("unit-wrong"));
    expect(JSON.parse(Buffer.from(payload, "base64").toString())).toHaveLength(2);
  });

  it("says what is wrong with an id, a folder, a choice", async () => {
    for (const [args, says] of [
      [["show", "57"], /is not the id of a refusal; expected one such as w1\./],
      [["show", "w1.2026-01-01.9-0"], /no refusal w1\.2026-01-01\.9-0/],
      [["list", "--worker", "w7"], /no worker w7 .* expected w1/],
      [["list", "--since", "yesterday"], /expected ISO 8601 with offset/],
      [["list", "--data", "/nowhere"], /holds no data of ingest/],
      [["retry"], /nothing chosen; expected ids/],
    ] as const) {
      const { code, stderr } = await outfall("quarantine", ...args);
      expect([args, code], stderr).toEqual([args, 1]);
      expect(stderr).toMatch(says);
    }
  });

  it("sends nothing that would be refused again, and says why", async () => {
    const before = ingest.status().received;
    const all = await json<{ messages: number; notSent: { code: string; reason: string }[] }>(
      "quarantine",
      "retry",
      "--all",
    );
    expect(all.messages).toBe(0);
    expect(Object.fromEntries(all.notSent.map(({ code, reason }) => [code, reason]))).toEqual({
      conflict: expect.stringContaining("two values for one time"),
      "json-malformed": expect.stringContaining("json-malformed"),
      "not-text": expect.stringContaining("not-text"),
      "station-unknown": "station-unknown: sim-s2",
      "unit-wrong": expect.stringContaining("furlong"),
    });
    expect(ingest.status().received).toBe(before);
  });

  it("sends again what the mended registry takes: it is stored, and marked", async () => {
    await writeRegistry(2);
    await ingest.close();
    await startIngest(2);
    const before = ingest.status();
    const choice = ["quarantine", "retry", "--code", "station-unknown"];
    const dry = await outfall(...choice, "--dry-run");
    expect(dry.stdout).toContain("1 refusals in 1 messages would be sent");
    expect(await json<object>(...choice)).toMatchObject({ messages: 1, notSent: [], skipped: 0 });
    await settled(before.received + 2);
    expect(ingest.status()).toMatchObject({
      stored: before.stored + 2,
      quarantined: before.quarantined,
      balance: 0,
    });

    expect(await json<object>(...choice)).toMatchObject({ messages: 0, skipped: 1 });
    const { newest, groups } = await json<Listed>("quarantine", "list", "--code", "station-unknown");
    expect([newest[0]?.retried?.outcome, groups[0]?.retried]).toEqual(["sent", 1]);
    // asked for by its id it goes once more: two duplicates
    expect(await json<object>("quarantine", "retry", newest[0]?.fullId ?? "")).toMatchObject({ messages: 1 });
    await settled(before.received + 4);
    expect(ingest.status()).toMatchObject({ stored: before.stored + 2, duplicate: before.duplicate + 2 });
  });

  it("knows when nobody would hear it", async () => {
    const republisher = createRepublisher({ url: context.stack.mqttUrl });
    expect(await republisher.publish("elsewhere/v1/z/p/s/data", Buffer.from("{}"))).toMatch(
      /nobody subscribes/,
    );
    await republisher.close();
  });
});

describe("sending again where only stations may publish", () => {
  const secrets = { ingestPassword: "ingest-password-0001", stationSecret: "station-secret-00001" };
  let broker: Child;
  let url = "";
  let heard: MqttClient;

  beforeAll(async () => {
    const folder = join(context.folder, "locked-broker");
    await mkdir(folder, { recursive: true });
    await writeBrokerAccess({ registry: testRegistry(), root: "outfall-sim", folder, secrets });
    const port = await freePort();
    const files = `password_file ${folder}/passwords\nacl_file ${folder}/acl\n`;
    const root = process.getuid?.() === 0 ? "user root\n" : "";
    const settings = `listener ${port} 127.0.0.1\nallow_anonymous false\n${files}${root}`;
    await writeFile(join(folder, "mosquitto.conf"), settings);
    broker = startChild({
      command: "mosquitto",
      args: ["-c", join(folder, "mosquitto.conf")],
      cwd: folder,
      logFile: join(folder, "mosquitto.log"),
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
    });
    url = `mqtt://_ingest:${secrets.ingestPassword}@127.0.0.1:${port}`;
    heard = await waitFor(() => connectAsync(url, { reconnectPeriod: 0 }), { what: "the broker answers" });
    await heard.subscribeAsync("outfall-sim/v1/#", { qos: 1 });
  });
  afterAll(async () => {
    await heard?.endAsync(true);
    await broker?.stop();
  });

  it("goes under the station's name, given the secret; else the broker's refusal is told", async () => {
    const payload = Buffer.from("{}");
    const reader = createRepublisher({ url });
    expect(await reader.publish(DATA_TOPIC, payload)).toMatch(
      /does not let this user publish.*STATION_SECRET/,
    );
    await reader.close();
    const { stationSecret } = secrets;
    const stations = createRepublisher({ url, stationSecret });
    const arrived = new Promise((resolve) => heard.once("message", resolve));
    expect(await stations.publish(STRANGER, payload)).toMatch(/run outfall provision/);
    expect(await stations.publish(DATA_TOPIC, payload)).toBeUndefined();
    expect(await arrived).toBe(DATA_TOPIC);
    await stations.close();
  });
});

describe("the ledger", () => {
  it("says why, adds up in the database as in memory, and is read in parts", async () => {
    await waitFor(
      async () => (await readLedgerTotals(context.influx, 0)).received === ingest.status().received,
      {
        what: "the ledger in InfluxDB has caught up",
      },
    );
    const old = { worker: "w1", plant: "sim-p", conflict: 0, quarantined: 0, inJournal: 0, duplicate: 0 };
    const months = [1, 40, 300].map((days) => Math.floor(Date.now() / HOUR) * HOUR - days * 24 * HOUR);
    await context.influx.write(
      "record",
      months.map((hour) => ledgerLine({ ...old, hour, received: 9, stored: 9 })).join("\n"),
    );
    const entries = await readLedger(context.influx);
    expect(entries).toHaveLength(
      3 + (await readLedgerBy(context.influx, Date.now() - HOUR * 2, "plant-hour")).length,
    );
    expect(await readLedgerTotals(context.influx, 0)).toEqual(totalOf(entries));

    const { stdout, code } = await outfall("ledger", "--by", "plant");
    expect(code).toBe(0);
    expect(stdout).toMatch(/sim-p .* json-malformed 1/);
    expect(stdout).toContain("balance 0: everything received is accounted for");
    const { totals } = await json<{ totals: { received: number; reasons: object } }>(
      "ledger",
      "--since",
      "400d",
    );
    expect(totals.received).toBe(ingest.status().received + 27);
    expect(totals.reasons).toMatchObject({ "not-text": 1, "unit-wrong": 1 });
  });
});

describe("a ledger that does not balance", () => {
  const engineer =
    "contacts: [{ id: engineer, name: Kỹ sư, duty: engineer, language: vi, email: e@z.example, provinces: [S1] }]";
  const files = { ...testRegistryFiles({ stations: 2 }), "engineer.yaml": engineer };
  const registry = parseRegistry(Object.entries(files).map(([file, text]) => ({ file, text })));
  const hour = Math.floor(Date.now() / HOUR) * HOUR - 3 * HOUR;
  const row = (stored: number) =>
    ledgerLine({
      ...{ worker: "w1", plant: "sim-p", hour, received: 700, duplicate: 4, conflict: 1, inJournal: 0 },
      ...{ stored, quarantined: 5, reasons: { "time-future": 5 } },
    });
  let compliance: Service;
  const start = async () => {
    compliance = createCompliance({
      registry,
      influx: context.influx,
      redis: redis(),
      clock: systemClock,
      log: silentLogger,
      tickMs: 100,
      ledgerGraceMs: 300,
    });
    await compliance.start();
  };
  const ledgerIncidents = async () =>
    (await readIncidents(context.influx)).filter(({ kind, plant }) => kind === "ledger" && plant === "sim-p");

  it("stays open however old its hour grows", async () => {
    const store = { influx: context.influx, notify: { addBulk: async () => undefined }, log: silentLogger };
    const incidents = createIncidentStore(store);
    const plant = "gone-wwtp";
    const counts = { received: 9, stored: 8, duplicate: 0, conflict: 0, quarantined: 0, inJournal: 0 };
    await context.influx.write("record", ledgerLine({ worker: "w1", plant, hour, ...counts }));
    let at = Date.now();
    let real = 0;
    const alarm = createLedgerAlarm({
      ...{ registry, influx: context.influx, incidents, log: silentLogger },
      now: () => at,
      realNow: () => real,
    });
    await alarm.look();
    real += LEDGER_GRACE_MS + 1;
    await alarm.look();
    expect(incidents.open("ledger").map((incident) => incident.plant)).toEqual([plant]);
    at += 100 * 24 * HOUR;
    await alarm.look();
    expect(incidents.open("ledger")).toHaveLength(1);
    await context.influx.write("record", ledgerLine({ worker: "w1", plant, hour, ...counts, stored: 9 }));
    await alarm.look();
    expect(incidents.open("ledger")).toEqual([]);
  });

  it("is an incident and a mail to the engineer, once; closed when it is mended, whatever was restarted between", async () => {
    await start();
    await context.influx.write("record", row(687));
    const opened = await waitFor(async () => (await ledgerIncidents())[0], { what: "the incident" });
    expect(opened).toMatchObject({ zone: "sim-z", plant: "sim-p", level: 1, openedAt: hour, closedAt: null });
    expect(opened.facts.ledger).toMatchObject({ received: 700, stored: 687, balance: 3, hours: 1 });

    await compliance.close();
    const client = new Redis(context.stack.redisUrl);
    await client.flushall();
    await client.quit();
    await start();
    await context.influx.write("record", row(690));
    await waitFor(async () => (await ledgerIncidents())[0]?.closedAt != null, { what: "its end" });
    await compliance.close();

    const [incident, ...others] = await ledgerIncidents();
    expect(others).toEqual([]);
    const events = await readEventsOf(context.influx, incident?.id ?? "");
    expect(events.map(({ seq, transition }) => [seq, transition])).toEqual([
      [1, "opened"],
      [2, "closed"],
    ]);
    const head = { from: "outfall@outfall.example", publicUrl: "http://127.0.0.1:3000" };
    const [mail, ...more] = compose(registry, events, 1, head, Date.now()).mails;
    expect([mail?.to, more]).toEqual(["e@z.example", []]);
    expect(mail?.subject).toContain(
      "[MÔ PHỎNG] Sổ cân đối số liệu bị lệch: Hệ thống XLNT Z · 3 bản ghi chưa rõ đi đâu",
    );
    expect(mail?.text).toContain("Đã xử lý: lưu 687 + trùng 4 + xung đột 1 + cách ly 5 + trong nhật ký 0");
    expect(mail?.text).not.toMatch(/vi phạm|cán bộ môi trường/i);
    const [end] = compose(registry, events, 2, head, Date.now()).mails;
    expect(end?.subject).toContain("đã khớp trở lại");
    expect(end?.thread).toBe(mail?.messageId);
  });
});
