import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { payloadText } from "#services/cli/quarantine/payload-text.ts";
import { planRetry } from "#services/cli/quarantine/retry-plan.ts";
import { showLines } from "#services/cli/quarantine/show-text.ts";
import type { FoundEntry } from "#services/cli/quarantine/survey.ts";
import { parseSince } from "#services/cli/since.ts";
import { tableLines } from "#services/cli/table.ts";
import type { Message } from "#services/ingest/journal/record.ts";
import type { Judged } from "#services/ingest/validate/judge-message.ts";
import { entryId, messageOf, parseEntryId } from "#shared/quarantine/entry-id.ts";
import { neverRetried, remedies } from "#shared/quarantine/remedy.ts";
import { type Rejection, reject, rejectionCodes } from "#shared/reading/rejection.ts";
import type { Sample } from "#shared/reading/sample.ts";

const NOON = Date.UTC(2026, 10, 23, 12);
const found = (rejection: Rejection, change: Partial<FoundEntry> = {}): FoundEntry => ({
  ...{ id: "57-0", fullId: "w1.2026-11-23.57-0", worker: "w1", day: "2026-11-23", retried: undefined },
  ...{ receivedAt: NOON, topic: "outfall-sim/v1/z/p/s/data", size: 4 },
  ...rejection,
  ...change,
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come out
const MOVES_A_TERMINAL = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

describe("a payload as text", () => {
  it.each<[string, Buffer, string, string[], number]>([
    ["nothing", Buffer.alloc(0), "empty", [], 0],
    ["JSON is set out", Buffer.from('{"a":[1]}'), "json", ["{", '  "a": [', "    1", "  ]", "}"], 0],
    ["text stays", Buffer.from("a\tb\nc"), "text", ["a b", "c"], 0],
    ["marks of direction go", Buffer.from("a\u202eb\u2066c\u009bd"), "text", ["a b c d"], 0],
    ["bytes in hex", Buffer.from([0xff, 0x41]), "bytes", [`00000000  ff 41${" ".repeat(42)}  .A`], 0],
    ["too deep for JSON", Buffer.from("[".repeat(50_000)), "text", [`${"[".repeat(160)} …`], 0],
    ["long ones are cut", Buffer.from("x\n".repeat(100)), "text", Array(60).fill("x"), 41],
  ])("%s", (_what, payload, form, lines, more) => {
    expect(payloadText(payload)).toEqual({ form, lines, more });
  });

  it("never moves a terminal, and is bounded, whatever the bytes", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
      fc.string({ unit: "binary", maxLength: 200 }).map((text) => Buffer.from(text)),
      fc.json().map((text) => Buffer.from(text)),
      fc.string({ unit: "binary" }).map((text) => Buffer.from(JSON.stringify({ [text]: text }))),
    );
    fc.assert(
      fc.property(bytes, (payload) => {
        const { lines } = payloadText(payload);
        expect(lines.length).toBeLessThanOrEqual(60);
        for (const line of lines) {
          expect(line).not.toMatch(MOVES_A_TERMINAL);
          expect(line.length).toBeLessThanOrEqual(162);
        }
      }),
    );
  });

  it("is shown with everything else that came from outside made harmless", () => {
    const text = fc.string({ unit: "binary", maxLength: 40 });
    fc.assert(
      fc.property(text, text, text, (topic, detail, parameter) => {
        const value = { value: 1, flag: 1 as const };
        const differences = [{ parameter, stored: value, received: value }];
        const entry = found({ ...reject("conflict", "x"), detail, differences, measuredAt: NOON }, { topic });
        for (const line of showLines(entry, Buffer.from(detail))) expect(line).not.toMatch(MOVES_A_TERMINAL);
      }),
    );
  });
});

describe("whether sending again makes sense", () => {
  const good = {} as Sample;
  const bad = reject("unit-wrong", "cod: furlong");
  const message = (change: Partial<Message> = {}): Message => {
    const payload = Buffer.from("{}");
    return { topic: "outfall-sim/v1/z/p/s/data", payload, size: 2, receivedAt: NOON, ...change };
  };
  const judged = (samples: number, rejections: Rejection[] = []): Judged => ({
    samples: Array<Sample>(samples).fill(good),
    rejections,
  });
  const unknown = found(reject("station-unknown", "s"));
  const third = found({ ...bad, sample: 2 });

  it.each<[string, FoundEntry, Message | undefined, Judged, string | undefined]>([
    ["the registry has the station now", unknown, message(), judged(1), undefined],
    [
      "it still has not",
      unknown,
      message(),
      judged(0, [reject("station-unknown", "s")]),
      "station-unknown: s",
    ],
    ["one sample of an array is enough for the whole", unknown, message(), judged(1, [bad]), undefined],
    [
      "this sample of an array passes, another does not",
      third,
      message(),
      judged(2, [{ ...bad, sample: 1 }]),
      undefined,
    ],
    ["this one does not", third, message(), judged(2, [{ ...bad, sample: 2 }]), "unit-wrong: cod: furlong"],
    [
      "now the message as a whole is refused",
      third,
      message(),
      judged(0, [reject("time-future", "x")]),
      "time-future: x",
    ],
    [
      "a state is no news",
      unknown,
      message(),
      { ...judged(0), status: {} as never },
      "a state of the station",
    ],
    ["a conflict never", found(reject("conflict", "x")), message(), judged(1), "two values for one time"],
    ["nothing was kept", unknown, undefined, judged(1), "the quarantine was full"],
    ["only the head was kept", unknown, message({ size: 3_000_000 }), judged(1), "only the head was kept"],
    ["a wildcard", unknown, message({ topic: "a/+/b" }), judged(1), "wildcards"],
    ["a NUL", unknown, message({ topic: "a\0b" }), judged(1), "wildcards"],
    ["no topic", unknown, message({ topic: "" }), judged(1), "it is empty"],
  ])("%s", (_what, entry, kept, judgement, reason) => {
    const { passing, refused } = planRetry([entry], kept, () => judgement);
    expect(passing).toEqual(reason === undefined ? [entry] : []);
    if (reason !== undefined) expect(refused[0]?.reason).toContain(reason);
  });
});

describe("ids of refusals", () => {
  it.each([
    ["w1.2026-11-23.57-0", { worker: "w1", day: "2026-11-23", entry: "57-0" }],
    ["w12.2026-11-23.r17-sim-s1-9", { worker: "w12", day: "2026-11-23", entry: "r17-sim-s1-9" }],
    ["57-0", undefined],
    ["w1.2026-11-23.../../x", undefined],
    ["w1.2026-11-23.57-0\n", undefined],
    ["w1.23/11/2026.57-0", undefined],
  ])("%s", (text, place) => {
    expect(parseEntryId(text)).toEqual(place);
    if (place !== undefined) expect(entryId(place)).toBe(text);
  });

  it("name their message", () => {
    expect(["57-0", "57-s12", "r17-sim-s1-9"].map(messageOf)).toEqual(["57", "57", "r17-sim-s1-9"]);
  });
});

describe("advice", () => {
  it("stands for every reason, and says retry only where it can help", () => {
    for (const code of Object.keys(rejectionCodes) as (keyof typeof rejectionCodes)[]) {
      expect(remedies[code].text.length, code).toBeGreaterThan(20);
      if (remedies[code].where === "registry") expect(remedies[code].text, code).toMatch(/retry/);
      if (neverRetried.includes(code))
        expect(remedies[code].text, code).toMatch(/not (be )?retried|not retried/);
    }
  });
});

describe("since when", () => {
  it.each([
    ["24h", NOON - 86_400_000],
    ["7d", NOON - 7 * 86_400_000],
    ["90m", NOON - 5_400_000],
    ["2026-11-20", Date.UTC(2026, 10, 20)],
    ["2026-11-20T00:00:00+07:00", Date.UTC(2026, 10, 19, 17)],
  ])("%s", (text, instant) => {
    expect(parseSince(text)(NOON)).toBe(instant);
  });

  it.each(["", "yesterday", "2026-11-20T00:00:00", "-3h", "2026-13-40"])("%j is refused", (text) => {
    expect(() => parseSince(text)).toThrow(/expected ISO 8601/);
  });
});

describe("a table", () => {
  it("lines up, numbers to the right", () => {
    expect(
      tableLines(
        ["name", "n"],
        [
          ["a", "1"],
          ["bcd-efg", "1000"],
        ],
      ),
    ).toEqual(["name        n", "-------  ----", "a           1", "bcd-efg  1000"]);
  });
});
