/** `outfall doctor` on real servers: red on a stock broker, green on ours, and of use when servers are away. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { examine } from "#services/cli/doctor/doctor.ts";
import type { Finding } from "#services/cli/doctor/finding.ts";
import { createIngest, type Ingest } from "#services/ingest/ingest.ts";
import { ingestFigures } from "#services/ingest/metrics/ingest-metrics.ts";
import { type Child, startChild } from "#services/local/child.ts";
import { freePort } from "#services/local/free-port.ts";
import { PROBE_TOPIC } from "#services/provision/broker/access.ts";
import { createMetrics } from "#shared/metrics/metrics.ts";
import { readSelfRows } from "#shared/metrics/pipeline-points.ts";
import { withMetrics } from "#shared/metrics/with-metrics.ts";
import { markTopic } from "#shared/mqtt/control-topics.ts";
import { encodeWorkerMark } from "#shared/mqtt/worker-mark.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { systemClock } from "#shared/runtime/clock.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { startOutfall } from "#test/support/outfall.ts";
import { useStack } from "#test/support/stack.ts";

const context = useStack();
const of = (findings: readonly Finding[], area: string, check: string) =>
  findings.filter((finding) => finding.area === area && finding.check === check).map(({ state }) => state);

/** A stock Mosquitto, as `mosquitto -p PORT` starts it. */
async function startStock(): Promise<{ url: string; child: Child }> {
  const port = await freePort();
  const url = `mqtt://127.0.0.1:${port}`;
  const child = startChild({
    command: "mosquitto",
    args: ["-p", String(port)],
    cwd: context.folder,
    logFile: join(context.folder, "stock.log"),
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
  });
  await waitFor(
    async () => {
      await (await connectAsync(url, { reconnectPeriod: 0 })).endAsync(true);
      return true;
    },
    { what: "the stock broker answers" },
  );
  return { url, child };
}

describe("on our own broker, with ingest", () => {
  let ingest: Ingest;
  let close: () => Promise<void>;
  let findings: Finding[] = [];
  const env = () => ({
    ...context.stack.env,
    OUTFALL_REGISTRY: "registry",
    OUTFALL_DATA_DIR: context.folder,
  });

  beforeAll(async () => {
    const dataDir = join(context.folder, "ingest");
    ingest = createIngest({
      registry: await loadRegistry("registry"),
      mqttUrl: context.stack.mqttUrl,
      redis: { url: context.stack.redisUrl, prefix: "outfall" },
      influx: context.influx,
      root: "outfall-sim",
      dataDir,
      clock: systemClock,
      log: silentLogger,
    });
    const service = withMetrics(ingest, {
      metrics: createMetrics("ingest"),
      address: undefined,
      influx: context.influx,
      log: silentLogger,
      figures: () => ingestFigures(ingest, dataDir),
      reportEveryMs: 200,
    });
    await service.start();
    close = service.close;
    // what a connected worker leaves on the broker
    const client = await connectAsync(context.stack.mqttUrl);
    const mark = { client: "outfall-ingest-outfall-sim-w1", online: true, since: Date.now() };
    await client.publishAsync(markTopic("outfall-sim", "w1"), encodeWorkerMark(mark), {
      qos: 1,
      retain: true,
    });
    await client.endAsync();
    await waitFor(
      async () => (await readSelfRows(context.influx, ["ingest"], 0))[0]?.figures.connected === true,
      { what: "ingest tells that it is connected" },
    );
    findings = await examine({ env: env() });
  });
  afterAll(() => close());

  it("every finding about the broker is green", () => {
    const trouble = findings.filter(({ area, state }) => area === "broker" && state !== "green");
    expect(trouble).toEqual([]);
    expect(of(findings, "broker", "offline queue")).toEqual(["green"]);
  });

  it("a canary comes through journal and store, and is in no plant's ledger", () => {
    expect(of(findings, "ingest", "canary")).toEqual(["green"]);
    expect(findings.find(({ check }) => check === "canary")?.found).toMatch(/w1 was stored [\d.]+ ms after/);
    expect(ingest.status()).toMatchObject({ received: 0, quarantined: 0, balance: 0 });
    expect([...ingest.plants().keys()]).toEqual([]);
  });

  it("ingest tells about itself, and so do InfluxDB, Redis and the clocks; nothing is red", () => {
    expect(of(findings, "ingest", "journal")).toEqual(["green"]);
    expect(of(findings, "ingest", "ledger")).toEqual(["green"]);
    expect(findings.filter(({ state }) => state === "red")).toEqual([]);
    const elsewhere = findings.filter(({ area }) => ["InfluxDB", "Redis", "clocks"].includes(area));
    expect(elsewhere.map(({ state }) => state)).toEqual(elsewhere.map(() => "green"));
  });

  it("cleans up: no session of its own is left, and nothing is retained", async () => {
    const client = await connectAsync(context.stack.mqttUrl);
    const retained: string[] = [];
    let countedAnew = 0;
    let withoutClient = "";
    client.on("message", (topic, payload, { retain }) => {
      if (topic === "$SYS/broker/uptime") countedAnew += retain ? 0 : 1;
      else if (topic === "$SYS/broker/clients/disconnected") withoutClient = payload.toString();
      else if (retain) retained.push(topic);
    });
    const counters = ["$SYS/broker/uptime", "$SYS/broker/clients/disconnected"];
    await client.subscribeAsync([`${PROBE_TOPIC}/#`, ...counters], { qos: 1 });
    // the count that was retained is of before; only what changes is published again
    await waitFor(() => countedAnew >= 2, { what: "the broker has counted twice anew" });
    expect(withoutClient).toBe("0");
    await client.endAsync();
    expect(retained).toEqual([]);
  });
});

describe("on a stock broker", () => {
  it("is red: messages dropped, nothing saved; and the command line ends with 1, in words and as JSON", async () => {
    const { url, child } = await startStock();
    try {
      const env = {
        ...context.stack.env,
        OUTFALL_MQTT_URL: url,
        OUTFALL_REGISTRY: "registry",
        NO_COLOR: "1",
      };
      const [words, json] = await Promise.all([
        startOutfall(["doctor"], { env }).finished,
        startOutfall(["doctor", "--json"], { env }).finished,
      ]);
      expect([words.code, json.code]).toEqual([1, 1]);
      const { state, findings } = JSON.parse(json.stdout) as { state: string; findings: Finding[] };
      expect(state).toBe("red");
      expect(of(findings, "broker", "reachable")).toEqual(["green"]);
      expect(of(findings, "broker", "offline queue")).toEqual(["red"]);
      expect(of(findings, "broker", "settings")).toEqual(["red", "red"]);
      expect(findings.find(({ check }) => check === "offline queue")?.found).toMatch(
        /^10\d\d of 1500 messages arrived/,
      );
      expect(words.stdout).toContain("set max_queued_messages 2000000");
      expect(words.stdout).toContain("✘ offline queue");
      expect(words.stdout).not.toContain("\x1b[");
    } finally {
      await child.stop();
    }
  });
});

describe("with servers away", () => {
  it("says which, looks at the others, and never says a password", async () => {
    const nobody = await freePort();
    const started = performance.now();
    const { code, stdout } = await startOutfall(["doctor", "--json"], {
      env: {
        OUTFALL_REGISTRY: "registry",
        OUTFALL_MQTT_URL: `mqtt://_ingest:geheim@127.0.0.1:${nobody}`,
        OUTFALL_REDIS_URL: `redis://:geheim@127.0.0.1:${nobody}`,
        OUTFALL_INFLUX_URL: context.stack.influxUrl,
        OUTFALL_INFLUX_TOKEN: "user:geheim",
      },
    }).finished;
    expect(code).toBe(1);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    expect(of(findings, "broker", "reachable")).toEqual(["red"]);
    expect(of(findings, "Redis", "reachable")).toEqual(["red"]);
    expect(of(findings, "broker", "offline queue")).toEqual(["yellow"]);
    expect(of(findings, "InfluxDB", "buckets")).toEqual(["green"]);
    expect(stdout).not.toContain("geheim");
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  it("a database that was never made, and an unreadable registry, are findings with a remedy", async () => {
    const file = join(context.folder, "empty.conf");
    await writeFile(file, "persistence true\nautosave_interval 5\nmax_queued_messages 0\n");
    const findings = await examine({
      env: { ...context.stack.env, OUTFALL_INFLUX_DATABASE: "nowhere", OUTFALL_REGISTRY: "/nowhere" },
      mosquittoConf: file,
    });
    expect(of(findings, "registry", "registry")).toEqual(["red"]);
    expect(of(findings, "broker", "settings")).toEqual(["green"]);
    const writes = findings.find(({ area, check }) => area === "InfluxDB" && check === "writes");
    expect(writes).toMatchObject({ state: "red", remedy: expect.stringContaining("outfall provision") });
    expect(of(findings, "InfluxDB", "buckets")).toEqual(["red"]);
  });
});
