/** Self-metrics without servers: names, rates, events, the canary's and the workers' messages. */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { createTally } from "#services/ingest/ledger/tally.ts";
import { countMessage, FUTURE_MS, judgeMessage } from "#services/ingest/validate/judge-message.ts";
import { createTopicRouter } from "#services/ingest/validate/route-topic.ts";
import { canaryLine, decodeCanary, encodeCanary } from "#shared/metrics/canary.ts";
import { countEvents, createEvents } from "#shared/metrics/events.ts";
import { createMetrics } from "#shared/metrics/metrics.ts";
import { metricsAddress } from "#shared/metrics/metrics-config.ts";
import { selfLine } from "#shared/metrics/pipeline-points.ts";
import { rates } from "#shared/metrics/self-report.ts";
import { canaryTopic, canaryWorker, markTopic, markWorker } from "#shared/mqtt/control-topics.ts";
import { decodeWorkerMark, encodeWorkerMark } from "#shared/mqtt/worker-mark.ts";
import { createLogger } from "#shared/runtime/log.ts";
import { testRegistry } from "#test/support/registry.ts";

const line = (text: string, start: string) => text.split("\n").find((found) => found.startsWith(start));

describe("metrics", () => {
  it("are named by service, labelled by worker, and come with the process's own", async () => {
    const metrics = createMetrics("ingest", "w2");
    metrics.counter({ name: "events_total", help: "h" })();
    metrics.observe({ name: "journal_bytes", help: "h" }, () => [{ value: 7 }]);
    const text = await metrics.text();
    expect(line(text, "outfall_ingest_events_total{")).toBe(
      'outfall_ingest_events_total{service="ingest",worker="w2"} 1',
    );
    expect(line(text, "outfall_ingest_journal_bytes{")).toMatch(/worker="w2"} 7$/);
    expect(text).toContain("# TYPE outfall_ingest_events_total counter");
    expect(text).toContain("# TYPE outfall_ingest_journal_bytes gauge");
    expect(text).toContain("process_resident_memory_bytes");
  });

  it("are read when somebody asks, and at no other time", async () => {
    const metrics = createMetrics("ingest");
    const read = vi.fn(() => [{ labels: { plant: "p" }, value: 3 }]);
    metrics.observe({ name: "samples_total", help: "h", labels: ["plant"] }, read);
    expect(read).not.toHaveBeenCalled();
    await metrics.text();
    // read anew, not added up
    expect(line(await metrics.text(), "outfall_ingest_samples_total{")).toMatch(/plant="p".*} 3$/);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it("leave out what cannot be read, and what no longer is; the others stand", async () => {
    const metrics = createMetrics("compliance");
    let queues = ["screen", "notify"];
    metrics.observe({ name: "jobs_total", help: "h" }, () => Promise.reject(new Error("Redis is away")));
    metrics.observe({ name: "hung", help: "h" }, () => {
      throw new Error("no");
    });
    metrics.observe({ name: "queue_jobs", help: "h", labels: ["queue"] }, () =>
      queues.map((queue) => ({ labels: { queue }, value: 1 })),
    );
    await metrics.text();
    queues = ["notify"];
    const text = await metrics.text();
    expect(text).not.toMatch(/^outfall_compliance_jobs_total[{ ]/m);
    expect(text).not.toMatch(/^outfall_compliance_hung[{ ]/m);
    expect(text).not.toContain('queue="screen"');
    expect(text).toContain('queue="notify"');
  });
});

describe("metricsAddress", () => {
  const host = "127.0.0.1";
  it.each([
    [undefined, "w1", { host, port: 9181 }],
    [undefined, "w3", { host, port: 9201 }],
    ["9500", "w1", { host, port: 9500 }],
    ["9500", "w2", { host, port: 9510 }],
    ["0", "w2", { host, port: 0 }],
    ["off", "w1", undefined],
  ])("OUTFALL_METRICS_PORT=%s, worker %s", (port, worker, expected) => {
    const config = { OUTFALL_METRICS_PORT: port, OUTFALL_METRICS_HOST: host };
    expect(metricsAddress(config, "ingest", worker)).toEqual(expected);
  });
});

describe("log line and counter are one event", () => {
  const counted = async (metrics: ReturnType<typeof createMetrics>, event: string) =>
    line(
      (await metrics.text())
        .split("\n")
        .filter((found) => found.includes(`event="${event}"`))
        .join("\n"),
      "outfall_ingest_events_total{",
    )?.replace(/^.*} /, "");

  it("a catalogue's entry logs and counts in one call, stands at 0 before, and counts a repeat without a line", async () => {
    const metrics = createMetrics("ingest");
    const log = { error: vi.fn(), warn: vi.fn(), info: vi.fn() };
    const events = createEvents(
      { journalFull: { level: "error", sentence: "the journal is full" } },
      { log: log as never, metrics },
    );
    expect(await counted(metrics, "the journal is full")).toBe("0");
    events.journalFull({ bytes: 3 });
    events.journalFull.again();
    expect(await counted(metrics, "the journal is full")).toBe("2");
    expect(log.error.mock.calls).toEqual([[{ bytes: 3 }, "the journal is full"]]);
  });

  it("a logger counts every warning and error, also a child's, and nothing below", async () => {
    const metrics = createMetrics("ingest");
    const lines: string[] = [];
    const log = createLogger("ingest", countEvents(metrics), { write: (text) => void lines.push(text) });
    log.info("started");
    log.warn({ err: new Error("x") }, "a step fails");
    log.child({ step: "store" }).error("data is lost");
    expect(lines).toHaveLength(3);
    expect(await counted(metrics, "a step fails")).toBe("1");
    expect(await counted(metrics, "data is lost")).toBe("1");
    expect(await counted(metrics, "started")).toBeUndefined();
  });

  it("sentences that are not constant cannot make a series each", async () => {
    const metrics = createMetrics("ingest");
    const count = countEvents(metrics);
    for (let index = 0; index < 1_000; index += 1) count({ level: "warn", sentence: `failed ${index}` });
    expect((await metrics.text()).match(/outfall_ingest_events_total\{/g)).toHaveLength(101);
    expect(await counted(metrics, "other")).toBe("900");
  });
});

describe("a service's own row", () => {
  it.each([
    ["nothing before: no rate", undefined, {}],
    ["grown", { at: 0, totals: { received: 10 }, cpuMs: 0 }, { received_per_s: 2, cpu_share: 0.05 }],
    [
      "gone back after a restart of what it counts",
      { at: 0, totals: { received: 99 }, cpuMs: 0 },
      { cpu_share: 0.05 },
    ],
    ["no time between", { at: 10_000, totals: { received: 10 }, cpuMs: 0 }, {}],
  ])("rates: %s", (_, before, expected) => {
    expect(rates(before, { at: 10_000, totals: { received: 30 }, cpuMs: 500 })).toEqual(expected);
  });

  it("is never taken for the ledger's", () => {
    const text = selfLine({
      service: "ingest",
      worker: "w1",
      at: 5,
      figures: { journal_bytes: 1, stuck: false },
    });
    expect(text).toBe("pipeline,service=ingest-self,worker=w1 journal_bytes=1,stuck=false 5");
  });
});

describe("the tally's totals", () => {
  it("only grow, also when hours are forgotten", () => {
    const tally = createTally("w1");
    const hour = 3_600_000;
    for (const at of [0, hour, 2 * hour]) {
      tally.received("p", at, 2);
      tally.done("p", at, "stored");
      tally.done("p", at, "quarantined", "station-unknown");
      tally.left("p", at);
      tally.left("p", at);
      // written, so that they may be forgotten
      tally.changedEntries();
      tally.changedState();
      tally.forgetBefore(at);
    }
    expect(tally.entries()).toHaveLength(1);
    expect(tally.totals().get("p")).toMatchObject({
      received: 6,
      stored: 3,
      quarantined: 3,
      inJournal: 0,
      reasons: { "station-unknown": 3 },
    });
  });
});

describe("topics of no station", () => {
  it.each([
    ["outfall/v1/_canary/w1", "w1"],
    ["outfall/v1/_canary/w12", "w12"],
    ["outfall/v1/_canary/w0", undefined],
    ["outfall/v1/_canary/w1/x", undefined],
    ["outfall/v1/_canary/", undefined],
    ["outfall-sim/v1/_canary/w1", undefined],
    ["outfall/v1/zone/plant/station/data", undefined],
  ])("%s: a canary for %s", (topic, worker) => {
    expect(canaryWorker("outfall", topic)).toBe(worker);
  });

  it("the other way round gives the worker back, and marks and canaries stay apart", () => {
    for (const worker of ["w1", "w9", "w40"]) {
      expect(canaryWorker("outfall-sim", canaryTopic("outfall-sim", worker))).toBe(worker);
      expect(markWorker("outfall-sim", markTopic("outfall-sim", worker))).toBe(worker);
      expect(markWorker("outfall-sim", canaryTopic("outfall-sim", worker))).toBeUndefined();
    }
  });
});

describe("the canary", () => {
  const route = createTopicRouter("outfall-sim", testRegistry());
  const rules = { route, futureMs: FUTURE_MS, retentionMs: undefined };
  const message = (payload: string | Buffer, topic = canaryTopic("outfall-sim", "w1")) => {
    const bytes = Buffer.from(payload);
    return { topic, payload: bytes, size: bytes.length, receivedAt: 50 };
  };

  it("is in no ledger, and becomes a point of its own", () => {
    const sent = message(encodeCanary({ id: "a-1", sentAt: 40 }));
    expect(countMessage(sent, route(sent.topic)).samples).toBe(0);
    const judged = judgeMessage(sent, rules);
    expect(judged).toEqual({
      samples: [],
      rejections: [],
      canary: { id: "a-1", sentAt: 40, worker: "w1", receivedAt: 50 },
    });
    expect(judged.canary && canaryLine(judged.canary)).toBe(
      'pipeline,service=canary,worker=w1 id="a-1",sent=40i 50',
    );
  });

  it("whatever else comes on its topic is counted and refused as any stray message, once", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
          fc.json().map((text) => Buffer.from(text)),
          fc
            .record({ id: fc.string(), sent: fc.oneof(fc.integer(), fc.double(), fc.string()) })
            .map((value) => Buffer.from(JSON.stringify(value))),
        ),
        (payload) => {
          const judged = judgeMessage(message(payload), rules);
          const { plant, samples } = countMessage(message(payload), route(message(payload).topic));
          const isCanary = decodeCanary(payload) !== undefined;
          expect(judged.samples).toEqual([]);
          expect(judged.rejections).toHaveLength(isCanary ? 0 : 1);
          expect({ plant, samples }).toEqual({ plant: "unknown", samples: isCanary ? 0 : 1 });
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each(["{}", "null", '"x"', '{"id":"a b","sent":1}', '{"id":"a","sent":1.5}', '{"id":"a"}', ""])(
    "%s is none",
    (payload) => {
      expect(decodeCanary(Buffer.from(payload))).toBeUndefined();
    },
  );
});

describe("a worker's mark", () => {
  it("comes back as it was written; an empty payload, which ends it, is none", () => {
    const mark = { client: "outfall-ingest-outfall-w1", online: true, since: 5 };
    expect(decodeWorkerMark(Buffer.from(encodeWorkerMark(mark)))).toEqual(mark);
    for (const text of ["", "{}", "null", "x"]) expect(decodeWorkerMark(Buffer.from(text))).toBeUndefined();
  });
});
