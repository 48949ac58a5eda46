/** Line protocol of other senders: the grammar, and what becomes of it as a payload. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeLinePayload } from "#services/ingest/decode/line-protocol.ts";
import { judgeMessage } from "#services/ingest/validate/judge-message.ts";
import { createTopicRouter } from "#services/ingest/validate/route-topic.ts";
import { line } from "#shared/influx/line.ts";
import { type ParsedLine, parseLine, parseLines } from "#shared/influx/parse-line.ts";
import { testRegistry } from "#test/support/registry.ts";

const read = (text: string) => {
  const { ok, measurement, tags, fields, time } = parseLine(text) as ParsedLine;
  return ok ? [measurement, Object.fromEntries(tags), Object.fromEntries(fields), time] : undefined;
};

describe("parseLine", () => {
  it.each<[text: string, parsed: unknown]>([
    ["m cod=1", ["m", {}, { cod: 1 }, undefined]],
    ["m,host=a,site=b cod=1.5,n=3i,u=4u 17", ["m", { host: "a", site: "b" }, { cod: 1.5, n: 3, u: 4 }, "17"]],
    ["m a=-1e-3,b=.5,c=+2.,d=1E5 -9", ["m", {}, { a: -0.001, b: 0.5, c: 2, d: 100_000 }, "-9"]],
    ["m a=t,b=FALSE,c=True,d=f", ["m", {}, { a: true, b: false, c: true, d: false }, undefined]],
    ['m s="x, =y\\"\\\\z",e="" 1', ["m", {}, { s: 'x, =y"\\z', e: "" }, "1"]],
    ['m s="two\nlines" 1', ["m", {}, { s: "two\nlines" }, "1"]],
    [
      "m\\,\\ x=y,t\\=\\,\\ k=v\\=\\,\\ w f\\=\\,\\ k=1",
      ["m, x=y", { "t=, k": "v=, w" }, { "f=, k": 1 }, undefined],
    ],
    // a backslash before anything else is itself; quotes in tags are too
    ['m\\a,t="q" f\\b=1', ["m\\a", { t: '"q"' }, { "f\\b": 1 }, undefined]],
    ["m,t=\\ f=1", undefined],
    ["m  cod=1  17 ", ["m", {}, { cod: 1 }, "17"]],
    ["m cod=1 9223372036854775807", ["m", {}, { cod: 1 }, "9223372036854775807"]],
    ["", undefined],
    [" cod=1", undefined],
    ["m", undefined],
    ["m ", undefined],
    ["m cod", undefined],
    ["m cod=", undefined],
    ["m cod=1,", undefined],
    ["m =1", undefined],
    ["m,t cod=1", undefined],
    ["m,t= cod=1", undefined],
    ["m, cod=1", undefined],
    ["m cod=1x", undefined],
    ["m cod=NaN", undefined],
    ["m cod=0x10", undefined],
    ["m cod=1.5i", undefined],
    ['m s="open', undefined],
    ['m s="x"y', undefined],
    ["m cod=1 1.5", undefined],
    ["m cod=1 12345678901234567890", undefined],
    ["m cod=1 17 18", undefined],
    ["m cod=1\nm cod=2", undefined],
  ])("reads %j", (text, parsed) => {
    expect(read(text)).toEqual(parsed);
  });

  it("says where and what was expected", () => {
    expect(parseLine("m,t=1 cod=x 1")).toEqual({ ok: false, column: 11, expected: "a field value" });
  });

  it("reads what our own writer writes, whatever the tag", () => {
    const tag = fc.string({ minLength: 1 }).filter((text) => !/[\r\n\\]|^$/.test(text));
    fc.assert(
      fc.property(
        tag,
        fc.string(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (site, note, value) => {
          fc.pre(!/[\r\n]/.test(note));
          const parsed = parseLine(line("m", { site }, { note, value: value + 0 }, 17));
          expect(parsed).toMatchObject({ ok: true, time: "17" });
          expect(Object.fromEntries((parsed as ParsedLine).tags)).toEqual({ site });
          expect(Object.fromEntries((parsed as ParsedLine).fields)).toEqual({ note, value: value + 0 });
        },
      ),
    );
  });
});

describe("parseLines", () => {
  it("passes over comments and empty lines, counts lines, and goes on behind a bad one", () => {
    const text = '# telegraf\r\n\r\nm a=1 1\r\nm a=\n\nm s="x\ny" 2\nm s="open\nm a=3 3';
    expect(parseLines(text, 99).map(({ line: number, ok }) => [number, ok])).toEqual([
      [3, true],
      [4, false],
      [6, true],
      [8, false],
      [9, true],
    ]);
  });

  it("takes time in proportion to the text, whatever stands in it", () => {
    const size = 1_000_000;
    for (const piece of [
      "1",
      "\\",
      '"',
      'm s="',
      "m a=1\n",
      'm s="\\"\n',
      ",",
      "=",
      "m,a=1",
      " ",
      "#\n",
      "\n",
    ]) {
      const text = piece.repeat(size / piece.length);
      const from = performance.now();
      parseLines(text, 20_000);
      parseLine(`m a=${text}x`);
      expect(performance.now() - from, piece).toBeLessThan(2_000);
    }
  });
});

describe("decodeLinePayload", () => {
  const decode = (text: string, kind?: Parameters<typeof decodeLinePayload>[1]) => {
    const decoded = decodeLinePayload(Buffer.from(text), kind);
    return decoded.ok ? decoded.samples.map((sample) => JSON.parse(JSON.stringify(sample))) : decoded.code;
  };

  it.each<[text: string, samples: unknown]>([
    ["x cod=41.2,ph=7i 1767243600000999999", [{ time: 1767243600000, readings: { cod: 41.2, ph: 7 } }]],
    ["x cod=1", [{ readings: { cod: 1 } }]],
    [
      'x,nh4_status=02 cod=1,cod_status="01",nh4=3,tp_status="fault" 1000000',
      [
        {
          time: 1,
          readings: {
            cod: { value: 1, status: "01" },
            nh4: { value: 3, status: "02" },
            tp: { value: null, status: "fault" },
          },
        },
      ],
    ],
    ['x cod="high",ph=true 1000000', [{ time: 1, readings: { cod: "high", ph: true } }]],
    ["x __proto__=1,constructor=2 1000000", [{ time: 1, readings: { ["__proto__"]: 1, constructor: 2 } }]],
    [
      "x cod=1 1000000\nnonsense\nx cod=2 2000000",
      [
        { time: 1, readings: { cod: 1 } },
        "line 2, column 9: expected a space, then fields",
        { time: 2, readings: { cod: 2 } },
      ],
    ],
    ["", "shape-wrong"],
    ["# nothing\n\n", "shape-wrong"],
    ["x cod=1\n".repeat(20_001), "shape-wrong"],
  ])("makes samples of %.60j", (text, samples) => {
    const found = decode(text);
    expect(JSON.stringify(found)).toEqual(JSON.stringify(samples));
  });

  it("takes the unit of time from the topic, and never guesses it", () => {
    const ms = 1_767_243_600_000;
    expect(decode(`x a=1 ${ms}000000`)).toMatchObject([{ time: ms }]);
    expect(decode(`x a=1 ${ms}000`, "line-us")).toMatchObject([{ time: ms }]);
    expect(decode(`x a=1 ${ms}`, "line-ms")).toMatchObject([{ time: ms }]);
    expect(decode(`x a=1 ${ms / 1000}`, "line-s")).toMatchObject([{ time: ms }]);
    expect(decode(`x a=1 ${ms}`)).toMatchObject([{ time: 1_767_243 }]);
  });

  it("never throws, and gives a sample or a reason, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const decoded = decodeLinePayload(Buffer.from(bytes));
        expect(decoded.ok ? decoded.samples.length : decoded.code.length).toBeGreaterThan(0);
      }),
    );
    const grammar = fc.constantFrom(
      ...'m,= \\"\n\r#1.ie-+t_',
      "cod",
      "_status",
      "fault",
      "1767243600000000000",
    );
    fc.assert(
      fc.property(fc.array(grammar, { maxLength: 60 }), (pieces) => {
        const decoded = decodeLinePayload(Buffer.from(pieces.join("")));
        expect(decoded.ok ? decoded.samples.length : decoded.code.length).toBeGreaterThan(0);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("a message of lines", () => {
  const receivedAt = 1_767_243_600_000;
  const rules = {
    route: createTopicRouter("outfall-sim", testRegistry()),
    futureMs: 120_000,
    retentionMs: undefined,
  };
  const judge = (text: string, kind = "line") => {
    const payload = Buffer.from(text);
    const topic = `outfall-sim/v1/sim-z/sim-p/sim-s1/${kind}`;
    return judgeMessage({ topic, payload, size: payload.length, receivedAt }, rules);
  };

  it("is judged as JSON is: good lines are samples, each bad one has its reason", () => {
    const time = `${receivedAt}000000`;
    const { samples, rejections } = judge(
      [
        `wwtp,host=plc1 cod=41.2,ph=7.1 ${time}`,
        `wwtp cod="high" ${time}`,
        `wwtp ph=true ${time}`,
        "wwtp ph=7.1",
        `wwtp ph=7.1,ph_status="broken" ${time}`,
        `wwtp ph=7.1 ${receivedAt}`,
        `wwtp COD=41 ${time}`,
        "wwtp",
      ].join("\n"),
    );
    expect(samples).toMatchObject([
      {
        station: "sim-s1",
        time: receivedAt,
        readings: [{ parameter: "cod", value: 41.2 }, { parameter: "ph" }],
      },
    ]);
    expect(rejections.map(({ code }) => code)).toEqual([
      "not-a-number",
      "not-a-number",
      "time-missing",
      "status-unknown",
      "time-invalid",
      "parameter-invalid",
      "shape-wrong",
    ]);
  });

  it("keeps its unit of time in the topic", () => {
    expect(judge(`wwtp ph=7.1 ${receivedAt / 1000}`, "line-s").samples).toMatchObject([{ time: receivedAt }]);
    expect(judge("wwtp ph=7.1 1", "line-h").rejections).toMatchObject([{ code: "topic-unknown" }]);
  });
});
