/** What the doctor decides, without servers: from what was found to green, yellow or red. */
import { describe, expect, it } from "vitest";
import { judgeAccess } from "#services/cli/doctor/broker/access.ts";
import { judgeConf, parseConf, portsOf } from "#services/cli/doctor/broker/conf.ts";
import { judgeDrops } from "#services/cli/doctor/broker/drops.ts";
import { brokerArguments } from "#services/cli/doctor/broker/find-conf.ts";
import { judgeQueue } from "#services/cli/doctor/broker/queue-probe.ts";
import { judgeSessions } from "#services/cli/doctor/broker/sessions.ts";
import { judgeClock } from "#services/cli/doctor/clocks.ts";
import {
  exitCode,
  type Finding,
  green,
  type Look,
  red,
  worst,
  yellow,
} from "#services/cli/doctor/finding.ts";
import { judgeRefusal, judgeRetention } from "#services/cli/doctor/influx/influx-checks.ts";
import { judgeCanary } from "#services/cli/doctor/ingest/canary.ts";
import { judgeJournal, judgeLedger, judgeRunning } from "#services/cli/doctor/ingest/judge-ingest.ts";
import { judgeQueues, judgeRedisInfo, parseInfo } from "#services/cli/doctor/redis/redis-checks.ts";
import { renderFindings } from "#services/cli/doctor/render.ts";
import { type Check, reasonOf, runChecks } from "#services/cli/doctor/run-checks.ts";
import { settingLines } from "#services/provision/broker/settings.ts";
import { InfluxError } from "#shared/influx/influx.ts";
import type { LedgerEntry } from "#shared/ledger/ledger.ts";
import type { SelfRow } from "#shared/metrics/pipeline-points.ts";

const states = (looks: Look | readonly Look[]) => [looks].flat().map(({ state }) => state);

describe("mosquitto.conf", () => {
  const ours = settingLines.join("\n");
  it.each([
    ["ours", ours, ["green"]],
    ["none at all: a stock broker", "", ["red", "red"]],
    ["no persistence", `${ours}\npersistence false`, ["red"]],
    ["the default autosave", "persistence true\nmax_queued_messages 0", ["red"]],
    ["saved at the end only", `${ours}\nautosave_interval 0`, ["red"]],
    ["autosave on changes", `${ours}\nautosave_on_changes true`, ["yellow"]],
    ["a short queue", `${ours}\nmax_queued_messages 5000`, ["red"]],
    ["a queue without bound", `${ours}\nmax_queued_messages 0`, ["green"]],
    ["a memory limit", `${ours}\nmemory_limit 100000000`, ["yellow"]],
    ["sessions of hours", `${ours}\npersistent_client_expiration 12h`, ["yellow"]],
    ["comments count for nothing", `${ours}\n# persistence false`, ["green"]],
  ])("%s", (_, text, expected) => {
    expect(states(judgeConf(parseConf(text)))).toEqual(expected);
  });

  it.each([
    ["", [1883]],
    ["listener 1884 127.0.0.1\nlistener 8883", [1884, 8883]],
    ["port 1885", [1885]],
  ])("listens, by %j, on %j", (text, ports) => {
    expect(portsOf(text)).toEqual(ports);
  });

  it.each([
    [["mosquitto", "-p", "2000"], { port: 2000 }],
    [
      ["/usr/sbin/mosquitto", "-c", "/etc/mosquitto/mosquitto.conf"],
      { file: "/etc/mosquitto/mosquitto.conf" },
    ],
    [["mosquitto"], {}],
  ])("started as %j", (args, expected) => {
    expect(brokerArguments(args)).toEqual(expected);
  });
});

describe("the broker", () => {
  it.each([
    ["all arrived", { sessionPresent: true, arrived: 1500 }, "green"],
    ["a stock broker's 1,000 and 20", { sessionPresent: true, arrived: 1020 }, "red"],
    ["no session kept", { sessionPresent: false, arrived: 0 }, "red"],
  ] as const)("queue: %s", (_, kept, state) => {
    expect(judgeQueue(kept, 1500).state).toBe(state);
  });

  const counters = { dropped: 0, droppedNow: 0, seconds: 4, stored: 50, heapBytes: 1e6, uptime: "9 seconds" };
  it.each([
    ["no $SYS", undefined, "yellow"],
    ["none", counters, "green"],
    ["once", { ...counters, dropped: 480 }, "yellow"],
    ["now", { ...counters, dropped: 480, droppedNow: 8 }, "red"],
  ] as const)("drops: %s", (_, found, state) => {
    expect(judgeDrops(found).state).toBe(state);
  });

  it.each([
    ["closed", { anonymous: false, loopback: false, reachedFrom: [] }, "green"],
    ["open, this machine only", { anonymous: true, loopback: true, reachedFrom: [] }, "green"],
    [
      "open, and reached from elsewhere",
      { anonymous: true, loopback: true, reachedFrom: ["10.0.0.7"] },
      "red",
    ],
    ["open on another machine", { anonymous: true, loopback: false, reachedFrom: [] }, "red"],
  ] as const)("access: %s", (_, found, state) => {
    expect(judgeAccess(found).state).toBe(state);
  });

  const now = 1_000_000;
  const mark = (online: boolean, since = 0) => ({ client: "outfall-ingest-outfall-w1", online, since });
  it.each([
    ["no worker was ever here", new Map(), ["yellow"]],
    [
      "all read",
      new Map([
        ["w1", mark(true)],
        ["w2", mark(true)],
      ]),
      ["green"],
    ],
    [
      "one is orphaned",
      new Map([
        ["w1", mark(true)],
        ["w2", mark(false)],
      ]),
      ["red"],
    ],
    ["one restarts", new Map([["w1", mark(false, now - 5_000)]]), ["yellow"]],
  ])("sessions: %s", (_, marks, expected) => {
    expect(states(judgeSessions(marks, now))).toEqual(expected);
  });
});

describe("InfluxDB", () => {
  const raw = { name: "raw", duration: "0s" };
  const record = { name: "record", duration: "0s" };
  it.each([
    ["as configured", [raw, record], undefined, ["green"]],
    ["400 days as configured", [{ ...raw, duration: "9600h0m0s" }, record], "400d", ["green"]],
    ["record missing", [raw], undefined, ["red"]],
    ["record forgets", [raw, { ...record, duration: "24h0m0s" }], undefined, ["red"]],
    ["raw forgets earlier than ingest believes", [{ ...raw, duration: "24h0m0s" }, record], "400d", ["red"]],
    ["raw forgets and ingest does not know", [{ ...raw, duration: "24h0m0s" }, record], undefined, ["red"]],
    ["raw kept longer than configured", [raw, record], "400d", ["yellow"]],
  ])("retention: %s", (_, policies, wanted, expected) => {
    expect(states(judgeRetention(policies, "outfall", wanted))).toEqual(expected);
  });

  it.each([
    [401, /OUTFALL_INFLUX_TOKEN/],
    [403, /right to read and write/],
    [404, /outfall provision/],
  ])("refused with %i: what to do about it", (status, remedy) => {
    const error = Object.assign(new InfluxError("InfluxDB write", new Error("refused")), { status });
    expect(judgeRefusal(error)).toMatchObject({ state: "red", remedy: expect.stringMatching(remedy) });
  });
});

describe("Redis", () => {
  const good = {
    maxmemory_policy: "noeviction",
    maxmemory: "0",
    aof_enabled: "1",
    aof_last_write_status: "ok",
  };
  it.each([
    ["good", good, ["green"]],
    ["evicts", { ...good, maxmemory_policy: "allkeys-lru" }, ["red"]],
    ["no append-only file", { ...good, aof_enabled: "0" }, ["yellow"]],
    ["cannot write it", { ...good, aof_last_write_status: "err" }, ["red"]],
    ["nearly full", { ...good, maxmemory: "100", used_memory: "95" }, ["red"]],
  ])("%s", (_, info, expected) => {
    expect(states(judgeRedisInfo(info))).toEqual(expected);
  });

  it("INFO is read", () => {
    expect(parseInfo("# Memory\r\nused_memory:12\r\nmaxmemory_policy:noeviction\r\n")).toEqual({
      used_memory: "12",
      maxmemory_policy: "noeviction",
    });
  });

  const depth = { name: "screen", waiting: 3, delayed: 0, failed: 0 };
  it.each([
    [[depth], ["green"]],
    [[{ ...depth, failed: 2 }], ["yellow"]],
    [[{ ...depth, waiting: 5_000 }], ["yellow"]],
  ])("queues %j", (depths, expected) => {
    expect(states(judgeQueues(depths))).toEqual(expected);
  });
});

describe("ingest", () => {
  const now = 1_000_000;
  const row = (service: string, figures: SelfRow["figures"] = {}, at = now): SelfRow => ({
    service,
    worker: "w1",
    at,
    figures,
  });
  it.each([
    ["all tell", [row("ingest"), row("compliance"), row("notify")], ["green"]],
    ["nobody", [], ["red", "yellow", "yellow"]],
    ["ingest fell silent", [row("ingest", {}, 0), row("compliance"), row("notify")], ["red"]],
    ["no notify", [row("ingest"), row("compliance")], ["yellow"]],
  ])("services: %s", (_, rows, expected) => {
    expect(states(judgeRunning(rows, now))).toEqual(expected);
  });

  it.each([
    ["nothing waits", { journal_messages: 0, connected: true, stuck: false }, ["green"]],
    ["stuck", { stuck: true }, ["red"]],
    ["not connected", { connected: false }, ["red"]],
    ["forgotten", { forgotten: 9 }, ["yellow"]],
    ["old messages wait", { journal_messages: 9, oldest_waiting_ms: 120_000 }, ["yellow"]],
    ["a step fails", { journal_messages: 9, troubles: 1 }, ["yellow"]],
    ["little disk", { disk_free_bytes: 3e9 }, ["yellow"]],
    ["no disk", { disk_free_bytes: 1e8 }, ["red"]],
    ["stuck without disk", { stuck: true, disk_free_bytes: 0 }, ["red", "red"]],
  ])("journal: %s", (_, figures, expected) => {
    expect(states(judgeJournal([row("ingest", figures)]))).toEqual(expected);
  });

  const entry: LedgerEntry = {
    worker: "w1",
    plant: "p",
    hour: 0,
    received: 100,
    stored: 100,
    duplicate: 0,
    conflict: 0,
    quarantined: 0,
    inJournal: 0,
  };
  it.each([
    ["balanced", entry, ["green"]],
    ["one is lost", { ...entry, stored: 99 }, ["red"]],
    ["under way", { ...entry, stored: 99, inJournal: 1 }, ["green"]],
    ["few refused", { ...entry, stored: 98, quarantined: 2 }, ["green"]],
    ["many refused", { ...entry, stored: 80, quarantined: 20 }, ["yellow"]],
    ["conflicts", { ...entry, stored: 99, conflict: 1 }, ["yellow"]],
  ])("ledger: %s", (_, found, expected) => {
    expect(states(judgeLedger([found], 24))).toEqual(expected);
  });

  it("says which reason refuses most", () => {
    const reasons = { "station-unknown": 15, "value-invalid": 5 };
    const [look] = judgeLedger([{ ...entry, stored: 80, quarantined: 20, reasons }], 24);
    expect(look?.found).toContain("mostly station-unknown");
  });

  it.each([
    [40, "green"],
    [3_000, "yellow"],
    [undefined, "red"],
  ] as const)("a canary stored after %s ms", (storedMs, state) => {
    expect(judgeCanary({ worker: "w1", brokerMs: 2, storedMs, waitedMs: 8_000 }).state).toBe(state);
  });

  it.each([
    [0, "green"],
    [-2_000, "green"],
    [10_000, "yellow"],
    [-90_000, "red"],
  ] as const)("a clock %i ms ahead", (aheadMs, state) => {
    expect(judgeClock(aheadMs).state).toBe(state);
  });
});

describe("runChecks", () => {
  const check = (changes: Partial<Check> = {}): Check => ({
    area: "broker",
    name: "n",
    why: "w",
    remedy: "r",
    look: async () => green("fine"),
    ...changes,
  });

  it("runs side by side, each with its own time; the order is the checks'", async () => {
    const slow = check({ name: "slow", timeoutMs: 50, look: () => new Promise(() => undefined) });
    const broken = check({ name: "broken", look: () => Promise.reject(new Error("no\nstack")) });
    const findings = await runChecks([[slow, broken, check()]]);
    expect(findings.map(({ check: name, state, found }) => [name, state, found])).toEqual([
      ["slow", "red", "no answer within 50 ms"],
      ["broken", "red", "no"],
      ["n", "green", "fine"],
    ]);
  });

  it("does not try what needs a server that is away", async () => {
    const away = check({ proves: "broker", look: async () => red("refused") });
    let tried = false;
    const needing = check({
      needs: ["broker"],
      look: async () => {
        tried = true;
        return green("");
      },
    });
    const findings = await runChecks([[away], [needing, check({ needs: ["Redis"] })]]);
    expect(findings.map(({ state }) => state)).toEqual(["red", "yellow", "green"]);
    expect(tried).toBe(false);
  });

  it("gives the check's remedy where the look has none, and none to green", async () => {
    const findings = await runChecks([
      [check({ look: async () => [green("a"), yellow("b"), red("c", "do this")] })],
    ]);
    expect(findings.map(({ remedy }) => remedy)).toEqual([null, "r", "do this"]);
    expect([worst(findings), exitCode(findings)]).toEqual(["red", 1]);
    expect(exitCode(findings.slice(0, 2))).toBe(0);
  });

  it("never says a password", () => {
    expect(reasonOf(new Error("connect mqtt://_ingest:geheim@broker:1883 failed"))).toBe(
      "connect mqtt://_ingest:***@broker:1883 failed",
    );
  });
});

describe("renderFindings", () => {
  const finding = (state: Finding["state"]): Finding => ({
    area: "broker",
    check: "queue",
    state,
    found: "f ".repeat(80),
    why: "because",
    remedy: state === "green" ? null : "do it",
    ms: 1,
  });
  const plain = { colour: false, width: 80 };

  it("has a mark a state, the reason and the remedy where something is to be done, and the sum", () => {
    const text = renderFindings([finding("green"), finding("yellow"), finding("red")], plain);
    for (const mark of ["✔ queue", "! queue", "✘ queue"]) expect(text).toContain(mark);
    expect(text.match(/why: because/g)).toHaveLength(2);
    expect(text.match(/do: do it/g)).toHaveLength(2);
    expect(text.trimEnd().endsWith("1 green, 1 yellow, 1 red")).toBe(true);
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("has colour only when asked", () => {
    expect(renderFindings([finding("red")], plain)).not.toContain("\x1b[");
    expect(renderFindings([finding("red")], { ...plain, colour: true })).toContain("\x1b[31m");
  });
});
