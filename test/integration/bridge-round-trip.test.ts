/** Through everything: stations -> ingest -> InfluxDB -> `outfall export txt` -> `outfall bridge` -> ingest, where all must be known. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createIngest, type Ingest } from "#services/ingest/ingest.ts";
import { toRows } from "#shared/influx/rows.ts";
import { systemClock } from "#shared/runtime/clock.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { type Finished, startOutfall } from "#test/support/outfall.ts";
import { createPublisher, type TestPublisher } from "#test/support/publisher.ts";
import { DATA_TOPIC, testRegistry, testRegistryFiles } from "#test/support/registry.ts";
import { useStack } from "#test/support/stack.ts";

const context = useStack();
let ingest: Ingest;
let station: TestPublisher;
const place = (...parts: string[]) => join(context.folder, ...parts);
const MINUTE = 60_000;
const start = Math.floor(Date.now() / MINUTE) * MINUTE - 300 * MINUTE;

beforeAll(async () => {
  ingest = createIngest({
    registry: testRegistry(),
    mqttUrl: context.stack.mqttUrl,
    redis: { url: context.stack.redisUrl, prefix: "test" },
    influx: context.influx,
    root: "outfall-sim",
    dataDir: place("ingest"),
    clock: systemClock,
    log: silentLogger,
  });
  await ingest.start();
  station = await createPublisher(context.stack.mqttUrl);
  await mkdir(place("registry"));
  for (const [name, text] of Object.entries(testRegistryFiles()))
    await writeFile(place("registry", name), text);
  await writeFile(place("map.yaml"), "stations:\n  - { station: sim-s1, name: '*_sim-s1' }\n");
});
afterAll(async () => {
  await station?.close();
  await ingest?.close();
});

const settled = (received: number) =>
  waitFor(() => ingest.status().received === received && ingest.status().inJournal === 0, {
    what: `${received} samples are done with, is ${JSON.stringify(ingest.status())}`,
  });
const stored = async () => toRows(await context.influx.query('SELECT * FROM "raw"."effluent"'));
const outfall = (...args: string[]): Promise<Finished> =>
  startOutfall(args, {
    env: {
      OUTFALL_REGISTRY: place("registry"),
      OUTFALL_DATA_DIR: place("data"),
      OUTFALL_MQTT_URL: context.stack.mqttUrl,
      OUTFALL_INFLUX_URL: context.stack.influxUrl,
      OUTFALL_INFLUX_DATABASE: "outfall",
      OUTFALL_LOG: "warn",
    },
  }).finished;
const bridge = (...args: string[]) =>
  outfall("bridge", place("txt"), "--map", place("map.yaml"), "--stable", "100ms", ...args);

describe("what is stored, exported and bridged", () => {
  const samples = [
    { ph: 7.1, cod: 41.2, flow: 120.123456789 },
    { ph: { value: 7, status: "calibrating" }, cod: { value: 0, status: "fault" }, tss: 40 },
    {
      ph: 6.000000001,
      tss: { value: 40_000, unit: "µg/L" },
      own_name: 1e-7,
      another: 1.5e22,
    },
    { cod: { value: 9, status: "fault" } },
  ];

  it("is stored: JSON, and lines whose times are seconds", async () => {
    for (const [index, readings] of samples.entries())
      await station.publish(DATA_TOPIC, { time: start + index * 5 * MINUTE, readings });
    const seconds = (start + 100 * MINUTE) / 1000;
    await station.publish(
      DATA_TOPIC.replace(/data$/, "line-s"),
      `wwtp,host=plc cod=41,ph=7.25,ph_status="01" ${seconds}\nwwtp cod="broken" ${seconds}`,
    );
    await settled(6);
    expect(ingest.status()).toMatchObject({ stored: 5, quarantined: 1 });
  });

  it("is exported as simulated files, each whole, with the time of its name", async () => {
    const { code, stdout, stderr } = await outfall(
      "export",
      "txt",
      "--from",
      "1d",
      "--out",
      place("txt"),
      "--json",
    );
    expect([code, stderr.replace(/^station days.*\n/m, "")]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({ simulated: true, files: 5, leftOut: 0 });
    expect(await readFile(place("txt", "README.txt"), "utf8")).toMatch(/^DỮ LIỆU MÔ PHỎNG \/ SIMULATED\r\n/);
    const names = (await readdir(place("txt"), { recursive: true })).filter((name) =>
      /_\d{14}\.txt$/.test(name),
    );
    expect(names.length).toBe(5);
    const local = new Date(start + 5 * MINUTE + 7 * 60 * MINUTE).toISOString();
    const digits = local.replace(/\D/g, "").slice(0, 14);
    const path = `sim-s1/${local.slice(0, 10).replaceAll("-", "/")}/SIM_S1_sim-p_sim-s1_${digits}.txt`;
    expect(names).toContain(path);
    expect((await readFile(place("txt", path), "utf8")).split("\r\n").sort()).toEqual([
      "",
      `COD\t---\tmg/L\t${digits}\t02`,
      `TSS\t40\tmg/L\t${digits}\t00`,
      `pH\t7\t\t${digits}\t01`,
    ]);
  });

  it("is shown by a dry run and then published once: every sample is a duplicate, and nothing is changed", async () => {
    const before = await stored();
    const dry = await bridge("--dry-run", "--json");
    expect(dry.code).toBe(0);
    const shown = dry.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(shown.flatMap(({ messages }) => messages.map(({ topic }: { topic: string }) => topic))).toEqual(
      Array(5).fill(DATA_TOPIC),
    );
    const first = await bridge("--once", "--json");
    expect([first.code, JSON.parse(first.stdout)]).toMatchObject([
      0,
      { files: { published: 5 }, samples: 5, failed: 0 },
    ]);
    await settled(11);
    expect(ingest.status()).toMatchObject({
      stored: 5,
      duplicate: 5,
      conflict: 0,
      quarantined: 1,
      balance: 0,
    });
    expect(await stored()).toEqual(before);
    const second = await bridge("--once");
    expect([second.code, second.stdout]).toEqual([0, "0 files published, 0 samples acknowledged\n"]);
  });

  it("says what it could not use, with an exit code, and lists it", async () => {
    await writeFile(place("txt", "SIM_x_y_sim-s1_20260101120000.txt"), "pH\t7,1\t\t20260101120000\t00\n");
    expect(await bridge("--once")).toMatchObject({ code: 1, stdout: expect.stringMatching(/1 on the list/) });
    const list = await bridge("--list-failed");
    expect([list.code, list.stdout]).toEqual([
      0,
      'SIM_x_y_sim-s1_20260101120000.txt (unreadable)\n  line 1: pH: expected a number with the decimal mark . or ---, found "7,1"\n',
    ]);
    await writeFile(place("broken.yaml"), "decimal: x\nstations:\n  - { station: nobody, name: a }\n");
    const broken = await outfall("bridge", place("txt"), "--map", place("broken.yaml"), "--once");
    expect(broken.code).toBe(1);
    expect(broken.stderr).toMatch(/broken\.yaml:1: decimal: /);
    const missing = await outfall("bridge", place("nowhere"), "--map", place("map.yaml"), "--once");
    expect([missing.code, missing.stderr]).toEqual([
      1,
      expect.stringMatching(/nowhere: expected a folder that can be read/),
    ]);
  });
});

describe("a bridge that is killed", () => {
  it("takes up where it was: all of a backlog arrives, and little of it twice", async () => {
    const count = 4_000;
    await mkdir(place("txt", "backlog"));
    for (let index = 0; index < count; index += 1) {
      const time = new Date(start - (index + 1) * 60_000 + 7 * 60 * MINUTE)
        .toISOString()
        .replace(/\D/g, "")
        .slice(0, 14);
      await writeFile(
        place("txt", "backlog", `SIM_k_sim-s1_${time}.txt`),
        `TSS\t${index}\tmg/L\t${time}\t00\n`,
      );
    }
    const before = ingest.status();
    let kills = 0;
    for (const share of [0.2, 0.6]) {
      const { child, finished } = startOutfall(
        ["bridge", place("txt"), "--map", place("map.yaml"), "--stable", "1ms"],
        {
          env: {
            OUTFALL_REGISTRY: place("registry"),
            OUTFALL_DATA_DIR: place("data"),
            OUTFALL_MQTT_URL: context.stack.mqttUrl,
            OUTFALL_METRICS_PORT: "off",
            OUTFALL_LOG: "error",
          },
        },
      );
      await waitFor(() => ingest.status().stored - before.stored > count * share, {
        what: "a share is stored",
      });
      child.kill("SIGKILL");
      await finished;
      kills += 1;
    }
    const last = await bridge("--once", "--json");
    expect(JSON.parse(last.stdout)).toMatchObject({ failed: 1, uploading: 0 });
    await waitFor(() => ingest.status().stored - before.stored === count && ingest.status().inJournal === 0, {
      what: `all are stored, are ${JSON.stringify(ingest.status())}`,
    });
    // what was acknowledged and not yet on record when it died
    expect(ingest.status().duplicate - before.duplicate).toBeLessThan(kills * 1_000);
    expect(ingest.status()).toMatchObject({ conflict: 0, balance: 0 });
  });
});
