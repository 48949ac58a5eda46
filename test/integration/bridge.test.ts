/** The bridge before a real broker and ingest: every file's samples arrive, whatever happens on the way. */
import { appendFile, mkdir, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Bridge, type BridgeOptions, createBridge } from "#services/bridge/bridge.ts";
import { readFailures } from "#services/bridge/record/failures.ts";
import { startStack } from "#services/local/stack.ts";
import { parseRegistry } from "#shared/registry/load.ts";
import { createLogger, silentLogger } from "#shared/runtime/log.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { testRegistry, testRegistryFiles } from "#test/support/registry.ts";
import { useStack } from "#test/support/stack.ts";

const context = useStack(["mosquitto"]);
const MAP =
  'stations:\n  - { station: sim-s1, name: "NUO001" }\n  - { station: sim-s2, folder: "NUO002/**" }\n';
const T1 = "20260101120000";
const AN_HOUR_AGO = () => new Date(Date.now() - 3_600_000);

let home = "";
let made = 0;
let listener: MqttClient;
let received: { topic: string; sample: { time: number; readings: Record<string, unknown> } }[] = [];
const opened: Bridge[] = [];

const registry = testRegistry({ stations: 2 });

beforeAll(async () => {
  listener = await connectAsync(context.stack.mqttUrl, { clientId: "listener", clean: false });
  await listener.subscribeAsync("outfall-sim/v1/#", { qos: 1 });
  listener.on("message", (topic, payload) =>
    received.push({ topic, sample: JSON.parse(payload.toString()) }),
  );
});
afterAll(() => listener?.endAsync());

beforeEach(async () => {
  made += 1;
  home = join(context.folder, `case-${made}`);
  await mkdir(join(home, "drop"), { recursive: true });
  await writeFile(join(home, "map.yaml"), MAP);
  received = [];
});
afterEach(async () => {
  for (const bridge of opened.splice(0)) await bridge.close();
});

function newBridge(changed: Partial<BridgeOptions> = {}): Bridge {
  const bridge = createBridge({
    folder: join(home, "drop"),
    mapFile: join(home, "map.yaml"),
    registry,
    mqttUrl: context.stack.mqttUrl,
    dataDir: join(home, "data"),
    log: silentLogger,
    now: Date.now,
    scanMs: 100,
    stableMs: 50,
    ...changed,
  });
  opened.push(bridge);
  return bridge;
}

const txt = (ph: number | string, time = T1) => `pH\t${ph}\t\t${time}\t00\r\n`;

/** A file whose upload ended an hour ago; young ones are written by hand. */
async function drop(path: string, text: string): Promise<void> {
  const file = join(home, "drop", path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  await utimes(file, AN_HOUR_AGO(), AN_HOUR_AGO());
}

const once = async (changed: Partial<BridgeOptions> = {}) => {
  const bridge = newBridge(changed);
  const status = await bridge.runOnce(2_000);
  await bridge.close();
  return status;
};
const arrived = (count: number) =>
  waitFor(() => received.length >= count, { what: `${count} samples have arrived` });
const values = () =>
  received.map(({ topic, sample }) => `${topic.split("/").slice(4).join("/")} ${sample.readings.ph}`).sort();
const failed = async () => (await readFailures(join(home, "data", "failed.json")))?.failures ?? [];

describe("once through a folder", () => {
  it("publishes every file of a station, in whatever layout, and none again", async () => {
    await drop(`SIM_NUO001_${T1}.txt`, txt(7.1));
    await drop(`NUO002/2026/01/01/A_B_C_${T1}.txt`, txt(7.2) + txt(7.3, "20260101120500"));
    await drop(`NUO002/2026/Thang01/20260101/X${"20260101121000"}.txt`, txt(7.4, "20260101121000"));
    await drop("README.txt", "not a file of a logger");
    await drop(`SIM_NUO001_${T1}.txt.tmp`, "not whole");
    expect(await once()).toMatchObject({ files: { published: 3 }, samples: 4, failed: 0 });
    await arrived(4);
    expect(values()).toEqual(["sim-s1/data 7.1", "sim-s2/data 7.2", "sim-s2/data 7.3", "sim-s2/data 7.4"]);
    expect(received[0]?.sample.time).toBe(Date.parse("2026-01-01T05:00:00Z"));
    expect(await once()).toMatchObject({ files: { published: 0 }, samples: 0, done: 3 });
  });

  it("knows a resend of the same content, and publishes another one", async () => {
    const name = `NUO001_${T1}.txt`;
    await drop(name, txt(7.1));
    await once();
    const later = new Date(Date.now() - 1_800_000);
    await utimes(join(home, "drop", name), later, later);
    expect(await once()).toMatchObject({ files: { "known-content": 1, published: 0 }, samples: 0 });
    expect(await once()).toMatchObject({ files: { "known-content": 0 }, samples: 0 });
    await drop(name, txt(7.9));
    expect(await once()).toMatchObject({ files: { published: 1 }, samples: 1 });
    await arrived(2);
    expect(values()).toEqual(["sim-s1/data 7.1", "sim-s1/data 7.9"]);
  });

  it("publishes what can be used of a file, and lists the rest with its reason", async () => {
    await drop(`NUO001_${T1}.txt`, `${txt(7.1)}COD\t31,5\tmg/L\t${T1}\t00\r\n`);
    await drop("NUO001_20260101121000.txt", "\0\0\0");
    await drop("NUO002/report.txt", "no logger wrote this");
    await drop("NUO001_20260101120500.txt", txt(7.2, "20260101120500"));
    expect(await once()).toMatchObject({ files: { published: 1, partly: 1, unreadable: 1 }, failed: 3 });
    await arrived(2);
    expect(values()).toEqual(["sim-s1/data 7.1", "sim-s1/data 7.2"]);
    expect(
      (await failed())
        .map(({ path, kind, reasons, published }) => [path, kind, reasons[0], published])
        .sort(),
    ).toEqual([
      [
        "NUO001_20260101120000.txt",
        "partly",
        'line 2: COD: expected a number with the decimal mark . or ---, found "31,5"',
        1,
      ],
      [
        "NUO001_20260101121000.txt",
        "unreadable",
        'line 1: expected symbol, value, unit, time and status, found "\\u0000\\u0000\\u0000"',
        0,
      ],
      [
        "NUO002/report.txt",
        "unreadable",
        "expected a name ending in _yyyyMMddHHmmss.txt, found report.txt",
        0,
      ],
    ]);
    // none of them is tried again, until the map says more about them
    expect(await once()).toMatchObject({ samples: 0, failed: 3 });
    await writeFile(join(home, "map.yaml"), MAP.replace("name: ", 'decimal: ",", name: '));
    expect((await once()).files).toMatchObject({ partly: 1, unreadable: 1 });
    expect((await failed()).find(({ kind }) => kind === "partly")?.reasons).toEqual([
      'line 1: pH: expected a number with the decimal mark , or ---, found "7.1"',
    ]);
    await rm(join(home, "drop", `NUO001_${T1}.txt`));
    expect(await once()).toMatchObject({ failed: 2 });
  });

  it("says once of a name that is nobody's, and publishes its files when the map has it", async () => {
    await drop(`NEW_${T1}.txt`, txt(7.1));
    await drop("below/NEW_20260101120500.txt", txt(7.2, "20260101120500"));
    expect(await once()).toMatchObject({ samples: 0, failed: 1 });
    expect(await failed()).toMatchObject([{ path: "NEW*.txt", kind: "unmapped", files: 2 }]);
    await writeFile(join(home, "map.yaml"), `${MAP}  - { station: sim-s1, name: new }\n`);
    expect(await once()).toMatchObject({ samples: 2, failed: 0 });
  });

  it("waits for a file that is still being uploaded", async () => {
    const file = join(home, "drop", `NUO001_${T1}.txt`);
    await writeFile(file, `pH\t7.1\t\t${T1}\t0`);
    const growing = newBridge({ stableMs: 200 });
    const ended = growing.runOnce(10_000);
    await waitFor(() => growing.status().uploading === 1, { what: "the young file is seen" });
    await appendFile(file, `0\r\nCOD\t9\tmg/L\t${T1}\t00\r\n`);
    expect(await ended).toMatchObject({ files: { published: 1 }, samples: 1, failed: 0 });
    await arrived(1);
    expect(received[0]?.sample.readings).toEqual({ ph: 7.1, cod: 9 });
  });

  it("moves done files where it is told to, and writes over nothing there", async () => {
    const moveTo = join(home, "drop", "done");
    const name = `NUO001_${T1}.txt`;
    await drop(`a/${name}`, txt(7.1));
    await drop("a/NUO001_20260101120500.txt", "nothing");
    await once({ moveTo });
    await drop(`a/${name}`, txt(7.1));
    await once({ moveTo });
    await drop(`a/${name}`, txt(7.2));
    expect(await once({ moveTo })).toMatchObject({ files: { published: 1 } });
    expect(await readdir(join(moveTo, "a"))).toEqual([name, `${name}.1`]);
    expect(await readFile(join(moveTo, "a", name), "utf8")).toBe(txt(7.1));
    expect(await readdir(join(home, "drop", "a"))).toEqual(["NUO001_20260101120500.txt"]);
  });

  it("refuses a simulated file where the registry is real", async () => {
    const real = parseRegistry(
      Object.entries(testRegistryFiles()).map(([file, text]) => ({
        file,
        text: text.replaceAll("sim-", "vn-").replaceAll("simulated: true", "simulated: false"),
      })),
    );
    await writeFile(join(home, "map.yaml"), 'stations: [{ station: vn-s1, name: "*" }]\n');
    await drop(`SIM_NUO001_${T1}.txt`, txt(7.1));
    expect(await once({ registry: real })).toMatchObject({ samples: 0, failed: 1 });
    expect((await failed())[0]?.reasons[0]).toMatch(/simulated/);
  });

  it("forgets a torn or damaged record only: its file is published again, and no other", async () => {
    for (let minute = 10; minute < 15; minute += 1)
      await drop(`NUO001_2026010112${minute}00.txt`, txt(minute, `2026010112${minute}00`));
    await once();
    const log = join(home, "data", "done.log");
    const bytes = await readFile(log);
    expect(bytes.length).toBe(100);
    bytes[25] = (bytes[25] ?? 0) ^ 1;
    await writeFile(log, bytes.subarray(0, 93));
    expect(await once()).toMatchObject({ files: { published: 2 }, samples: 2 });
    expect(await once()).toMatchObject({ samples: 0, done: 5 });
  });
});

describe("a bridge that stays", () => {
  it("finds new files, also where a new folder comes, and goes on after a broken map", async () => {
    const bridge = newBridge();
    await bridge.start();
    await drop(`NUO001_${T1}.txt`, txt(7.1));
    await arrived(1);
    await writeFile(join(home, "map.yaml"), "stations: nonsense");
    await drop("NUO002/2026/01/01/X_20260101120500.txt", txt(7.2, "20260101120500"));
    await arrived(2);
    await writeFile(join(home, "map.yaml"), `${MAP}  - { station: sim-s1, name: NEW }\n`);
    await drop(`NEW_${T1}.txt`, txt(7.3));
    await arrived(3);
    expect(bridge.status()).toMatchObject({ samples: 3, failed: 0 });
  });

  it("is told of a new file long before the next scan, where the file system tells", async () => {
    await mkdir(join(home, "drop", "NUO002"));
    const bridge = newBridge({ scanMs: 600_000 });
    await bridge.start();
    await drop(`NUO001_${T1}.txt`, txt(7.1));
    await waitFor(() => bridge.status().samples === 1, { what: "the hint", timeoutMs: 5_000 });
    await drop(`NUO002/X_${T1}.txt`, txt(7.2));
    await waitFor(() => bridge.status().samples === 2, { what: "the second hint", timeoutMs: 5_000 });
  });

  it("publishes all of a backlog through a broker that is killed and comes back", async () => {
    const count = 3_000;
    for (let minute = 0; minute < count; minute += 1) {
      const time = new Date(Date.UTC(2026, 0, 1) + minute * 60_000)
        .toISOString()
        .replace(/\D/g, "")
        .slice(0, 14);
      await drop(`NUO001_${time}.txt`, txt(minute / 1000, time));
    }
    const bridge = newBridge();
    await bridge.start();
    for (const share of [0.1, 0.5]) {
      await waitFor(() => bridge.status().samples > count * share, { what: "some are published" });
      await context.stack.stop("mosquitto", "SIGKILL");
      await context.stack.restart("mosquitto");
    }
    await waitFor(() => bridge.status().samples === count, { what: "all are published" });
    const seen = () => new Set(received.map(({ sample }) => sample.time));
    await waitFor(() => seen().size === count, { what: `${count} arrived, are ${seen().size}` });
    expect(bridge.status()).toMatchObject({ files: { published: count }, done: count, failed: 0 });
  });

  it("sends again what a broker acknowledged shortly before it died", async () => {
    const bridge = newBridge();
    await bridge.start();
    await drop(`NUO001_${T1}.txt`, txt(8.88));
    const mine = () => values().filter((value) => value === "sim-s1/data 8.88").length;
    await waitFor(() => bridge.status().done === 1 && mine() === 1, { what: "the file is done" });
    await context.stack.stop("mosquitto", "SIGKILL");
    await context.stack.restart("mosquitto");
    await waitFor(() => mine() >= 2, { what: "it comes again" });
    expect(bridge.status()).toMatchObject({ samples: 1, done: 1 });
  });

  it("does not take a message as published that nobody is subscribed to", async () => {
    const lonely = await startStack({ folder: join(home, "lonely"), env: {}, only: ["mosquitto"] });
    try {
      await drop(`NUO001_${T1}.txt`, txt(7.1));
      const warned: string[] = [];
      const log = createLogger("bridge", ({ sentence }) => warned.push(sentence), { write: () => undefined });
      const bridge = newBridge({ mqttUrl: lonely.mqttUrl, log });
      await bridge.start();
      await waitFor(() => warned.length > 0, { what: "a warning" });
      expect(warned).toEqual(["nobody is subscribed to what is published, tried again"]);
      expect(bridge.status()).toMatchObject({ samples: 0, done: 0 });
      const late = await connectAsync(lonely.mqttUrl);
      await late.subscribeAsync("outfall-sim/v1/#", { qos: 1 });
      await waitFor(() => bridge.status().samples === 1, { what: "the message is taken" });
      await late.endAsync();
    } finally {
      await lonely.close();
    }
  });
});
