import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { screenJobs } from "#services/ingest/enqueue/screen-jobs.ts";
import { createTally, type Tally } from "#services/ingest/ledger/tally.ts";
import { encodePubacks } from "#services/ingest/receive/puback.ts";
import { compareWithStored } from "#services/ingest/store/compare.ts";
import { checksumOf, createHistory, RING } from "#services/ingest/store/history.ts";
import { rowGroups } from "#services/ingest/store/rows.ts";
import { contentOf, createSampleSorter } from "#services/ingest/store/sort-samples.ts";
import { createStationMemories } from "#services/ingest/store/station-memory.ts";
import { judgeMessage, type MessageRules } from "#services/ingest/validate/judge-message.ts";
import { createTopicRouter } from "#services/ingest/validate/route-topic.ts";
import type { Influx } from "#shared/influx/influx.ts";
import { outcomes, totalOf } from "#shared/ledger/ledger.ts";
import { isParameterKey } from "#shared/parameter/parameter.ts";
import { convertUnit } from "#shared/parameter/unit.ts";
import { screenJob } from "#shared/queue/queues.ts";
import { rejectionCodes } from "#shared/reading/rejection.ts";
import type { QualityFlag, Reading, Sample } from "#shared/reading/sample.ts";
import { sampleOfLine } from "#shared/reading/sample-lines.ts";
import { sampleLine, samplesOf } from "#shared/reading/sample-points.ts";
import { DATA_TOPIC, testRegistry } from "#test/support/registry.ts";

const RECEIVED = Date.parse("2026-11-23T10:00:00+07:00");
const TIME = RECEIVED - 60_000;
const rules: MessageRules = {
  route: createTopicRouter("outfall-sim", testRegistry()),
  futureMs: 120_000,
  retentionMs: 400 * 86_400_000,
};

function judge(payload: string | Buffer, topic = DATA_TOPIC, changes: Partial<MessageRules> = {}) {
  const bytes = Buffer.from(payload as string);
  return judgeMessage(
    { topic, payload: bytes, size: bytes.length, receivedAt: RECEIVED },
    { ...rules, ...changes },
  );
}
/** Readings by parameter of the one sample, or the code of the one rejection. */
function readingsIn(readings: string): Record<string, unknown> | string {
  const { samples, rejections } = judge(`{"time":${TIME},"readings":${readings}}`);
  expect(samples.length + rejections.length).toBe(1);
  const [sample] = samples;
  if (sample === undefined) return rejections[0]?.code ?? "";
  return Object.fromEntries(
    sample.readings.map(({ parameter, value, status, flag }) => [parameter, [value, status, flag]]),
  );
}
const nested = (open: string, close: string, depth = 100_000) => open.repeat(depth) + 1 + close.repeat(depth);

describe("the readings of a sample", () => {
  const measured = (value: number) => [value, "measuring", 1];
  it.each([
    ['{"ph":7.1,"cod":41.2}', { ph: measured(7.1), cod: measured(41.2) }],
    ['{"cod":{"value":41.2}}', { cod: measured(41.2) }],
    ['{"cod":{"value":41.2,"status":"calibrating"}}', { cod: [41.2, "calibrating", 2] }],
    ['{"cod":{"value":41.2,"status":"01"}}', { cod: [41.2, "calibrating", 2] }],
    ['{"cod":{"value":41.2,"status":"02"}}', { cod: [null, "fault", 9] }],
    ['{"cod":{"status":"fault"}}', { cod: [null, "fault", 9] }],
    ['{"cod":{"value":"broken","status":"fault"}}', { cod: [null, "fault", 9] }],
    ['{"cod":null,"ph":7}', { ph: measured(7) }],
    ['{"cod":{"value":null},"ph":7}', { ph: measured(7) }],
    ['{"cod":1,"cod":2}', { cod: measured(2) }],
    ['{"cod":-0}', { cod: measured(-0) }],
    ['{"cod":1e308}', { cod: measured(1e308) }],
    ['{"anything_else":3}', { anything_else: measured(3) }],
    // units
    ['{"tss":{"value":40000,"unit":"µg/L"}}', { tss: measured(40) }],
    ['{"tss":{"value":0.04,"unit":"g/L"}}', { tss: measured(40) }],
    ['{"tss":{"value":40,"unit":" MG/L "}}', { tss: measured(40) }],
    ['{"flow":{"value":10,"unit":"l/s"}}', { flow: measured(36) }],
    ['{"flow":{"value":240,"unit":"m3/day"}}', { flow: measured(10) }],
    ['{"temp":{"value":30,"unit":"°C"}}', { temp: measured(30) }],
    ['{"ph":{"value":7,"unit":""}}', { ph: measured(7) }],
    ['{"tss":{"value":40,"unit":"m3/h"}}', "unit-wrong"],
    ['{"tss":{"value":40,"unit":"toString"}}', "unit-wrong"],
    ['{"tss":{"value":40,"unit":null}}', "unit-wrong"],
    ['{"tss":{"value":40,"unit":{}}}', "unit-wrong"],
    ['{"anything_else":{"value":3,"unit":"mg/L"}}', "unit-wrong"],
    ['{"tss":{"value":1e308,"unit":"g/L"}}', "not-a-number"],
    // hostile
    ['{"cod":1e999}', "not-a-number"],
    ['{"cod":NaN}', "not-a-number"],
    ['{"cod":-Infinity}', "not-a-number"],
    ['{"cod":"41.2"}', "not-a-number"],
    ['{"cod":true}', "not-a-number"],
    ['{"cod":[41.2]}', "not-a-number"],
    ['{"cod":{"value":[41.2]}}', "not-a-number"],
    ['{"cod":{"value":1,"status":"ok"}}', "status-unknown"],
    ['{"cod":{"value":1,"status":1}}', "status-unknown"],
    ['{"cod":{"value":1,"status":"__proto__"}}', "status-unknown"],
    ['{"__proto__":7}', "parameter-invalid"],
    ['{"__proto__":{"value":7}}', "parameter-invalid"],
    ['{"constructor":7}', "parameter-invalid"],
    ['{"hasOwnProperty":7}', "parameter-invalid"],
    ['{"COD":7}', "parameter-invalid"],
    ['{"cod,x=1 ":7}', "parameter-invalid"],
    ['{"cod_flag":7}', "parameter-invalid"],
    ['{"cod_withheld":7}', "parameter-invalid"],
    ['{"received":7}', "parameter-invalid"],
    ['{"time":7}', "parameter-invalid"],
    ['{"zone":7}', "parameter-invalid"],
    ['{"station":7}', "parameter-invalid"],
    ['{"":7}', "parameter-invalid"],
    [`{${JSON.stringify("x".repeat(33))}:7}`, "parameter-invalid"],
    [`{${Array.from({ length: 201 }, (_, index) => `"p${index}":1`).join(",")}}`, "shape-wrong"],
    ["{}", "readings-missing"],
    ['{"cod":null}', "readings-missing"],
    ["[]", "shape-wrong"],
    ["7", "shape-wrong"],
    ["null", "shape-wrong"],
    [`{"cod":${nested('{"0":', "}")}}`, "shape-wrong"],
    [`{"cod":${nested('{"0":', "}", 40)}}`, "readings-missing"],
    [`{"cod":{"value":${nested('{"0":', "}")}}}`, "shape-wrong"],
    [`{"cod":{"value":${nested('{"0":', "}", 40)}}}`, "not-a-number"],
  ] as [string, Record<string, unknown> | string][])("%.80s", (readings, expected) => {
    expect(readingsIn(readings)).toEqual(expected);
  });
});

describe("the time of a sample", () => {
  it.each([
    [`${TIME}`, TIME],
    [`"2026-11-23T09:59:00+07:00"`, TIME],
    [`"2026-11-23T09:59:00+0700"`, TIME],
    [`"2026-11-23T02:59Z"`, TIME],
    [`"2026-11-23T02:59:00.000Z"`, TIME],
    [`"2026-11-23T02:58:59.999999999Z"`, TIME - 1],
    [`${RECEIVED + 120_000}`, RECEIVED + 120_000],
    [`${RECEIVED + 120_001}`, "time-future"],
    ["1e300", "time-future"],
    [`"9999-12-31T23:59:59Z"`, "time-future"],
    [`"2025-10-19T10:00:00+07:00"`, Date.parse("2025-10-19T10:00:00+07:00")],
    [`"2025-10-19T09:59:59+07:00"`, "beyond-retention"],
    ["null", "time-missing"],
    [`"2026-11-23T09:59:00"`, "time-invalid"], // without offset
    [`"2026-11-23"`, "time-invalid"],
    [`"23/11/2026 09:59"`, "time-invalid"],
    [`"2026-02-30T10:00:00Z"`, "time-invalid"],
    [`"2026-13-01T10:00:00Z"`, "time-invalid"],
    [`"2026-11-23T25:00:00Z"`, "time-invalid"],
    [`"0001-01-01T00:00:00Z"`, "time-invalid"], // before InfluxDB's first moment
    [`"1970-01-01T00:00:00Z"`, "time-invalid"], // a logger without a battery
    [`${Math.round(TIME / 1000)}`, "time-invalid"], // seconds
    [`${TIME}.5`, "time-invalid"],
    [`"${TIME}"`, "time-invalid"],
    ["-1", "time-invalid"],
    ["true", "time-invalid"],
    ["{}", "time-invalid"],
    [nested('{"0":', "}"), "shape-wrong"],
    [nested('{"0":', "}", 40), "time-invalid"],
  ] as [string, number | string][])("%.60s", (time, expected) => {
    const { samples, rejections } = judge(`{"time":${time},"readings":{"ph":7}}`);
    expect(samples[0]?.time ?? rejections[0]?.code).toBe(expected);
  });

  it("without a retention, old data is kept", () => {
    const { samples } = judge(`{"time":"1990-03-13T00:00:00+01:00","readings":{"ph":7}}`, DATA_TOPIC, {
      retentionMs: undefined,
    });
    expect(samples).toHaveLength(1);
  });
});

describe("a message", () => {
  const good = `{"time":${TIME},"readings":{"ph":7}}`;
  /** [what, topic, payload, samples, code of the first rejection, rejections] */
  it.each([
    ["one sample", DATA_TOPIC, good, 1, undefined, 0],
    ["a backfill, with a bad one in it", DATA_TOPIC, `[${good},7,${good}]`, 2, "shape-wrong", 1],
    ["another root", DATA_TOPIC.replace("outfall-sim", "outfall"), good, 0, "topic-unknown", 1],
    ["too few levels", "outfall-sim/v1/sim-z/sim-p/data", good, 0, "topic-unknown", 1],
    ["another kind", DATA_TOPIC.replace("data", "date"), good, 0, "topic-unknown", 1],
    ["another version", DATA_TOPIC.replace("v1", "v2"), good, 0, "topic-unknown", 1],
    [
      "a station named as a property",
      DATA_TOPIC.replace("sim-s1", "__proto__"),
      good,
      0,
      "station-unknown",
      1,
    ],
    ["a station at another plant", DATA_TOPIC.replace("sim-p", "sim-q"), good, 0, "station-misplaced", 1],
    ["nothing", DATA_TOPIC, "", 0, "json-malformed", 1],
    ["half a message", DATA_TOPIC, good.slice(0, 30), 0, "json-malformed", 1],
    ["a byte order mark", DATA_TOPIC, `\ufeff${good}`, 0, "json-malformed", 1],
    ["not text", DATA_TOPIC, Buffer.from([0xc3, 0x28]), 0, "not-text", 1],
    ["an empty array", DATA_TOPIC, "[]", 0, "shape-wrong", 1],
    ["arrays without end", DATA_TOPIC, nested("[", "]"), 0, "shape-wrong", 1],
    ["objects without end", DATA_TOPIC, nested('{"0":', "}"), 0, "shape-wrong", 1],
    ["objects in objects", DATA_TOPIC, nested('{"0":', "}", 40), 0, "time-missing", 1],
    [
      "half a million times nothing counts once",
      DATA_TOPIC,
      `[${"0,".repeat(500_000)}0]`,
      0,
      "shape-wrong",
      1,
    ],
  ] as [string, string, string | Buffer, number, string | undefined, number][])(
    "%s",
    (_what, topic, payload, samples, code, rejections) => {
      const judged = judge(payload, topic);
      expect([judged.samples.length, judged.rejections[0]?.code, judged.rejections.length]).toEqual([
        samples,
        code,
        rejections,
      ]);
    },
  );

  it("larger than it may be is refused by the size it had, before anything is read of it", () => {
    const judged = judgeMessage(
      { topic: DATA_TOPIC, payload: Buffer.from(good), size: 5_000_000, receivedAt: RECEIVED },
      rules,
    );
    expect(judged.rejections).toEqual([
      { code: "payload-too-large", detail: "5000000 bytes", plant: "sim-p" },
    ]);
  });

  it.each([
    ['{"online":true}', true],
    ['{"since":1,"online": true}', true],
    ["online", true],
    ["1", true],
    ['{"online":false}', false],
    ["offline", false],
    ["", false],
    ["10 online", false],
  ])("status %s is online: %s", (payload, online) => {
    const judged = judge(payload, DATA_TOPIC.replace("data", "status"));
    expect(judged).toMatchObject({ samples: [], rejections: [], status: { station: "sim-s1", online } });
  });

  it("is counted under its plant where it is known, and its detail is one short line", () => {
    const { rejections } = judge(`{"time":${TIME},"readings":{"cod":"${"a\\nb\\u0007\\u2028".repeat(90)}"}}`);
    expect(rejections[0]?.plant).toBe("sim-p");
    expect(rejections[0]?.detail.length).toBeLessThanOrEqual(200);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
    expect(rejections[0]?.detail).not.toMatch(/[\u0000-\u001f\u2028]/);
    expect(judge(good, "x").rejections[0]?.plant).toBe("unknown");
  });

  const isJudged = (payload: Buffer | string, topic = DATA_TOPIC) => {
    const { samples, rejections, status } = judge(payload, topic);
    expect(samples.length + rejections.length + (status === undefined ? 0 : 1)).toBeGreaterThanOrEqual(1);
    for (const { code, detail } of rejections) {
      expect(rejectionCodes).toHaveProperty([code]);
      expect(detail.length).toBeLessThanOrEqual(200);
    }
    for (const sample of samples) {
      expect(sample.readings.length).toBeGreaterThan(0);
      // a line that InfluxDB can read: plain keys, finite numbers, whole times
      expect(sampleLine(sample)).toMatch(
        /^effluent,plant=sim-p,station=sim-s1,zone=sim-z ([a-z][a-z0-9_]*=-?\d[\d.]*(e[+-]?\d+)?i?,)+received=\d+i \d+$/,
      );
    }
  };

  it("never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.string({ unit: "binary", maxLength: 60 }),
        (bytes, topic) => {
          isJudged(Buffer.from(bytes));
          isJudged(Buffer.from(bytes), topic);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("never throws, whatever the JSON; what it lets through InfluxDB can read", () => {
    const value = fc.oneof(
      fc.double(),
      fc.jsonValue({ maxDepth: 2 }),
      fc.record(
        {
          value: fc.oneof(fc.double(), fc.jsonValue({ maxDepth: 1 })),
          status: fc.constantFrom("measuring", "00", "01", "fault", "x"),
          unit: fc.constantFrom("mg/L", "g/L", "l/s", "°C"),
        },
        { requiredKeys: ["value"] },
      ),
    );
    const name = fc.oneof(
      fc.constantFrom("ph", "cod", "tss", "flow", "zone", "__proto__", "toString", "x_flag"),
      fc.string({ maxLength: 8 }),
    );
    const time = fc.oneof(
      fc.constant(TIME),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.jsonValue({ maxDepth: 1 }),
    );
    const sample = fc.record(
      { time, readings: fc.oneof(fc.dictionary(name, value, { maxKeys: 5 }), fc.jsonValue({ maxDepth: 2 })) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(sample, fc.array(sample, { maxLength: 3 }), fc.jsonValue()), (payload) =>
        isJudged(JSON.stringify(payload)),
      ),
      { numRuns: 400 },
    );
  });
});

const reading = (parameter: string, value: number | null, flag: QualityFlag = 1): Reading => ({
  parameter,
  value,
  status: flag === 9 ? "fault" : flag === 2 ? "calibrating" : "measuring",
  flag,
});
const sampleOf = (time: number, ...readings: Reading[]): Sample => ({
  zone: "sim-z",
  plant: "sim-p",
  station: "sim-s1",
  time,
  receivedAt: RECEIVED,
  readings,
});

describe("units and keys", () => {
  it.each([
    ["cod", true],
    ["p1", true],
    ["1p", false],
    ["time", false],
    ["plant", false],
    ["cod_flag", false],
    ["ĐỘ", false],
  ])("%s may be a field: %s", (key, may) => {
    expect(isParameterKey(key)).toBe(may);
  });

  it.each([
    [5, "mg/L", "mg/L", 5],
    [5, "ppm", "mg/L", 5],
    [5, "g/m3", "mg/L", 5],
    [2, "mS/cm", "µS/cm", 2000],
    [5, "mg/L", "°C", undefined],
    [5, "furlong", "mg/L", undefined],
  ])("%d %s is %s: %s", (value, unit, into, expected) => {
    expect(convertUnit(value, unit, into)).toBe(expected);
  });
});

describe("the same station and time twice", () => {
  const stored = sampleOf(TIME, reading("ph", 7), reading("cod", 41.2, 2), reading("nh4", null, 9));
  it.each([
    ["the same", [reading("ph", 7), reading("cod", 41.2, 2), reading("nh4", null, 9)], { kind: "duplicate" }],
    ["a part of it, in another order", [reading("nh4", null, 9), reading("ph", 7)], { kind: "duplicate" }],
    ["minus nothing is nothing", [reading("ph", 7), reading("nh4", null, 9)], { kind: "duplicate" }],
    ["what a quality test flagged when it came first", [reading("ph", 7, 3)], { kind: "duplicate" }],
    [
      "another parameter",
      [reading("ph", 7), reading("tss", 4)],
      { kind: "merge", readings: [reading("tss", 4)] },
    ],
    ["another value", [reading("ph", 7.1)], { kind: "conflict", detail: "ph: stored 7, received 7.1" }],
    [
      "another state of the device",
      [reading("cod", 41.2)],
      { kind: "conflict", detail: "cod: stored 41.2 (flag 2), received 41.2" },
    ],
    [
      "a value where there was a fault",
      [reading("nh4", 3)],
      { kind: "conflict", detail: "nh4: stored null (flag 9), received 3" },
    ],
    [
      "a conflict is never merged",
      [reading("tss", 4), reading("ph", 8)],
      { kind: "conflict", detail: "ph: stored 7, received 8" },
    ],
  ] as [string, Reading[], object][])("%s", (_what, readings, expected) => {
    expect(compareWithStored(sampleOf(TIME, ...readings), stored)).toMatchObject(expected);
  });

  it("a checksum tells values, device states and parameters apart, not what our tests said of them", () => {
    expect(checksumOf({ readings: [reading("ph", 7, 3)] })).toBe(
      checksumOf({ readings: [reading("ph", 7)] }),
    );
    const sums = [
      [reading("ph", 7)],
      [reading("ph", 7, 2)],
      [reading("ph", 7.1)],
      [reading("cod", 7)],
      [reading("ph", null, 9)],
      [reading("ph", 7), reading("cod", 7)],
    ].map((readings) => checksumOf({ readings }));
    expect(new Set(sums).size).toBe(6);
  });

  it("a row comes back from InfluxDB as the sample that went in", () => {
    const sample = sampleOf(
      TIME,
      reading("cod", 41.2, 2),
      reading("nh4", null, 9),
      reading("ph", 7),
      reading("tss", 8, 3),
    );
    expect(sampleLine(sample)).toBe(
      `effluent,plant=sim-p,station=sim-s1,zone=sim-z cod_withheld=41.2,cod_flag=2i,nh4_flag=9i,ph=7,tss=8,tss_flag=3i,received=${RECEIVED}i ${TIME}`,
    );
    const columns = ["time", "cod_flag", "cod_withheld", "nh4_flag", "ph", "received", "tss", "tss_flag"];
    const values = [[TIME, 2, 41.2, 9, 7, RECEIVED, 8, 3]];
    const tags = { zone: "sim-z", plant: "sim-p", station: "sim-s1" };
    expect(samplesOf([{ name: "effluent", tags, columns, values }])).toEqual([sample]);
  });
});

describe("the memory of a station", () => {
  const samples = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => sampleOf((from + index) * 1_000, reading("ph", index)));

  it("that holds all there is, is complete", () => {
    const history = createHistory(samples(1, RING - 1));
    expect(history.completeFrom).toBe(Number.NEGATIVE_INFINITY);
    expect(history.at(1_000)).toBe(checksumOf(sampleOf(0, reading("ph", 0))));
    expect(history.at(1_001)).toBeUndefined();
  });

  it("that was filled from the database is complete from its oldest on", () => {
    expect(createHistory(samples(1, RING)).completeFrom).toBe(1_000);
  });

  it("that is filled from below, as when a journal is done again, does not claim what lies between", () => {
    const history = createHistory(samples(10_000, 40), 40);
    for (let index = 0; index < 3 * RING; index += 1) history.set((5_000 + index) * 1_000, 1);
    expect(history.completeFrom).toBeGreaterThanOrEqual(10_000 * 1_000);
  });

  it("keeps the newest, and never says complete of a time whose neighbours it has forgotten", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: RING }),
        fc.array(fc.integer({ min: 1, max: 6_000 }), { minLength: 1_300, maxLength: 2_600 }),
        (known, times) => {
          // the database holds older ones, if it had given as many as the ring takes
          const history = createHistory(samples(3_000, known));
          const stored = new Set(Array.from({ length: known }, (_, index) => (3_000 + index) * 1_000));
          for (const time of times) {
            history.set(time * 1_000, time);
            stored.add(time * 1_000);
          }
          const sure = [...stored].filter((time) => time >= history.completeFrom);
          expect(sure.filter((time) => history.at(time) === undefined)).toEqual([]);
          if (stored.size > 2 * RING) expect(sure.length).toBeGreaterThanOrEqual(RING);
          const newest = [...stored].sort((a, b) => b - a).slice(0, RING);
          expect(newest.filter((time) => history.at(time) === undefined)).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe("sorting what comes in", () => {
  /** A database that holds these samples and counts what it is asked. */
  function database(...stored: Sample[]) {
    const asked: string[] = [];
    const query: Influx["query"] = async (statement) => {
      asked.push(statement);
      return stored.map(({ zone, plant, station, time, receivedAt, readings }) => ({
        name: "effluent",
        tags: { zone, plant, station },
        columns: ["time", "received", ...readings.map(({ parameter }) => parameter)],
        values: [[time, receivedAt, ...readings.map(({ value }) => value)]],
      }));
    };
    const influx = { query };
    return { asked, sorter: createSampleSorter(influx, createStationMemories({ influx })) };
  }
  const kinds = async (sorter: ReturnType<typeof database>["sorter"], ...samples: Sample[]) =>
    (await sorter.sort(samples)).map(({ kind }) => kind);

  it("tells new, duplicate, merged and conflicting apart, within a batch and across batches", async () => {
    const { sorter } = database();
    const first = sampleOf(TIME, reading("ph", 7));
    expect(
      await kinds(sorter, first, first, sampleOf(TIME, reading("ph", 8)), sampleOf(TIME, reading("cod", 9))),
    ).toEqual(["store", "duplicate", "conflict", "store"]);
    expect(
      await kinds(
        sorter,
        sampleOf(TIME, reading("ph", 7), reading("cod", 9)),
        sampleOf(TIME + 1, reading("ph", 7)),
      ),
    ).toEqual(["duplicate", "store"]);
  });

  it("asks the database once for what it holds, and not again for what is plainly new", async () => {
    const { sorter, asked } = database(sampleOf(TIME, reading("ph", 7)));
    expect(await kinds(sorter, sampleOf(TIME, reading("ph", 7)))).toEqual(["duplicate"]);
    expect(asked).toHaveLength(1);
    expect(await kinds(sorter, sampleOf(TIME + 1, reading("ph", 7)))).toEqual(["store"]);
    expect(asked).toHaveLength(1);
    expect(await kinds(sorter, sampleOf(TIME, reading("ph", 9)))).toEqual(["conflict"]);
    expect(asked).toHaveLength(2);
  });

  it("after a crash takes its own writes for its own, once", async () => {
    const own = sampleOf(TIME, reading("ph", 7));
    const span = { latest: RECEIVED };
    const { sorter } = database(own);
    await sorter.expectOwn([own], span);
    expect(await kinds(sorter, own, own)).toEqual(["store", "duplicate"]);
    // a repetition within the same millisecond, in the next batch
    await sorter.expectOwn([own], span);
    expect(await kinds(sorter, own)).toEqual(["duplicate"]);
    const { sorter: behind } = database(own);
    await behind.expectOwn([own], {
      ...span,
      edge: { receivedAt: own.receivedAt, contents: [contentOf(own)] },
    });
    expect(await kinds(behind, own)).toEqual(["duplicate"]);
    const { sorter: changed } = database(own);
    await changed.expectOwn([sampleOf(TIME, reading("ph", 8))], span);
    expect(await kinds(changed, sampleOf(TIME, reading("ph", 8)))).toEqual(["conflict"]);
    const { sorter: other } = database(own);
    const resent = { ...own, receivedAt: RECEIVED + 1 };
    await other.expectOwn([resent], { latest: RECEIVED + 1 });
    expect(await kinds(other, resent)).toEqual(["duplicate"]);
    // merged by a later one of the same records
    const { sorter: merged } = database({ ...own, receivedAt: RECEIVED + 5 });
    await merged.expectOwn([own], { latest: RECEIVED + 5 });
    expect(await kinds(merged, own)).toEqual(["store"]);
    // stored while the clock was ahead, repeated after it was set back: not ours
    const { sorter: setBack } = database({ ...own, receivedAt: RECEIVED + 7_200_000 });
    await setBack.expectOwn([own], { latest: RECEIVED + 5 });
    expect(await kinds(setBack, own)).toEqual(["duplicate"]);
  });
});

describe("screen jobs", () => {
  it.each([
    [0, []],
    [1, [1]],
    [200, [200]],
    [201, [200, 1]],
    [1_000, [200, 200, 200, 200, 200]],
  ])("%d samples", (count, sizes) => {
    const samples = Array.from({ length: count }, (_, index) =>
      sampleOf(TIME + index, reading("ph", 7), reading("nh4", null, 9)),
    );
    const jobs = screenJobs(rowGroups(samples.map((sample) => sampleLine(sample))));
    for (const job of jobs) expect(screenJob.parse(job)).toEqual(job);
    const lines = jobs.map((job) => job.rows.split("\n"));
    expect(lines.map(({ length }) => length)).toEqual(sizes);
    expect(lines.flat().map(sampleOfLine)).toEqual(samples);
  });
});

describe("the tally", () => {
  const HOUR = 3_600_000;
  const plants = ["p1", "p2", "unknown"];
  const balance = (tally: Tally) => totalOf(tally.entries()).balance;

  it("balances whatever happens, through a crash, per plant and hour", () => {
    const sample = fc.record({
      plant: fc.constantFrom(...plants),
      at: fc.integer({ min: 0, max: 3 * HOUR }),
      outcome: fc.constantFrom(...outcomes),
    });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 60 }), fc.nat(60), fc.nat(60), (samples, seen, done) => {
        const finish = (tally: Tally, list: typeof samples) => {
          for (const { plant, at, outcome } of list) {
            tally.done(plant, at, outcome);
            tally.left(plant, at);
          }
        };
        const first = createTally("w1");
        for (const { plant, at } of samples.slice(0, seen)) first.received(plant, at);
        expect(balance(first)).toBe(0);
        finish(first, samples.slice(0, Math.min(seen, done)));
        expect(balance(first)).toBe(0);
        // the process dies; the cursor has the tally, the journal has what was not done
        const second = createTally("w1", first.state());
        expect(balance(second)).toBe(0);
        for (const { plant, at } of samples.slice(Math.min(seen, done))) second.received(plant, at);
        finish(second, samples.slice(Math.min(seen, done)));
        for (const entry of second.entries()) expect(totalOf([entry]).balance).toBe(0);
        expect(totalOf(second.entries())).toMatchObject({ received: samples.length, inJournal: 0 });
      }),
    );
  });

  it("a sample that gets lost on the way shows", () => {
    const tally = createTally("w1");
    tally.received("p1", 0);
    tally.left("p1", 0);
    expect(balance(tally)).toBe(1);
  });

  it("forgets an hour only when nothing of it is in the journal", () => {
    const tally = createTally("w1");
    tally.received("p1", 0);
    tally.received("p1", HOUR);
    tally.done("p1", HOUR, "stored");
    tally.left("p1", HOUR);
    tally.changedEntries();
    tally.forgetBefore(3 * HOUR);
    expect(tally.entries()).toMatchObject([{ hour: 0, inJournal: 1 }]);
  });
});

describe("the tally of a damaged or a new data folder", () => {
  it("shows lost messages as a balance, and never writes over an hour that another folder has written", () => {
    const HOUR = 3_600_000;
    const tally = createTally("w1", [], 10 * HOUR + 5);
    tally.lost(10 * HOUR + 5, 8);
    tally.received("p", 10 * HOUR + 9);
    const entries = tally.changedEntries();
    expect(totalOf(entries)).toMatchObject({ received: 9, inJournal: 1, balance: 8 });
    expect(entries.map(({ hour }) => hour)).toEqual([10 * HOUR + 5, 10 * HOUR + 9]);
    expect(totalOf(createTally("w1", tally.state()).entries()).balance).toBe(8);
  });
});

describe("the tally, when the clock is set back", () => {
  it("never writes over an hour that was written and forgotten", () => {
    const HOUR = 3_600_000;
    const tally = createTally("w1");
    const written = new Map<number, number>();
    const store = (time: number) => {
      tally.received("p", time);
      tally.done("p", time, "stored");
      tally.left("p", time);
    };
    const write = (now: number) => {
      for (const { hour, stored } of tally.changedEntries()) written.set(hour, stored);
      tally.forgetBefore(Math.floor(now / HOUR) * HOUR - HOUR);
    };
    store(100);
    write(100);
    store(5 * HOUR + 1);
    write(5 * HOUR + 1);
    store(200);
    store(300);
    write(300);
    const sum = [...written].filter(([hour]) => hour < HOUR).reduce((total, [, stored]) => total + stored, 0);
    expect(sum).toBe(3);
  });
});

describe("PUBACK packets", () => {
  it("are four bytes each, in order, for every packet id", () => {
    expect(encodePubacks([1, 0x1234, 65_535])).toEqual(
      Buffer.from([0x40, 2, 0, 1, 0x40, 2, 0x12, 0x34, 0x40, 2, 0xff, 0xff]),
    );
    expect(encodePubacks([])).toHaveLength(0);
  });
});
