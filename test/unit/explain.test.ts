/** What `outfall explain` is made of: names, each reason a reading is left out for, each row that decides, each shape of rule. */
import { describe, expect, it } from "vitest";
import { explanationLines } from "#services/cli/explain/explain-text.ts";
import { FLAT_LINE, failed, SPIKE } from "#shared/quality/flag.ts";
import type { Reading, Sample } from "#shared/reading/sample.ts";
import { parseRegistry } from "#shared/registry/load.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { figure } from "#shared/verdict/explain/figure.ts";
import { windowOf } from "#shared/verdict/explain/judge-one.ts";
import { type Explanation, explainVerdict } from "#shared/verdict/explain.ts";
import { type FeedSpan, judgeFeed } from "#shared/verdict/judge-feed.ts";
import { createStationJudge } from "#shared/verdict/judge-station.ts";
import { verdictKey } from "#shared/verdict/revisions.ts";
import type { StoredVerdict } from "#shared/verdict/verdict.ts";
import { parseVerdictName, printVerdictName } from "#shared/verdict/verdict-name.ts";
import { createCalendar } from "#shared/window/calendar.ts";
import { testRegistryFiles } from "#test/support/registry.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ZONE = "Asia/Ho_Chi_Minh";
const calendar = createCalendar(ZONE);
const FROM = Date.parse("2026-11-23T10:00:00+07:00");
const DAY = Date.parse("2026-11-23T00:00:00+07:00");

/** COD by a probe, so that each record stands for its five minutes alone. */
function registryOf(replace: readonly (readonly [string, string])[] = []): Registry {
  const files = testRegistryFiles();
  let zones = (files["zones.yaml"] as string).replace(
    "cod: { instrument: analyser }",
    "cod: { instrument: probe }",
  );
  for (const [from, to] of replace) {
    expect(zones).toContain(from);
    zones = zones.replace(from, to);
  }
  return parseRegistry(
    Object.entries({ ...files, "zones.yaml": zones }).map(([file, text]) => ({ file, text })),
  );
}

type Given = Partial<Reading> & { readonly value: number | null };
const measured = (parameter: string, given: number | Given): Reading => ({
  parameter,
  status: "measuring",
  flag: 1,
  ...(typeof given === "number" ? { value: given } : given),
});
const calibrating: Given = { value: 900, status: "calibrating", flag: 2 };
const fault: Given = { value: null, status: "fault", flag: 9 };

interface Row {
  readonly [parameter: string]: number | Given;
}

/** One record every five minutes from `from` on. */
function samplesOf(rows: readonly Row[], from = FROM, receivedAt?: number): Sample[] {
  return rows.map((row, index) => {
    const time = from + (index + 1) * 5 * MINUTE;
    return {
      zone: "sim-z",
      plant: "sim-p",
      station: "sim-s1",
      time,
      receivedAt: receivedAt ?? time,
      readings: Object.entries(row).map(([parameter, given]) => measured(parameter, given)),
    };
  });
}
const cod = (...values: readonly (number | Given)[]): Row[] => values.map((value) => ({ cod: value }));
const many = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value);

interface Case {
  readonly registry?: Registry;
  readonly name?: string;
  readonly revision?: number;
  readonly revisions?: readonly StoredVerdict[];
}

function explain(samples: readonly Sample[], { registry = registryOf(), ...given }: Case = {}): Explanation {
  const name = parseVerdictName(given.name ?? "sim-s1/cod/hour/2026-11-23T10:00:00+07:00");
  const station = registry.stations.get(name.station);
  const window = windowOf(calendar, name);
  if (station === undefined || window === undefined) throw new Error(`no ${given.name}`);
  const explained = explainVerdict({
    registry,
    judge: createStationJudge(registry, station, calendar),
    calendar,
    name,
    window,
    samples,
    revisions: given.revisions ?? [],
    revision: given.revision,
    now: FROM + 100 * 24 * HOUR,
  });
  if (explained === undefined) throw new Error("nothing to explain");
  return explained;
}

const stepOf = (explained: Explanation, key: string) =>
  explained.steps.find((step) => step.key === key)?.formula;

describe("the name of a verdict", () => {
  it.each([
    "sim-s1/cod/hour/2026-11-23T10:00:00+07:00",
    "sim-s1/cod/day:qcvn-40-2011/A/2026-11-23T00:00:00+07:00",
    "sim-s1/nh4/instant/2026-11-23T10:05:00.5+07:00",
  ])("%s is read and printed again", (text) => {
    expect(printVerdictName(parseVerdictName(text), ZONE)).toBe(text);
  });

  it("keeps the slash of a would-be rule in the rule, and takes ms since 1970", () => {
    expect(parseVerdictName(`sim-s1/cod/day:qcvn-40-2011/A/${DAY}`)).toEqual({
      station: "sim-s1",
      parameter: "cod",
      rule: "day:qcvn-40-2011/A",
      from: DAY,
    });
  });

  it.each([
    ["sim-s1/cod/hour", /station\/parameter\/rule\/window start/],
    ["sim-s1/cod/hour/2026-11-23T10:00:00", /with its offset/],
    ["sim-s1/cod/hour/yesterday", /with its offset/],
  ])("%s is refused", (text, message) => {
    expect(() => parseVerdictName(text)).toThrow(message);
  });

  it.each([
    ["hour", FROM, 1],
    ["day", DAY, 24],
    ["load-day", DAY, 24],
    ["flow-balance", DAY, 24],
    ["day:qcvn-40-2011/A", DAY, 24],
    ["8h", FROM, 8],
    ["7d", DAY, 168],
    ["month", Date.parse("2026-11-01T00:00:00+07:00"), 720],
    ["instant", FROM + 1, 0],
  ])("%s is a window of its own length", (rule, from, hours) => {
    const window = windowOf(calendar, { rule, from });
    expect(window).toEqual({ from, to: from + hours * HOUR });
  });

  it.each([
    ["hour", FROM + 1],
    ["day", FROM],
    ["fortnight", DAY],
  ])("no window of %s begins at %s", (rule, from) => {
    expect(windowOf(calendar, { rule, from })).toBeUndefined();
  });
});

describe("readings", () => {
  const failedFlat = failed(FLAT_LINE) | SPIKE;
  /** [what, rows, place of the reading in the hour, what it counts as, why] */
  const cases: [what: string, rows: Row[], at: number, countsAs: string, reason: string][] = [
    ["a plain one", cod(...many(12, 100)), 3, "usable", ""],
    ["at the top of its range", cod({ value: 500, flag: 3, censored: 620, tests: 128 }), 0, "at-least", ""],
    ["a suspect one", cod({ value: 300, flag: 3, tests: SPIKE }), 0, "usable", ""],
    ["calibrating", cod(100, calibrating), 1, "calibrating", "calibrating"],
    ["a device fault", cod(100, fault), 1, "faulty", "device fault: no value"],
    [
      "a failed test",
      cod({ value: 7, flag: 4, tests: failedFlat }),
      0,
      "failed",
      "failed quality test: flat-line",
    ],
    [
      "too soon after calibrating",
      cod(calibrating, 100),
      1,
      "withheld",
      "withheld: less than 15 min after calibrating",
    ],
    ["without discharge", [{ cod: 100, flow: 0.05 }], 0, "idle", "nothing was discharged"],
  ];
  it.each(cases)("%s", (_what, rows, at, countsAs, reason) => {
    const explained = explain(samplesOf(rows), {});
    const reading = explained.readings[at];
    expect(reading).toMatchObject({
      countsAs,
      reason,
      used: reason === "",
      start: FROM + at * 5 * MINUTE,
      heldMs: 5 * MINUTE,
    });
  });

  it("of the hour before reach in with the part that lies in the window", () => {
    const registry = registryOf([
      ["cod: { instrument: probe }", "cod: { instrument: analyser, cycle: 30m }"],
    ]);
    const before = samplesOf(cod(80), FROM - 25 * MINUTE);
    const explained = explain([...before, ...samplesOf(cod(100))], { registry });
    expect(explained.readings.map(({ value }) => value)).toEqual([100]);
    const alone = explain(before, { registry });
    // 25 minutes of its half hour lie before the window
    expect(alone.readings).toMatchObject([{ value: 80, heldMs: 5 * MINUTE, start: FROM - 25 * MINUTE }]);
  });

  it("held in part without discharge count with the rest", () => {
    const registry = registryOf([
      ["cod: { instrument: probe }", "cod: { instrument: analyser, cycle: 10m }"],
    ]);
    const rows = [{ cod: 100, flow: 50 }, { flow: 0 }, { cod: 100, flow: 50 }];
    const explained = explain(samplesOf(rows), { registry });
    expect(explained.readings[0]).toMatchObject({
      countsAs: "usable",
      heldMs: 10 * MINUTE,
      idleMs: 5 * MINUTE,
    });
    expect(explained.time.usableMs).toBe(15 * MINUTE);
  });

  it("add up to the time of the window", () => {
    const rows = cod(100, calibrating, 100, 100, 100, fault, { value: 9, flag: 4, tests: 256 }, 100);
    const { time } = explain(samplesOf(rows));
    expect(time).toEqual({
      connectedMs: HOUR,
      owedMs: HOUR,
      idleMs: 0,
      usableMs: 10 * MINUTE,
      atLeastMs: 0,
      calibratingMs: 5 * MINUTE,
      faultyMs: 5 * MINUTE,
      failedMs: 5 * MINUTE,
      withheldMs: 15 * MINUTE,
      missingMs: 20 * MINUTE,
    });
  });
});

describe("the row that decided", () => {
  const idle = many(11, { cod: 100, flow: 0 });
  /** [row, rows, outcome, a step, its formula] */
  const cases: [row: string, rows: Row[], outcome: string, key: string, formula: string | undefined][] = [
    ["no-discharge", [...idle, ...idle.slice(0, 1)], "no-discharge", "owed", "60 min − 60 min = 0 min"],
    ["nothing-usable", cod(fault, fault), "insufficient", "completeness", "0 min ÷ 60 min = 0 < 0.75"],
    [
      "complete-exceeded",
      cod(...many(9, 140), 137),
      "exceeded",
      "mean",
      "(140 × 5 + 140 × 5 + 140 × 5 + 140 × 5 + 140 × 5 + 140 × 5 + 140 × 5 + 140 × 5 + 140 × 5 + 137 × 5) ÷ 50 min = 6985 mg/L·min ÷ 50 min = 139.7 mg/L",
    ],
    ["complete-within", cod(...many(12, 135)), "within", "comparison", "135 ≤ 135 mg/L ✓"],
    [
      "exceeded-whatever-is-missing",
      cod(...many(8, 203)),
      "exceeded",
      "least-mean",
      "8120 mg/L·min ÷ 60 min = 135.333 mg/L > 135",
    ],
    [
      "incomplete-over-so-far",
      cod(...many(8, 136)),
      "insufficient",
      "least-mean",
      "5440 mg/L·min ÷ 60 min = 90.6667 mg/L ≤ 135",
    ],
    ["incomplete", cod(...many(8, 100)), "insufficient", "comparison", "100 ≤ 135 mg/L ✓"],
  ];
  it.each(cases)("%s", (row, rows, outcome, key, formula) => {
    const explained = explain(samplesOf(rows));
    expect(explained.verdict.outcome).toBe(outcome);
    expect(explained.decidedBy.row).toBe(row);
    expect(stepOf(explained, key)).toBe(formula);
  });

  it("shows on which side of the limit a value lies, however near", () => {
    expect(figure(135.0000001, [135])).toBe("135.0000001");
    const explained = explain(samplesOf(cod(...many(12, 135.0000001))));
    expect(stepOf(explained, "comparison")).toBe("135.0000001 > 135 mg/L ✗");
  });

  it.each([
    ["minutes-reached", 3, "exceeded", "5.5…9: 15 min ≥ 15 min"],
    ["minutes-not-reached", 2, "within", "5.5…9: 10 min < 15 min"],
  ])("pH: %s", (row, outside, outcome, formula) => {
    const rows = [...many(outside, { ph: 9.5 }), ...many(12 - outside, { ph: 7 })];
    const explained = explain(samplesOf(rows), { name: `sim-s1/ph/hour/${FROM}` });
    expect(explained.verdict.outcome).toBe(outcome);
    expect(explained.decidedBy.row).toBe(row);
    expect(stepOf(explained, "minutes-outside")).toBe(formula);
    expect(explained.readings.map(({ breaks }) => breaks)).toEqual([
      ...many(outside, true),
      ...many(12 - outside, false),
    ]);
  });

  it("a single reading", () => {
    const explained = explain(samplesOf(cod(100, 150)), { name: `sim-s1/cod/instant/${FROM + 10 * MINUTE}` });
    expect(explained.decidedBy.row).toBe("single-reading");
    expect(explained.readings).toMatchObject([{ value: 150, breaks: true, used: true }]);
    expect(stepOf(explained, "ratio")).toBe("150 ÷ 135 = 1.11111");
  });

  it("a finding on calibrating", () => {
    const rows = cod(...many(13, calibrating));
    const explained = explain(samplesOf(rows), { name: `sim-s1/cod/calibration/${DAY}` });
    expect(explained.decidedBy.row).toBe("finding-exceeded");
    expect(stepOf(explained, "comparison")).toBe("65 > 60 min ✗");
    expect(explained.limit).toBeNull();
  });

  it("a finding on the balance of flows", () => {
    const registry = registryOf([
      [
        "flow: { instrument: probe }",
        "flow: { instrument: probe }\n              flow_in: { instrument: probe }",
      ],
    ]);
    const rows = many(288, { flow: 60, flow_in: 100 });
    const explained = explain(samplesOf(rows, DAY), { registry, name: `sim-s1/flow/flow-balance/${DAY}` });
    expect(explained.decidedBy.row).toBe("finding-exceeded");
    expect(stepOf(explained, "difference")).toBe("|100 − 60| ÷ 100 = 0.4");
    expect(new Set(explained.readings.map(({ parameter }) => parameter))).toEqual(
      new Set(["flow_in", "flow"]),
    );
  });
});

describe("amounts", () => {
  const PERMIT = "nh4: { max: 9 }\n";
  it("a load is concentration × flow, with the gaps filled", () => {
    const registry = registryOf([[PERMIT, `${PERMIT}          loads: { cod: { maxKgPerDay: 100 } }\n`]]);
    // 20 of 24 hours: 50 mg/L × 100 m³/h = 5 kg/h
    const explained = explain(samplesOf(many(240, { cod: 50, flow: 100 }), DAY), {
      registry,
      name: `sim-s1/cod/load-day/${DAY}`,
    });
    expect(explained.verdict).toMatchObject({ outcome: "exceeded", statistic: "load", value: 120 });
    expect(stepOf(explained, "completeness")).toBe("1200 min ÷ 1440 min = 0.833333 ≥ 0.75");
    expect(stepOf(explained, "amount")).toBe("100 kg · 1200 min");
    expect(stepOf(explained, "amount-scaled")).toBe("100 kg/d ÷ 0.833333 = 120 kg/d");
    expect(explained.readings).toHaveLength(480);
  });

  it("a discharge follows the totaliser, over its roll-over, and not over a change of meter", () => {
    const registry = registryOf([
      [PERMIT, `${PERMIT}          discharge: { maxM3PerDay: 500 }\n`],
      ["flow: { instrument: probe }", "flow_total: { instrument: probe, totaliser: { rollOver: 1000 } }"],
    ]);
    const counts = [...many(285, 990).map((value, at) => value + at * 0.01), 5, 600, 10];
    const explained = explain(
      samplesOf(
        counts.map((value) => ({ flow_total: value })),
        DAY,
      ),
      {
        registry,
        name: `sim-s1/flow/volume-day/${DAY}`,
      },
    );
    expect(explained.readings[0]).toMatchObject({ parameter: "flow_total", m3: null });
    expect(explained.readings.slice(-3).map(({ m3 }) => m3)).toEqual([
      expect.closeTo(1000 - 992.84 + 5, 6),
      595,
      null,
    ]);
    expect(explained.verdict).toMatchObject({ statistic: "volume", outcome: "exceeded" });
  });

  it("Kq and Kf stand in the formula of the limit", () => {
    const registry = registryOf([
      [
        "        stations:",
        "        limits: { instrument: qcvn-40-2011, column: A, kq: 0.9, kf: 1.1, purpose: would-be, factorsApplyTo: [cod], source: decision 1 }\n        stations:",
      ],
    ]);
    const explained = explain(samplesOf(cod(...many(12, 80))), {
      registry,
      name: `sim-s1/cod/hour:qcvn-40-2011/A/${FROM}`,
    });
    expect(stepOf(explained, "limit")).toBe("C × Kq × Kf = 75 × 0.9 × 1.1 = 74.25 mg/L");
    expect(explained.verdict).toMatchObject({ outcome: "exceeded", acting: false });
    const text = explanationLines(explained, "en", ZONE).join("\n");
    expect(text).toContain("a would-be verdict: it opens no incident");
    expect(text).toContain("QCVN 40:2011/BTNMT, Table 1, row 5, column A");
  });
});

describe("revisions", () => {
  const inTime = samplesOf(cod(...many(10, 130)));
  const late = samplesOf(cod(900, 900), FROM + 50 * MINUTE, FROM + 3 * HOUR);
  const samples = [...inTime, ...late];
  const span: FeedSpan = { from: DAY, to: DAY + 24 * HOUR, until: DAY + 100 * 24 * HOUR };
  const registry = registryOf();
  const key = verdictKey({ ...parseVerdictName("sim-s1/cod/hour/2026-11-23T10:00:00+07:00") });
  const revisions = judgeFeed(registry, calendar, "sim-s1", samples, span).filter(
    (verdict) => verdictKey(verdict) === key,
  );

  it("each is explained by what had been received when it was judged", () => {
    expect(revisions).toHaveLength(2);
    const first = explain(samples, { registry, revisions, revision: 1 });
    expect(first.verdict).toMatchObject({ outcome: "within", value: 130 });
    expect(first.differences).toEqual([]);
    expect(first.stored).toMatchObject({ revision: 1, newest: 2, state: "final", causes: ["first"] });
    expect(first.readings.slice(-2)).toMatchObject([
      { countsAs: "later", heldMs: 0, reason: "received after this was judged" },
      { countsAs: "later" },
    ]);
    const second = explain(samples, { registry, revisions });
    expect(second.verdict).toMatchObject({ outcome: "exceeded" });
    expect([second.stored?.causes, second.differences, second.outdated]).toEqual([["late-data"], [], []]);
  });

  it("late data that is not judged yet is said plainly", () => {
    const explained = explain(samples, { registry, revisions: revisions.slice(0, 1) });
    expect(explained.differences).toEqual([]);
    expect(explained.outdated).toContainEqual({
      figure: "outcome",
      stored: "within",
      recomputed: "exceeded",
    });
    const text = explanationLines(explained, "en", ZONE).join("\n");
    expect(text).toMatch(
      /judged now it would come out otherwise .*\n {2}outcome: stored within, now exceeded/,
    );
  });

  it("a registry that changed since is said plainly", () => {
    const stricter = registryOf([["cod: { max: 135, clause: row 3 }", "cod: { max: 100 }"]]);
    const explained = explain(samples, { registry: stricter, revisions });
    expect(explained.stored?.registry).not.toBe(explained.registry);
    expect(explained.differences).toContainEqual({ figure: "limitMax", stored: 135, recomputed: 100 });
    expect(explained.verdict.limitMax).toBe(135);
    const without = registryOf([["            cod: { max: 135, clause: row 3 }\n", ""]]);
    expect(explain(samples, { registry: without, revisions }).outdated).toEqual([
      { figure: "outcome", stored: "exceeded", recomputed: null },
    ]);
  });

  it("one that is not there explains nothing", () => {
    expect(() => explain(samples, { registry, revisions, revision: 3 })).toThrow("nothing to explain");
  });
});

describe("every verdict of a feed", () => {
  it("is reproduced from its readings: hours, days, rolling means, months, loads, would-be limits and findings", () => {
    const registry = registryOf([
      [
        "nh4: { max: 9 }\n",
        "nh4: [{ max: 9 }, { max: 8, over: 7d }, { max: 9, over: 8h }, { max: 7, over: month }]\n          loads: { cod: { maxKgPerDay: 200 } }\n          discharge: { maxM3PerDay: 2400 }\n",
      ],
      [
        "        stations:",
        "        limits: { instrument: qcvn-40-2011, column: A, kq: 1, kf: 1, purpose: would-be }\n        stations:",
      ],
    ]);
    const from = Date.parse("2026-10-25T00:00:00+07:00");
    // repeatable, uneven and full of holes
    let seed = 7;
    const next = () => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    };
    const given = (mean: number): Given => {
      const draw = next();
      if (draw < 0.02) return calibrating;
      if (draw < 0.04) return fault;
      if (draw < 0.05) return { value: mean, flag: 4, tests: 256 };
      return { value: mean * (0.5 + next()) };
    };
    const rows = many(40 * 288, 0).map(
      (): Row => ({
        cod: given(100),
        nh4: given(8),
        ph: given(7.5),
        flow: next() < 0.1 ? 0 : given(100),
      }),
    );
    const samples = samplesOf(rows, from)
      .filter(() => next() > 0.1)
      .map((sample) => (next() < 0.01 ? { ...sample, receivedAt: sample.time + 5 * HOUR } : sample));
    const to = from + 40 * 24 * HOUR;
    const verdicts = judgeFeed(registry, calendar, "sim-s1", samples, { from, to, until: to + 72 * HOUR });
    const byKey = Map.groupBy(verdicts, verdictKey);
    const rules = new Map<string, number>();
    for (const [index, [, revisions]] of [...byKey].entries()) {
      const newest = revisions.at(-1) as StoredVerdict;
      const seen = rules.get(newest.rule) ?? 0;
      if (seen > 0 && index % 149 !== 0) continue;
      rules.set(newest.rule, seen + 1);
      const name = printVerdictName(newest, ZONE);
      const explained = explain(samples, { registry, revisions, name });
      expect([name, explained.differences, explained.outdated]).toEqual([name, [], []]);
    }
    expect([...rules.keys()].sort()).toEqual([
      "7d",
      "8h",
      "calibration",
      "day",
      "day:qcvn-40-2011/A",
      "hour",
      "hour:qcvn-40-2011/A",
      "instant",
      "load-day",
      "month",
      "volume-day",
    ]);
  }, 60_000);
});

describe("the text", () => {
  const rows = cod(100, calibrating, 140.5, 140.5, 140.5, ...many(7, 140.5));
  it("says in both languages that averaging is configuration and not law", () => {
    const explained = explain(samplesOf(rows));
    const en = explanationLines(explained, "en", ZONE);
    expect(en[0]).toBe("DỮ LIỆU MÔ PHỎNG / SIMULATED");
    expect(en.at(-1)).toMatch(/^averaging: hour, day\. .*not law/);
    expect(en.join("\n")).toContain("not stored: computed now");
    const vi = explanationLines(explained, "vi", ZONE);
    expect(vi.at(-1)).toContain("không phải quy định pháp luật");
    expect(vi.join("\n")).toContain("140,5");
    expect(vi.join("\n")).not.toMatch(/vi phạm/);
  });

  it("names the legal basis where the registry has one", () => {
    const { settings, ...registry } = registryOf();
    const rules = { ...settings.rules, legalBasis: "Decision 12/QD, Article 3" };
    const explained = explain(samplesOf(rows), {
      registry: { ...registry, settings: { ...settings, rules } },
    });
    expect(explanationLines(explained, "en", ZONE).at(-1)).toContain("Decision 12/QD, Article 3");
  });

  it("counts many used readings, and lists all that are left out", () => {
    const day = samplesOf(
      many(288, 0).map((_, at) => ({ cod: at === 100 ? fault : 50 })),
      DAY,
    );
    const text = explanationLines(explain(day, { name: `sim-s1/cod/day/${DAY}` }), "en", ZONE).join("\n");
    expect(text).toContain("used 287, left out 1");
    expect(text).toContain("device fault: no value");
    expect(text).toContain("287 used readings not listed here");
  });
});
