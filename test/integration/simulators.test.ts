/** Simulated and replayed stations against a real Mosquitto: nothing lost through its death, the last will, real records. */
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { connectAsync, type MqttClient } from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import { parseTopic, subscription } from "#shared/mqtt/topic.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { loadMap, type ReplayMap } from "#simulators/replay/load-map.ts";
import { runReplay } from "#simulators/replay/run-replay.ts";
import { loadScenario, parseScenario } from "#simulators/scenario/load-scenario.ts";
import type { Scenario } from "#simulators/scenario/scenario.ts";
import { runSimulation, type SimulationResult } from "#simulators/simulation/run-simulation.ts";
import { createPublisher } from "#simulators/station/publisher.ts";
import { useStack } from "#test/support/stack.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const registry = await loadRegistry(join(root, "registry"));
const START = Date.parse("2026-11-01T00:00:00+07:00");
const MINUTE = 60_000;
const context = useStack(["mosquitto"]);
const log = silentLogger;

interface Received {
  readonly station: string;
  readonly kind: string;
  readonly text: string;
  readonly retained: boolean;
}

const listeners: MqttClient[] = [];

/** A subscriber to everything simulated, with what it has received. */
async function listen(): Promise<Received[]> {
  const received: Received[] = [];
  const client = await connectAsync(context.stack.mqttUrl);
  listeners.push(client);
  client.on("message", (topic, payload, packet) => {
    const { station = "?", kind = "?" } = parseTopic("outfall-sim", topic) ?? {};
    received.push({ station, kind, text: payload.toString(), retained: packet.retain });
  });
  await client.subscribeAsync(subscription("outfall-sim"), { qos: 1 });
  return received;
}

afterEach(async () => {
  await Promise.all(listeners.splice(0).map((client) => client.endAsync(true)));
});

const timesOf = (received: readonly Received[], station: string) =>
  received
    .filter((message) => message.station === station && message.kind === "data")
    .map(({ text }) => Date.parse(JSON.parse(text).time));

function scenarioOf(stations: string[], backlog: string, events = ""): Scenario {
  return parseScenario(
    "test.yaml",
    `name: t\nseed: t\nstations: [${stations}]\nbacklog: ${backlog}\n${events}`,
    registry,
  );
}

/** A way to the broker that the test can shut, so that a listener is there before a station comes back. */
async function openGate() {
  const broker = new URL(context.stack.mqttUrl);
  const sockets = new Set<Socket>();
  let isOpen = true;
  const server = createServer((socket) => {
    if (!isOpen) return void socket.destroy();
    const onward = createConnection(Number(broker.port), broker.hostname);
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => one.destroy());
      one.on("close", () => other.destroy());
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const shut = () => {
    isOpen = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    shut,
    open() {
      isOpen = true;
    },
    async [Symbol.asyncDispose]() {
      shut();
      await new Promise((done) => server.close(done));
    },
  };
}

/** Starts a simulation whose clock the test moves. */
function simulate(scenario: Scenario, mqttUrl = context.stack.mqttUrl) {
  const state = { now: START, backlogSent: false };
  const end = new AbortController();
  const done = runSimulation({
    registry,
    scenario,
    mqttUrl,
    clock: { now: () => state.now, speed: 1200, simulated: true },
    storyStartMs: START,
    log,
    signal: end.signal,
    onBacklogSent: () => {
      state.backlogSent = true;
    },
  });
  return {
    state,
    stop(): Promise<SimulationResult> {
      end.abort();
      return done;
    },
  };
}

describe("a simulation", () => {
  it("sends its history in time order, all stations together, then each record as the clock passes it", async () => {
    const received = await listen();
    const run = simulate(scenarioOf(["sim-sx-nt01", "sim-bc-nt02"], "6h"));
    await waitFor(() => run.state.backlogSent, { what: "the history is acknowledged" });
    await waitFor(() => timesOf(received, "sim-sx-nt01").length === 72, { what: "72 records arrived" });
    const history = Array.from({ length: 72 }, (_, i) => START - 6 * 60 * MINUTE + (i + 1) * 5 * MINUTE);
    expect(timesOf(received, "sim-sx-nt01")).toEqual(history);
    expect(timesOf(received, "sim-bc-nt02")).toEqual(history);

    run.state.now = START + 14 * MINUTE;
    await waitFor(() => timesOf(received, "sim-sx-nt01").length === 74, { what: "two more records" });
    run.state.now = START + 15 * MINUTE;
    await waitFor(() => timesOf(received, "sim-bc-nt02").length === 75, { what: "the third" });
    expect(timesOf(received, "sim-bc-nt02").slice(72)).toEqual([5, 10, 15].map((n) => START + n * MINUTE));
    const result = await run.stop();
    expect(result).toEqual({
      published: 150,
      byStation: { "sim-sx-nt01": 75, "sim-bc-nt02": 75 },
      resent: 0,
      unsent: 0,
    });
  });

  it("silence fires the last will; back again it says online, and sends what it held only with backlog", async () => {
    const received = await listen();
    const silence = "{ at: 10m, until: 60m, fault: silence, station:";
    const scenario = scenarioOf(
      ["sim-bc-nt01", "sim-bc-nt02"],
      "0m",
      `events:\n  - ${silence} sim-bc-nt01 }\n  - ${silence} sim-bc-nt02, backlog: true }`,
    );
    const run = simulate(scenario);
    const states = (station: string) =>
      received
        .filter((message) => message.station === station && message.kind === "status" && !message.retained)
        .map(({ text }) => JSON.parse(text).online);
    await waitFor(() => run.state.backlogSent, { what: "the story begins" });
    run.state.now = START + 30 * MINUTE;
    await waitFor(() => states("sim-bc-nt01").at(-1) === false && states("sim-bc-nt02").at(-1) === false, {
      what: "both last wills",
    });
    expect(timesOf(received, "sim-bc-nt01")).toEqual([START + 5 * MINUTE]);
    expect(timesOf(received, "sim-bc-nt02")).toEqual([START + 5 * MINUTE]);

    run.state.now = START + 70 * MINUTE;
    await waitFor(() => timesOf(received, "sim-bc-nt01").length >= 4, {
      what: "the records after the silence",
    });
    await waitFor(() => timesOf(received, "sim-bc-nt02").length >= 14, {
      what: "the records of the silence",
    });
    expect(timesOf(received, "sim-bc-nt01")).toEqual([5, 60, 65, 70].map((n) => START + n * MINUTE));
    expect(timesOf(received, "sim-bc-nt02")).toEqual(
      Array.from({ length: 14 }, (_, i) => START + (i + 1) * 5 * MINUTE),
    );
    const result = await run.stop();
    expect(result.byStation).toEqual({ "sim-bc-nt01": 4, "sim-bc-nt02": 14 });
    // leaving in order says offline too
    await waitFor(() => states("sim-bc-nt01").length === 4, { what: "the farewell" });
    expect(states("sim-bc-nt01")).toEqual([true, false, true, false]);
  });

  it("goes on after the broker was killed with SIGKILL: every record is acknowledged, oldest first", async () => {
    const station = "sim-hl-nt01";
    await using gate = await openGate();
    const run = simulate(scenarioOf([station], "1h"), gate.url);
    await waitFor(() => run.state.backlogSent, { what: "the history is acknowledged" });
    await context.stack.stop("mosquitto", "SIGKILL");
    gate.shut();
    run.state.now = START + 120 * MINUTE;
    await context.stack.restart("mosquitto");
    const received = await listen();
    gate.open();
    await waitFor(() => timesOf(received, station).at(-1) === START + 120 * MINUTE, {
      what: "the newest record",
    });
    run.state.now = START + 180 * MINUTE;
    await waitFor(() => timesOf(received, station).at(-1) === START + 180 * MINUTE, {
      what: "the story goes on",
    });
    const result = await run.stop();
    expect([result.unsent, result.published]).toEqual([0, 12 + 36]);
    const times = timesOf(received, station);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const awaited = Array.from({ length: 36 }, (_, i) => START + (i + 1) * 5 * MINUTE);
    expect(times.filter((time) => time > START)).toEqual(awaited);
  });

  it("acknowledges a backlog of 30 days of 8 stations at tens of thousands of messages a second", async () => {
    const scenario = await loadScenario(join(root, "simulators/scenarios/demo.yaml"), registry);
    const started = performance.now();
    const run = simulate(scenario);
    await waitFor(() => run.state.backlogSent, { what: "the history is acknowledged", timeoutMs: 50_000 });
    const seconds = (performance.now() - started) / 1000;
    const result = await run.stop();
    console.info(
      `backlog: ${result.published} messages in ${seconds.toFixed(2)} s, ${Math.round(result.published / seconds)}/s`,
    );
    expect(result.published).toBe(69_120);
    // a machine shared with other tests is slower; one await a message would be a hundred times slower
    expect(result.published / seconds).toBeGreaterThan(5_000);
  });
});

describe("a station's publisher", () => {
  it("sends the last ten minutes again, first, whenever it had lost the line, with its session there or without", async () => {
    await using gate = await openGate();
    const publisher = createPublisher({
      mqttUrl: gate.url,
      topicRoot: "outfall-sim",
      address: { zone: "sim-z", plant: "sim-z-p", station: "sim-z-s" },
      now: () => START,
      log,
      repeatRealMs: 0,
    });
    const offer = (minute: number) => {
      const time = START + minute * MINUTE;
      publisher.offer({ time, payload: JSON.stringify({ time, readings: { ph: 7 } }) });
    };
    const minutesOf = (received: readonly Received[]) =>
      received
        .filter(({ station, kind }) => station === "sim-z-s" && kind === "data")
        .map(({ text }) => (JSON.parse(text).time - START) / MINUTE);
    publisher.open();
    for (let minute = 0; minute <= 60; minute += 5) offer(minute);
    await publisher.whenAtMost(0);
    expect(publisher.published).toBe(13);

    // its session is there, but what it acknowledged last may be gone with a crash
    gate.shut();
    offer(65);
    const kept = await listen();
    gate.open();
    await waitFor(() => publisher.waiting === 0, { what: "the new record is acknowledged" });
    await waitFor(() => minutesOf(kept).length > 0, { what: "the new record" });
    await waitFor(() => minutesOf(kept).length >= 3, { what: "the repeated records" });
    expect([minutesOf(kept), publisher.resent]).toEqual([[55, 60, 65], 2]);

    gate.shut();
    offer(70);
    await context.stack.stop("mosquitto", "SIGKILL");
    await rm(join(context.folder, "servers", "mosquitto", "mosquitto.db"), { force: true });
    await context.stack.restart("mosquitto");
    const received = await listen();
    gate.open();
    await waitFor(() => publisher.waiting === 0, { what: "all is acknowledged again" });
    await waitFor(() => minutesOf(received).length >= 3, { what: "the repeated records and the new one" });
    expect(minutesOf(received)).toEqual([60, 65, 70]);
    expect([publisher.published, publisher.resent]).toEqual([15, 4]);
    await publisher.close();
  });
});

describe("a replay", () => {
  it("publishes every row it can date, from plain or compressed files, and accounts for the rest", async () => {
    const received = await listen();
    const base = await loadMap(join(root, "simulators/maps/uci-manlleu.yaml"));
    const map: ReplayMap = { ...base, columns: { "2": { parameter: "cod" } } };
    const file = join(context.folder, "rows.csv.gz");
    await writeFile(file, gzipSync("D-3/3/90,41\r\nD-1/3/90,?\nnot a day,5\n\nD-2/3/90,<5"));
    const progress: number[][] = [];
    const result = await runReplay({
      file,
      map,
      mqttUrl: context.stack.mqttUrl,
      speed: 0,
      log,
      onProgress: ({ rowsDone, rowsTotal }) => progress.push([rowsDone, rowsTotal]),
    });
    expect(result).toMatchObject({
      rows: 4,
      published: 3,
      emptyRows: 2,
      skippedRows: 1,
      unreadableValues: 1,
      unsent: 0,
    });
    expect(result.skipped).toEqual([{ row: 3, why: 'expected a time like D-d/M/yy, found "not a day"' }]);
    expect(progress.at(-1)).toEqual([4, 4]);
    await waitFor(() => timesOf(received, map.station.id).length === 3, { what: "three rows" });
    expect(timesOf(received, map.station.id)).toEqual(
      ["03", "01", "02"].map((day) => Date.parse(`1990-03-${day}T00:00:00+01:00`)),
    );
  });

  it("keeps the feed's pace: 40 minutes of feed at 2,400 times take a second", async () => {
    const map = await loadMap(join(root, "simulators/maps/gecco-2018.yaml"));
    const file = join(context.folder, "minutes.csv");
    const head = '"","Time","Tp","Cl","pH","Redox","Leit","Trueb","Cl_2","Fm","Fm_2","EVENT"';
    const rows = Array.from(
      { length: 41 },
      (_, i) => `"${i}",2016-08-03 11:${10 + i}:00,6.5,NA,8.3,7,2,0,0,1,1,FALSE`,
    );
    await writeFile(file, `${head}\n${rows.join("\n")}\n`);
    const result = await runReplay({ file, map, mqttUrl: context.stack.mqttUrl, speed: 2400, log });
    expect(result.published).toBe(41);
    expect(result.seconds).toBeGreaterThan(0.95);
    expect(result.seconds).toBeLessThan(5);
  });

  it("says which file or column is wrong", async () => {
    const map = await loadMap(join(root, "simulators/maps/gecco-2018.yaml"));
    const options = { map, mqttUrl: context.stack.mqttUrl, speed: 0, log };
    await expect(runReplay({ ...options, file: join(context.folder, "none.csv") })).rejects.toThrow(
      /ENOENT.*none\.csv/,
    );
    const file = join(context.folder, "other.csv");
    await writeFile(file, "Time,Tp\n2016-08-03 11:49:00,6\n");
    await expect(runReplay({ ...options, file })).rejects.toThrow(/no column "pH"; its columns are Time, Tp/);
  });
});

const sampleData = resolve(root, process.env.OUTFALL_SAMPLE_DATA ?? "../shared/data");
const hasSampleData = existsSync(join(sampleData, "uci-water-treatment"));
if (!hasSampleData) console.warn(`SKIPPED: recorded data not found at ${sampleData} (OUTFALL_SAMPLE_DATA)`);

describe(hasSampleData ? "recorded data" : "recorded data (SKIPPED: OUTFALL_SAMPLE_DATA not there)", () => {
  it.skipIf(!hasSampleData)("Manlleu: 527 days with their dates and values", async () => {
    const received = await listen();
    const map = await loadMap(join(root, "simulators/maps/uci-manlleu.yaml"));
    const file = join(sampleData, "uci-water-treatment/water-treatment.data");
    const result = await runReplay({ file, map, mqttUrl: context.stack.mqttUrl, speed: 0, log });
    expect(result).toMatchObject({
      rows: 527,
      published: 527,
      emptyRows: 0,
      skippedRows: 0,
      unreadableValues: 0,
    });
    expect(result.from).toBe(Date.parse("1990-01-01T00:00:00+01:00"));
    expect(result.until).toBe(Date.parse("1991-10-30T00:00:00+01:00"));

    await waitFor(() => timesOf(received, map.station.id).length === 527, { what: "527 messages" });
    const times = timesOf(received, map.station.id);
    expect(new Set(times).size).toBe(527);
    const zone = "Europe/Madrid";
    expect(
      times.every((time) => Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone).hour === 0),
    ).toBe(true);
    const march13 = received.find(({ text }) => text.includes('"1990-03-13T00:00:00+01:00"'));
    expect(JSON.parse(march13?.text ?? "{}").readings).toMatchObject({
      cod: 306,
      tss: 131,
      flow_in: { unit: "m3/day" },
    });
  });

  it.skipIf(!hasSampleData)(
    "GECCO: 139,566 minutes with distinct times, the repeated hour among them",
    async () => {
      const received = await listen();
      const map = await loadMap(join(root, "simulators/maps/gecco-2018.yaml"));
      const file = join(sampleData, "gecco2018-drinking-water/1_gecco2018_water_quality.csv.gz");
      const result = await runReplay({ file, map, mqttUrl: context.stack.mqttUrl, speed: 0, log });
      console.info(`replay: ${result.published} messages in ${result.seconds.toFixed(2)} s`);
      expect(result).toMatchObject({ rows: 139_566, published: 139_566, emptyRows: 1044, skippedRows: 0 });
      await waitFor(() => received.length >= 139_566, { what: "all messages", timeoutMs: 40_000 });
      const times = timesOf(received, map.station.id);
      expect(new Set(times).size).toBe(139_566);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    },
  );
});
