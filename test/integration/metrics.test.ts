/** Self-metrics of real services, and what our broker's settings keep when it is killed. */
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect, connectAsync } from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { InfluxqlTarget } from "#dashboards/influxql/influxql-query.ts";
import { renderQuery } from "#dashboards/influxql/render-query.ts";
import { panelsOf } from "#dashboards/layout.ts";
import { pipelineDashboard } from "#dashboards/pipeline/pipeline.ts";
import { type ServiceProcess, startService } from "#services/local/service-process.ts";
import { toRows } from "#shared/influx/rows.ts";
import { readLedger } from "#shared/ledger/ledger.ts";
import { readSelfRows } from "#shared/metrics/pipeline-points.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { createPublisher } from "#test/support/publisher.ts";
import { DATA_TOPIC, testRegistryFiles } from "#test/support/registry.ts";
import { useStack } from "#test/support/stack.ts";

const context = useStack();

describe("services that run", () => {
  const services = new Map<string, ServiceProcess>();
  const logOf = (name: string) => join(context.folder, `${name}.log`);

  beforeAll(async () => {
    const registry = join(context.folder, "registry");
    await mkdir(registry, { recursive: true });
    for (const [name, text] of Object.entries(testRegistryFiles()))
      await writeFile(join(registry, name), text);
    const env = {
      ...context.stack.env,
      OUTFALL_REGISTRY: registry,
      OUTFALL_DATA_DIR: join(context.folder, "data"),
      OUTFALL_METRICS_PORT: "0",
      OUTFALL_API_PORT: "0",
      OUTFALL_SMTP_URL: "smtp://127.0.0.1:1",
    };
    await Promise.all(
      (["ingest", "compliance", "notify", "api"] as const).map(async (name) => {
        services.set(name, await startService(name, { env, logFile: logOf(name) }));
      }),
    );
  });
  afterAll(() => Promise.all([...services.values()].map((service) => service.stop())));

  /** Where the service says its metrics are. */
  async function metricsOf(name: string): Promise<string> {
    const lines = (await readFile(logOf(name), "utf8")).trim().split("\n");
    const told = lines.map((line) => JSON.parse(line) as { url?: string; address?: string; msg: string });
    const url =
      told.find(({ msg }) => msg === "metrics are served")?.url ??
      `${told.find(({ msg }) => msg === "api listens")?.address}/metrics`;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    const response = await fetch(url);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=/);
    return response.text();
  }
  const value = (text: string, start: string) => {
    const line = text.split("\n").find((found) => found.startsWith(start));
    return line === undefined ? undefined : Number(line.split(" ").at(-1));
  };

  it("ingest counts what it stored and refused, by plant, outcome and reason, and times its commits", async () => {
    const publisher = await createPublisher(context.stack.mqttUrl);
    const time = Date.now() - 60_000;
    for (const at of [time, time, time + 1_000]) {
      await publisher.publish(DATA_TOPIC, { time: at, readings: { cod: 40 } });
    }
    await publisher.publish("outfall-sim/v1/stray", "x");
    await publisher.close();
    const samples = (outcome: string) => `outfall_ingest_samples_total{plant="sim-p",outcome="${outcome}"`;
    const text = await waitFor(
      async () => {
        const found = await metricsOf("ingest");
        const settled = value(found, "outfall_ingest_journal_waiting_messages") === 0;
        return settled && value(found, samples("stored")) === 2 && found;
      },
      { what: "two samples stored" },
    );
    expect(value(text, samples("duplicate"))).toBe(1);
    expect(value(text, 'outfall_ingest_received_samples_total{plant="sim-p"')).toBe(3);
    expect(value(text, 'outfall_ingest_quarantined_samples_total{code="topic-unknown"')).toBe(1);
    expect(value(text, "outfall_ingest_balance_samples")).toBe(0);
    expect(value(text, "outfall_ingest_connected")).toBe(1);
    expect(value(text, "outfall_ingest_commit_seconds_count")).toBeGreaterThan(0);
    expect(value(text, "outfall_ingest_influx_write_seconds_count")).toBeGreaterThan(0);
    expect(value(text, "process_resident_memory_bytes")).toBeGreaterThan(1e7);
  });

  it("compliance tells of queues and incidents, notify of its outbox, the api on its own port", async () => {
    const compliance = await metricsOf("compliance");
    expect(value(compliance, 'outfall_compliance_queue_jobs{queue="notify",state="failed"')).toBe(0);
    expect(value(compliance, 'outfall_compliance_open_incidents{kind="limit"')).toBe(0);
    const notify = await metricsOf("notify");
    expect(value(notify, "outfall_notify_outbox_waiting_mails")).toBe(0);
    expect(value(notify, 'outfall_notify_mails{state="sent"')).toBe(0);
    expect(value(await metricsOf("api"), "process_cpu_seconds_total")).toBeGreaterThan(0);
  });

  it("each writes its row, which the ledger does not take for one of its own", async () => {
    const rows = await waitFor(
      async () => {
        const found = await readSelfRows(context.influx, ["ingest", "compliance", "notify", "api"], 0);
        const ingest = found.find(({ service }) => service === "ingest");
        return found.length === 4 && ingest?.figures.connected === true && found;
      },
      { what: "a row of each service" },
    );
    expect(rows.map(({ service, worker }) => `${service} ${worker}`).sort()).toEqual([
      "api w1",
      "compliance w1",
      "ingest w1",
      "notify w1",
    ]);
    const ingest = rows.find(({ service }) => service === "ingest")?.figures;
    expect(ingest).toMatchObject({ connected: true, stuck: false });
    expect(ingest?.rss_mib).toBeGreaterThan(10);
    expect(ingest?.disk_free_bytes).toBeGreaterThan(0);
    const ledger = await waitFor(
      async () => {
        const entries = await readLedger(context.influx);
        return entries.length > 0 && entries;
      },
      { what: "the ledger" },
    );
    expect(new Set(ledger.map(({ plant }) => plant))).toEqual(new Set(["sim-p", "unknown"]));
  });

  const targets = panelsOf(pipelineDashboard()).flatMap((panel) =>
    (panel.targets as unknown as InfluxqlTarget[]).map(({ refId, query }) => [
      `${panel.title} ${refId}`,
      query,
    ]),
  );
  it.each(targets)("the Pipeline dashboard shows %s from what they wrote", async (_, query) => {
    // rates begin with the second row
    const rows = await waitFor(
      async () => {
        const range = { from: Date.now() - 7_200_000, to: Date.now() + 1_000, intervalMs: 10_000 };
        const found = toRows(
          await context.influx.query(renderQuery(query ?? "", { ...range, variables: {} })),
        );
        return (
          found.some((row) =>
            Object.values(row).some((cell) => typeof cell === "number" && cell !== row.time),
          ) && found
        );
      },
      { what: "rows with a value" },
    );
    expect(rows.length).toBeGreaterThan(0);
  });
});

describe("our broker, killed", () => {
  it("keeps sessions and queued messages older than its last save", async () => {
    const clientId = "outfall-ingest-like";
    const url = context.stack.mqttUrl;
    const database = join(context.folder, "servers", "mosquitto", "mosquitto.db");
    const savedAt = async () => (await stat(database).catch(() => undefined))?.mtimeMs ?? 0;
    const session = await connectAsync(url, { clientId, clean: false });
    await session.subscribeAsync("kept/#", { qos: 1 });
    await session.endAsync();
    const publisher = await createPublisher(url);
    await Promise.all(Array.from({ length: 2_000 }, (_, index) => publisher.publish(`kept/${index}`, "x")));
    const published = await savedAt();
    await waitFor(async () => (await savedAt()) > published, {
      what: "a save after them",
      timeoutMs: 15_000,
    });
    await publisher.close();
    await context.stack.stop("mosquitto", "SIGKILL");
    await context.stack.restart("mosquitto");

    const seen = new Set<string>();
    const back = connect(url, { clientId, clean: false });
    back.on("message", (topic) => seen.add(topic));
    await waitFor(() => seen.size >= 2_000, { what: "all of before the last save", timeoutMs: 10_000 }).catch(
      () => undefined,
    );
    await back.endAsync(true);
    expect(seen.size).toBe(2_000);
  });
});
