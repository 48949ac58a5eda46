import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { environmentOf } from "#services/cli/commands/ingest.ts";
import type { Arrival } from "#services/ingest/receive/subscriber.ts";
import { createFences } from "#services/ingest/workers/fences.ts";
import {
  begin,
  type Facts,
  type Happening,
  happened,
  nextStep,
  type Other,
} from "#services/ingest/workers/handover.ts";
import { ownerOf } from "#services/ingest/workers/owner.ts";
import {
  fenceTopic,
  fenceWorker,
  markTopic,
  markWorker,
  zonesTopic,
  zonesWorker,
} from "#shared/mqtt/control-topics.ts";
import {
  ALL_ZONES,
  decodeWorkerZones,
  encodeWorkerZones,
  type WorkerZones,
} from "#shared/mqtt/worker-zones.ts";

const zones = Array.from({ length: 5_000 }, (_, index) => `vn-${index % 97}-zone-${index}`);

describe("the owner of a zone", () => {
  it("never changes between versions: zones would move with an update", () => {
    const some = ["sim-song-xanh", "sim-bai-cat", "vn-92-tra-noc-1", "vn-92-tra-noc-2", "vn-37-khanh-phu"];
    expect(some.map((zone) => [2, 3, 8, 100].map((workers) => ownerOf(zone, workers)))).toEqual([
      [2, 3, 3, 77],
      [2, 2, 2, 13],
      [1, 1, 8, 69],
      [2, 3, 3, 12],
      [1, 3, 8, 87],
    ]);
  });

  it.each([1, 2, 3, 5, 8, 16])("is shared evenly among %i workers", (workers) => {
    const shares = Map.groupBy(zones, (zone) => ownerOf(zone, workers));
    expect([...shares.keys()].sort((a, b) => a - b)).toEqual(
      Array.from({ length: workers }, (_, index) => index + 1),
    );
    const even = zones.length / workers;
    for (const [worker, share] of shares)
      expect(Math.abs(share.length - even), `w${worker}`).toBeLessThan(5 * Math.sqrt(even));
  });

  it("moves only to the new worker, and only its share", () => {
    for (const workers of [1, 2, 3, 7, 20]) {
      const moved = zones.filter((zone) => ownerOf(zone, workers) !== ownerOf(zone, workers + 1));
      expect(moved.every((zone) => ownerOf(zone, workers + 1) === workers + 1)).toBe(true);
      const share = zones.length / (workers + 1);
      expect(Math.abs(moved.length - share)).toBeLessThan(5 * Math.sqrt(share));
    }
  });

  it("moves from earlier workers to later ones, and else only away from those out of service", () => {
    const count = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(fc.string(), count, count, (zone, before, after) => {
        const [from, to] = [ownerOf(zone, before), ownerOf(zone, after)];
        expect(from === to || from < to || from > after).toBe(true);
      }),
    );
  });
});

const given = (facts: Facts, ...events: Happening[]): Facts => events.reduce(happened, facts);
const other = (zonesOf: { subscribed?: string[]; leaving?: string[] }, storing = true): Other => ({
  workers: 3,
  storing,
  subscribed: new Set(zonesOf.subscribed),
  leaving: new Set(zonesOf.leaving),
});
function announcement(facts: Facts): WorkerZones {
  const step = nextStep(facts);
  if (step.do !== "announce") throw new Error(`expected an announcement, got ${step.do}`);
  return step.record;
}
const here: Happening = { what: "connected", sessionPresent: true };
const alone: Happening = { what: "records read", others: new Map() };

describe("a worker in a handover", () => {
  const registry = Array.from({ length: 12 }, (_, index) => `zone-${index}`);
  const of = (me: number) => registry.filter((zone) => ownerOf(zone, 3) === me);

  it("that was the only one keeps its subscription to everything until all others have theirs", () => {
    const kept = { zones: [ALL_ZONES], storing: true };
    const first = given(begin({ me: 1, workers: 3, zones: registry, kept }), here, alone);
    expect(nextStep(first)).toMatchObject({
      do: "announce",
      record: { subscribed: [], leaving: [ALL_ZONES] },
    });
    const second = given(first, { what: "record", worker: 2, record: other({ subscribed: of(2) }, false) });
    const told = given(second, { what: "announced", record: announcement(second) });
    // in case the session has them from a time that nobody remembers
    expect(nextStep(told)).toEqual({ do: "unsubscribe", zones: of(2) });
    const swept = given(told, { what: "unsubscribed", zones: of(2) });
    expect(nextStep(swept)).toEqual({ do: "wait", for: [{ worker: 3, to: "subscribe" }] });
    const third = given(swept, { what: "record", worker: 3, record: other({ subscribed: of(3) }, false) });
    expect(nextStep(third)).toEqual({ do: "subscribe", zones: of(1) });
  });

  it.each([
    ["its zones are the same", [...of(1)], true],
    ["it has fewer", registry, true],
    ["it had all", [ALL_ZONES], true],
    ["it has one more", of(1).slice(1), false],
  ])("goes on storing at once after a restart when %s: %s", (_, had, storing) => {
    expect(begin({ me: 1, workers: 3, zones: registry, kept: { zones: had, storing: true } }).storing).toBe(
      storing,
    );
    expect(begin({ me: 1, workers: 3, zones: registry, kept: { zones: had, storing: false } }).storing).toBe(
      false,
    );
  });

  it("subscribes again what it has to leave when its session was lost, and not when it is there", () => {
    const facts = begin({ me: 1, workers: 3, zones: registry, kept: { zones: registry, storing: true } });
    const again = nextStep(given(facts, { what: "connected", sessionPresent: false }));
    expect(again).toEqual({ do: "subscribe", zones: expect.arrayContaining(registry) });
    expect(nextStep(given(facts, here))).toEqual({ do: "subscribe", zones: of(1) });
  });

  it("leaves what the broker says it has, also when its own disk does not know", () => {
    const read: Happening = { what: "records read", others: new Map(), own: other({ subscribed: registry }) };
    const facts = given(begin({ me: 1, workers: 3, zones: registry }), here, read);
    expect([...facts.leaving.keys()]).toEqual(registry.filter((zone) => !of(1).includes(zone)));
  });

  it("leaves at once a zone that the registry no longer knows", () => {
    const kept = { zones: [...of(1), "gone"], storing: true };
    let facts = given(begin({ me: 1, workers: 3, zones: registry, kept }), here, alone);
    facts = given(facts, { what: "subscribed", zones: of(1) });
    facts = given(facts, { what: "announced", record: announcement(facts) });
    expect(nextStep(facts)).toEqual({ do: "unsubscribe", zones: ["gone"] });
  });
});

describe("a fence on its way", () => {
  const arrival = (topic: string, text = ""): Arrival => ({
    topic,
    payload: Buffer.from(text),
    size: text.length,
    receivedAt: 0,
    packetId: 1,
    connection: {},
  });

  it("has passed when the cursor is behind the commit that holds it, and not before", () => {
    const passed: string[] = [];
    const fences = createFences(fenceTopic("outfall", "w2"), (id) => passed.push(id));
    const fence = arrival("outfall-worker/outfall/w2/fence", "f1");
    expect(fences.isFence(arrival(fenceTopic("outfall", "w1")))).toBe(false);
    expect(fences.isFence(fence)).toBe(true);
    fences.arrived(fence);
    fences.committed([arrival("before")], 11);
    fences.stored(11);
    expect(passed).toEqual([]);
    fences.committed([arrival("with"), fence], 13);
    fences.stored(12);
    expect(passed).toEqual([]);
    fences.stored(13);
    fences.stored(14);
    expect(passed).toEqual(["f1"]);
  });
});

describe("control topics", () => {
  it.each([
    [zonesTopic, zonesWorker],
    [fenceTopic, fenceWorker],
    [markTopic, markWorker],
  ])("name their worker, and no other topic's", (topicOf, workerOf) => {
    const all = [zonesTopic, fenceTopic, markTopic].map((each) => each("outfall", "w12"));
    expect(all.map((topic) => workerOf("outfall", topic))).toEqual(
      all.map((topic) => (topic === topicOf("outfall", "w12") ? "w12" : undefined)),
    );
    expect(workerOf("outfall-sim", topicOf("outfall", "w12"))).toBeUndefined();
  });

  it("a record is read back, and anything else is none", () => {
    const record = { workers: 3, storing: true, subscribed: ["a"], leaving: [ALL_ZONES] };
    expect(decodeWorkerZones(Buffer.from(encodeWorkerZones(record)))).toEqual(record);
    for (const text of [
      "",
      "{}",
      "null",
      "[]",
      "{",
      '{"workers":0,"storing":true,"subscribed":[],"leaving":[]}',
    ])
      expect(decodeWorkerZones(Buffer.from(text))).toBeUndefined();
  });
});

describe("outfall ingest", () => {
  const one = { OUTFALL_INGEST_WORKER: "2", OUTFALL_INGEST_WORKERS: "4" };
  it.each([
    [{}, {}, {}],
    [{ workers: "3" }, {}, { OUTFALL_INGEST_WORKERS: "3" }],
    [{ workers: "3" }, one, { OUTFALL_INGEST_WORKERS: "3" }],
    [{ worker: "2", of: "4" }, {}, one],
    [{}, one, one],
    [{ worker: "1", of: "5" }, one, { OUTFALL_INGEST_WORKER: "1", OUTFALL_INGEST_WORKERS: "5" }],
    [
      { registry: "r" },
      { OUTFALL_INGEST_WORKERS: "2" },
      { OUTFALL_REGISTRY: "r", OUTFALL_INGEST_WORKERS: "2" },
    ],
  ])("%o with %o is %o", (options, env, expected) => {
    expect(environmentOf(options, env)).toEqual(expected);
  });

  it.each([
    [{ worker: "2" }, {}, /--worker and --of together/],
    [{ of: "2" }, {}, /--worker and --of together/],
    [{ workers: "2", of: "2" }, {}, /--workers starts all/],
    [{}, { OUTFALL_INGEST_WORKER: "2" }, /expected OUTFALL_INGEST_WORKERS too/],
  ])("%o with %o is refused", (options, env, error) => {
    expect(() => environmentOf(options, env)).toThrow(error);
  });
});
