import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  countMessage,
  FUTURE_MS,
  judgeMessage,
  type MessageRules,
} from "#services/ingest/validate/judge-message.ts";
import { createTopicRouter } from "#services/ingest/validate/route-topic.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { benchStations, ROOT, writeRegistry } from "#test/bench/load/registry.ts";
import { expectedSamples } from "#test/fuzz/expected.ts";
import { fuzzMessage } from "#test/fuzz/message.ts";

const now = Date.UTC(2026, 10, 23, 3);
const stations = benchStations(10);
const place = `${ROOT}/v1/sim-z1/sim-z1-wwtp/sim-z1-nt1`;
let folder: string;
let rules: MessageRules;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "outfall-fuzz-"));
  await writeRegistry(folder, stations.length);
  const route = createTopicRouter(ROOT, await loadRegistry(folder));
  rules = { route, futureMs: FUTURE_MS, retentionMs: undefined };
});
afterAll(() => rm(folder, { recursive: true }));

/** As ingest does it: what is larger than a message may be is there by its head only. */
function judged(topic: string, payload: Buffer): { judged: number; counted: number } {
  const message = {
    topic,
    payload: payload.length > 1_048_576 ? payload.subarray(0, 4_096) : payload,
    size: payload.length,
    receivedAt: now,
  };
  const { samples, rejections } = judgeMessage(message, rules);
  const counted = countMessage(message, rules.route(topic)).samples;
  return { judged: samples.length + rejections.length, counted };
}

const both = (count: number) => ({ judged: count, counted: count });

describe("whatever the bytes, a message is judged, and counted as often as it must", () => {
  it("messages of the fuzz", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seed, index) => {
        const { topic, payload, samples } = fuzzMessage({ seed, stations, now }, index);
        expect(judged(topic, payload)).toEqual(both(samples));
      }),
      { numRuns: 5_000 },
    );
  });

  const kind = fc.constantFrom("data", "status", "line", "line-s", "other");
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.json({ maxDepth: 6 }).map((text) => Buffer.from(text)),
    fc.string({ unit: "binary", maxLength: 200 }).map((text) => Buffer.from(text.replaceAll('"', ""))),
    fc
      .array(fc.record({ time: fc.jsonValue(), readings: fc.dictionary(fc.string(), fc.jsonValue()) }))
      .map((samples) => Buffer.from(JSON.stringify(samples))),
  );
  it("bytes and JSON of fast-check", () => {
    fc.assert(
      fc.property(kind, payload, (last, bytes) => {
        // the fuzz counts lines as long as quotes are closed on their own line
        fc.pre(!last.startsWith("line") || !bytes.includes(0x22));
        const topic = `${place}/${last}`;
        expect(judged(topic, bytes)).toEqual(both(expectedSamples(topic, bytes, stations)));
      }),
      { numRuns: 5_000 },
    );
  });

  it("the same seed and number give the same message, and every kind comes up", () => {
    const scene = { seed: 4_711, stations, now };
    const families = new Set<string>();
    for (let index = 0; index < 3_000; index += 1) families.add(fuzzMessage(scene, index).family);
    for (const family of [
      "data/plain",
      "data/mutated",
      "data/array",
      "line/lines",
      "status/plain",
      "strange/odd",
    ])
      expect(families).toContain(family);
    expect(fuzzMessage(scene, 77)).toEqual(fuzzMessage(scene, 77));
    expect(fuzzMessage(scene, 77).payload).not.toEqual(fuzzMessage({ ...scene, seed: 4_712 }, 77).payload);
  });
});

describe("deep JSON, which ends the process when V8 is let near it", () => {
  it.each(["[1,", "[[1,", '{"a":1,"b":', '[{"time":1,"readings":', "[", '{"a":', '["\\"]",'])(
    "%s ten thousand times",
    (piece) => {
      const bytes = Buffer.from(`${piece.repeat(10_000)}1`);
      for (let again = 0; again < 50; again += 1) expect(judged(`${place}/data`, bytes)).toEqual(both(1));
    },
  );

  it("brackets in strings and side by side are not deep", () => {
    const samples = Array.from({ length: 100 }, (_, n) => ({
      time: n,
      readings: { ph: { unit: "[".repeat(n) } },
    }));
    expect(judged(`${place}/data`, Buffer.from(JSON.stringify(samples)))).toEqual(both(100));
  });
});

describe("a megabyte is judged in its time, whatever stands in it", () => {
  const MEGABYTE = 1_048_576;
  const full = (piece: string, before = "", behind = "") =>
    before + piece.repeat(Math.floor((MEGABYTE - before.length - behind.length) / piece.length)) + behind;
  const json: [what: string, text: string][] = [
    [",-NaN", full(",-NaN", "[")],
    [", -NaN with white space between", full(`,${" ".repeat(200)}-NaN`, "[")],
    ["one comma and white space", full(" ", "[1,", "NaN]")],
    ["white space after colons", full(": ", '{"a"')],
    [":inf without an end", full(":inf", '{"a"')],
    ["- without a word", full(":-", '{"a"')],
    ["NaNNaNNaN", full("NaN", "[")],
    ["open brackets", full("[")],
    ["open objects", full('{"a":')],
    ["closed brackets", full("]", "[")],
    ["backslashes", full("\\", '"')],
    ["quotes", full('"')],
    ["digits", full("9")],
    ["digits as a time", full("9", '{"time":', ',"readings":{"ph":7}}')],
    ["text as a time", full("2026-", '{"time":"', '","readings":{"ph":7}}')],
    ["white space as a time", full(" ", '{"time":"', '","readings":{"ph":7}}')],
    ["a long unit", full(" ", '{"time":1795402800000,"readings":{"cod":{"value":1,"unit":"', '"}}}')],
    ["a long status", full("m", '{"time":1795402800000,"readings":{"cod":{"value":1,"status":"', '"}}}')],
    ["a long name", full("a", '{"time":1795402800000,"readings":{"', '":1}}')],
    ["the same name again and again", full('"ph":1,', '{"time":1795402800000,"readings":{', '"ph":1}}')],
    [
      "many names",
      `{"time":1,"readings":{${Array.from({ length: 60_000 }, (_, n) => `"p${n}":1`).join(",")}}}`,
    ],
    ["zeros", full("0,", "[", "0]")],
    ["empty objects", full("{},", "[", "{}]")],
    ["deep in each sample", full(`${"[".repeat(500)}${"]".repeat(500)},`, "[", "1]")],
  ];
  const lines: [what: string, text: string][] = [
    ["backslashes", full("\\")],
    ["open quotes", full('m v="\n')],
    ["one open quote", full("a\n", 'm v="')],
    ["digits", full("1", "m v=")],
    ["digits and an e", full("1", "m v=", "e")],
    ["a time of digits", full("1", "m v=1 ")],
    ["spaces", full(" ")],
    ["spaces in a line", full(" ", "m v=1")],
    ["tags", full(",a=b", "m")],
    ["fields", full("a=1,", "m ")],
    ["equals", full("=", "m ")],
    ["hashes", full("#")],
    ["comments", full("#\n")],
    ["line ends", full("\n")],
    ["short lines", full("m v=1\n")],
    ["short wrong lines", full("m\n")],
    ["carriage returns", full("\r")],
  ];
  /** A megabyte takes some ten milliseconds; what grows with its square takes hours. */
  const MOST_MS = 5_000;

  it.each([
    ...json.map(([what, text]) => ["data", what, text] as const),
    ...lines.map(([what, text]) => ["line", what, text] as const),
    ...json.map(([what, text]) => ["status", what, text] as const),
  ])("%s: %s", (last, _what, text) => {
    const bytes = Buffer.from(text);
    expect(bytes.length).toBeLessThanOrEqual(MEGABYTE);
    const startedAt = performance.now();
    const counts = judged(`${place}/${last}`, bytes);
    expect(performance.now() - startedAt).toBeLessThan(MOST_MS);
    expect(counts.judged).toBe(counts.counted);
  });
});
