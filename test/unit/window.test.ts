import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lateWindows } from "#services/compliance/screen/late-windows.ts";
import { addTallies, meanOf, type Tally } from "#shared/coverage/tally.ts";
import type { QualityFlag, Reading, Sample } from "#shared/reading/sample.ts";
import { parseRegistry } from "#shared/registry/load.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Station } from "#shared/station/station.ts";
import { createStationJudge } from "#shared/verdict/judge-station.ts";
import { isOver } from "#shared/verdict/judge-window.ts";
import { firstRevisions, nextRevisions, verdictKey } from "#shared/verdict/revisions.ts";
import type { Verdict } from "#shared/verdict/verdict.ts";
import { createCalendar, HOUR_MS, type Window } from "#shared/window/calendar.ts";
import { testRegistry, testRegistryFiles } from "#test/support/registry.ts";

const at = (text: string) => Date.parse(text);
const iso = (time: number) => new Date(time).toISOString().replace(":00.000Z", "Z");
const MINUTE = 60_000;

describe("the calendar", () => {
  /** [zone, an instant, its day from, to] */
  const days: [zone: string, time: string, from: string, to: string][] = [
    ["Asia/Ho_Chi_Minh", "2026-11-23T00:00:00Z", "2026-11-22T17:00Z", "2026-11-23T17:00Z"],
    ["Asia/Ho_Chi_Minh", "2026-11-22T17:00:00Z", "2026-11-22T17:00Z", "2026-11-23T17:00Z"],
    ["Asia/Ho_Chi_Minh", "2026-11-22T16:59:59Z", "2026-11-21T17:00Z", "2026-11-22T17:00Z"],
    ["Europe/Madrid", "2026-03-29T12:00:00Z", "2026-03-28T23:00Z", "2026-03-29T22:00Z"], // 23 h
    ["Europe/Madrid", "2026-10-25T12:00:00Z", "2026-10-24T22:00Z", "2026-10-25T23:00Z"], // 25 h
    ["Europe/Madrid", "1990-03-13T12:00:00Z", "1990-03-12T23:00Z", "1990-03-13T23:00Z"],
    ["Asia/Kolkata", "2026-11-23T00:00:00Z", "2026-11-22T18:30Z", "2026-11-23T18:30Z"],
    ["Asia/Kathmandu", "2026-11-23T00:00:00Z", "2026-11-22T18:15Z", "2026-11-23T18:15Z"],
    ["UTC", "1969-12-31T23:59:59Z", "1969-12-31T00:00Z", "1970-01-01T00:00Z"],
  ];
  it.each(days)("in %s the day of %s", (zone, time, from, to) => {
    const day = createCalendar(zone).windowAt("day", at(time));
    expect([iso(day.from), iso(day.to)]).toEqual([from, to]);
  });

  it.each([
    ["Asia/Kolkata", "2026-11-23T00:29:59Z", "2026-11-22T23:30Z"],
    ["Asia/Kolkata", "2026-11-23T00:30:00Z", "2026-11-23T00:30Z"],
    ["Asia/Ho_Chi_Minh", "2026-11-23T00:29:59Z", "2026-11-23T00:00Z"],
    ["Europe/Madrid", "2026-10-25T00:30:00Z", "2026-10-25T00:00Z"], // the first 02:30
    ["Europe/Madrid", "2026-10-25T01:30:00Z", "2026-10-25T01:00Z"], // the second
  ])("in %s the hour of %s begins %s", (zone, time, from) => {
    const hour = createCalendar(zone).windowAt("hour", at(time));
    expect(iso(hour.from)).toBe(from);
    expect(hour.to - hour.from).toBe(HOUR_MS);
  });

  it("windows follow one another without a gap, whatever was asked before", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("Asia/Ho_Chi_Minh", "Europe/Madrid", "Asia/Kolkata", "America/New_York"),
        fc.constantFrom("hour" as const, "day" as const),
        fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2026-12-31T00:00:00Z") }),
        fc.array(fc.integer({ min: at("2025-01-01T00:00:00Z"), max: at("2027-12-31T00:00:00Z") }), {
          maxLength: 3,
        }),
        (zone, rule, from, asked) => {
          const calendar = createCalendar(zone);
          for (const time of asked) calendar.windowAt("day", time);
          const until = from + (rule === "hour" ? 30 : 80) * HOUR_MS;
          const windows = calendar.windowsUntil(rule, from, until);
          expect(windows[0]).toEqual(createCalendar(zone).windowAt(rule, from));
          for (const [index, window] of windows.entries()) {
            expect(window.to).toBeLessThanOrEqual(until);
            expect(calendar.windowAt(rule, window.to - 1)).toEqual(window);
            if (index > 0) expect(window.from).toBe(windows[index - 1]?.to);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("rolling windows and months end with their last hour or day", () => {
    const berlin = createCalendar("Europe/Berlin");
    const ending = (rule: "8h" | "7d" | "month", end: string) => {
      const { from, to } = berlin.windowEnding(rule, at(end));
      return [iso(from), iso(to)];
    };
    expect(ending("8h", "2026-11-23T09:00:00Z")).toEqual(["2026-11-23T01:00Z", "2026-11-23T09:00Z"]);
    // over the end of summer time a week has 169 hours
    expect(ending("7d", "2026-10-28T23:00:00Z")).toEqual(["2026-10-21T22:00Z", "2026-10-28T23:00Z"]);
    expect(ending("month", "2026-03-31T22:00:00Z")).toEqual(["2026-02-28T23:00Z", "2026-03-31T22:00Z"]);
    const ends = berlin.windowsEnding("30d", at("2026-11-01T00:00:00Z"), at("2026-11-04T00:00:00Z"));
    expect(ends.map(({ to }) => iso(to))).toEqual([
      "2026-11-01T23:00Z",
      "2026-11-02T23:00Z",
      "2026-11-03T23:00Z",
    ]);
  });
});

const reading = (
  value: number | null,
  flag: QualityFlag = 1,
  status: Reading["status"] = "measuring",
): Reading => ({
  parameter: "cod",
  value,
  status,
  flag,
});
const calibrating = (value: number) => reading(value, 2, "calibrating");
const fault = reading(null, 9, "fault");
const many = (count: number, value: number) => Array.from({ length: count }, () => reading(value));

const hour = { from: at("2026-11-23T10:00:00+07:00"), to: at("2026-11-23T11:00:00+07:00") };
const hochiminh = createCalendar("Asia/Ho_Chi_Minh");

/** COD by a probe, so that each record stands for its five minutes alone. */
function registryOf(plantKeys = ""): Registry {
  const files = testRegistryFiles({ stations: 1 });
  const zones = (files["zones.yaml"] as string)
    .replace("cod: { instrument: analyser }", "cod: { instrument: probe }")
    .replace("        stations:", `${plantKeys}        stations:`);
  return parseRegistry(
    Object.entries({ ...files, "zones.yaml": zones }).map(([file, text]) => ({ file, text })),
  );
}

const stationOf = (registry: Registry) => registry.stations.get("sim-s1") as Station;

/** Verdicts of hours or days on samples of one station. */
function judgeSpan(
  registry: Registry,
  station: Station,
  rule: "hour" | "day",
  windows: readonly Window[],
  samples: readonly Sample[],
): { verdicts: Verdict[]; tallies: ReadonlyMap<string, readonly Tally[]> } {
  const judge = createStationJudge(registry, station, hochiminh);
  const coverage = judge.cover(samples);
  const tallies = judge.tally(coverage, windows);
  return { verdicts: judge.judge(rule, windows, tallies, coverage), tallies };
}

/** Readings one after the other from 10:00 on, each standing for five minutes or less. */
function samplesOf(readings: readonly Reading[], everyMs = 5 * MINUTE): Sample[] {
  return readings.map((one, index) => {
    const time = hour.from + index * everyMs + 5 * MINUTE;
    return { zone: "sim-z", plant: "sim-p", station: "sim-s1", time, receivedAt: time, readings: [one] };
  });
}

function judge(
  readings: readonly Reading[],
  { registry = registryOf(), rule = "hour", everyMs = 5 * MINUTE } = {},
): Verdict {
  const parameter = readings[0]?.parameter ?? "cod";
  const samples = samplesOf(readings, everyMs);
  const { verdicts } = judgeSpan(registry, stationOf(registry), "hour", [hour], samples);
  return verdicts.find((verdict) => verdict.parameter === parameter && verdict.rule === rule) as Verdict;
}

describe("a tally", () => {
  const tallyOf = (readings: readonly Reading[], everyMs?: number): Tally => {
    const registry = registryOf();
    const { tallies } = judgeSpan(
      registry,
      stationOf(registry),
      "hour",
      [hour],
      samplesOf(readings, everyMs),
    );
    return tallies.get("cod")?.[0] as Tally;
  };

  it("counts calibration and fault as time, and keeps them out of mean and extremes", () => {
    const tally = tallyOf([
      reading(10),
      reading(30),
      reading(20, 3),
      fault,
      calibrating(900),
      reading(999, 4),
    ]);
    expect(tally).toMatchObject({
      min: 10,
      max: 30,
      usable: 3,
      calibrating: 1,
      faulty: 1,
      usableMs: 15 * MINUTE,
      calibratingMs: 5 * MINUTE,
      faultyMs: 5 * MINUTE,
      failedMs: 5 * MINUTE,
    });
    expect(meanOf(tally)).toBe(20);
  });

  it("of nothing usable has no mean", () => {
    expect(meanOf(tallyOf([calibrating(3), fault]))).toBeNull();
  });

  it("weighs by time: a burst of records is no longer than it lasted", () => {
    // 55 minutes at 100, then five records within five minutes at 160
    const samples = [
      ...samplesOf(many(11, 100)),
      ...samplesOf(many(5, 160), MINUTE).map((sample) => ({ ...sample, time: sample.time + 55 * MINUTE })),
    ];
    const registry = registryOf();
    const { verdicts } = judgeSpan(registry, stationOf(registry), "hour", [hour], samples);
    expect(verdicts.find(({ parameter }) => parameter === "cod")).toMatchObject({
      value: 105,
      completeness: 1,
    });
  });

  it("has a mean between its extremes, whatever the values", () => {
    expect(meanOf(tallyOf(many(3, 0.1)))).toBe(0.1);
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1, maxLength: 12 }),
        (values) => {
          const tally = tallyOf(values.map((value) => reading(value)));
          const mean = meanOf(tally) as number;
          // but for the noise of the last digits
          const noise = 1e-11 * Math.max(...values.map(Math.abs));
          expect(mean).toBeGreaterThanOrEqual(tally.min - noise);
          expect(mean).toBeLessThanOrEqual(tally.max + noise);
        },
      ),
    );
  });

  it("adds up: the hours' tallies are the day's", () => {
    const [one, other] = [tallyOf(many(12, 100)), tallyOf([...many(6, 200), fault])];
    expect(addTallies([one, other])).toMatchObject({
      usable: 18,
      usableMs: 90 * MINUTE,
      faulty: 1,
      min: 100,
      max: 200,
    });
  });
});

describe("the verdict on a window", () => {
  /** [what, readings, outcome, value, whether incidents count it as over, reason] */
  const means: [
    what: string,
    readings: Reading[],
    outcome: string,
    value: number | null,
    over: boolean,
    reason: string,
  ][] = [
    ["within", many(12, 100), "within", 100, false, ""],
    ["equal to the limit is within", many(12, 135), "within", 135, false, ""],
    ["binary noise is no exceedance", many(12, 135.00000000000003), "within", 135, false, ""],
    ["the smallest decimal step above is exceeded", many(12, 135.000001), "exceeded", 135.000001, true, ""],
    ["equal on average", [...many(6, 134.9), ...many(6, 135.1)], "within", 135, false, ""],
    ["compared unrounded", many(12, 135.04), "exceeded", 135.04, true, ""],
    ["just complete enough", many(9, 136), "exceeded", 136, true, ""],
    ["incomplete and within", many(8, 100), "insufficient", 100, false, "incomplete"],
    [
      "incomplete, over so far: level 1, marked",
      many(8, 136),
      "insufficient",
      136,
      true,
      "incomplete, and over the limit so far",
    ],
    [
      "incomplete, over whatever is missing",
      many(8, 203),
      "exceeded",
      203,
      true,
      "incomplete, and over the limit whatever is missing",
    ],
    [
      "incomplete, equal to the limit over the whole time",
      many(6, 270),
      "insufficient",
      270,
      true,
      "incomplete, and over the limit so far",
    ],
    [
      "one reading, enormous",
      many(1, 1621),
      "exceeded",
      1621,
      true,
      "incomplete, and over the limit whatever is missing",
    ],
    [
      "calibration is no reading",
      [...many(8, 100), ...Array(4).fill(calibrating(900))],
      "insufficient",
      100,
      false,
      "incomplete",
    ],
    [
      "calibration never exceeds",
      Array(12).fill(calibrating(900)),
      "insufficient",
      null,
      false,
      "calibrating",
    ],
    ["a fault has no value", Array(12).fill(fault), "insufficient", null, false, "device fault"],
    ["nothing", [], "insufficient", null, false, "nothing received"],
    ["a suspect reading counts", [...many(11, 100), reading(900, 3)], "exceeded", 166.666666667, true, ""],
    ["a failed one does not", [...many(11, 100), reading(9000, 4)], "within", 100, false, ""],
  ];
  it.each(means)("%s", (_what, readings, outcome, value, over, reason) => {
    const verdict = judge(readings);
    expect(verdict).toMatchObject({
      outcome,
      value,
      reason,
      statistic: "mean",
      rule: "hour",
      acting: true,
      ...hour,
    });
    expect(isOver(verdict)).toBe(over);
  });

  it("carries everything a mail says", () => {
    expect(judge([...many(10, 187.4), calibrating(1), fault])).toMatchObject({
      zone: "sim-z",
      plant: "sim-p",
      station: "sim-s1",
      parameter: "cod",
      ratio: 1.38814814815,
      severity: 2,
      limitMin: null,
      limitMax: 135,
      completeness: Number((10 / 12).toPrecision(12)),
      usable: 10,
      owed: 12,
      calibrating: 1,
      faulty: 1,
      instrument: "permit",
      clause: "MP-Z/GPMT, row 3",
      confidence: "permit",
    });
  });

  it("under a would-be limit has a rule of its own and opens nothing", () => {
    const registry = registryOf(
      "        limits: { instrument: qcvn-40-2011, column: A, kq: 1, kf: 1, purpose: would-be }\n",
    );
    const verdict = judge(many(12, 200), { registry, rule: "hour:qcvn-40-2011/A" });
    expect(verdict).toMatchObject({ acting: false, outcome: "exceeded", limitMax: 75 });
  });

  const ph = (...values: number[]) => values.map((value) => ({ ...reading(value), parameter: "ph" }));
  const fill = (values: number[]) => ph(...values, ...Array(12 - values.length).fill(7));
  it.each([
    ["4 and 10 do not average to 7", ph(...Array(6).fill(4), ...Array(6).fill(10)), "exceeded", 60],
    ["at the edges of the range is within", ph(...Array(6).fill(5.5), ...Array(6).fill(9)), "within", 0],
    ["ten minutes outside", fill([9.1, 4]), "within", 10],
    ["fifteen minutes outside", fill([9.1, 9.2, 9.3]), "exceeded", 15],
    ["fifteen minutes of a few", ph(9.1, 9.2, 9.3), "exceeded", 15],
    ["few, and fewer outside", ph(7, 7, 9.3), "insufficient", 5],
    [
      "calibration buffers count neither way",
      [...fill([]).slice(3), ...Array(3).fill({ ...calibrating(4), parameter: "ph" })],
      "within",
      0,
    ],
    [
      "reported every minute: minutes, not records",
      ph(...Array(57).fill(7), 9.1, 9.1, 9.1),
      "within",
      3,
      MINUTE,
    ],
    [
      "reported every minute, outside for a quarter",
      ph(...Array(45).fill(7), ...Array(15).fill(9.1)),
      "exceeded",
      15,
      MINUTE,
    ],
    ["nothing", [{ ...fault, parameter: "ph" }], "insufficient", null],
  ] as [string, Reading[], string, number | null, number?][])(
    "pH: %s",
    (_what, readings, outcome, minutes, everyMs = 5 * MINUTE) => {
      expect(judge(readings, { everyMs })).toMatchObject({
        outcome,
        value: minutes,
        statistic: "minutes-outside",
        ratio: null,
      });
    },
  );
});

describe("which window a record belongs to", () => {
  const registry = testRegistry({ stations: 1 });
  const base = registry.stations.get("sim-s1") as Station;
  const stamped = (stamp: Station["stamp"]): Station => ({
    ...base,
    stamp,
    coversFromOffsetMs: stamp === "end" ? -base.intervalMs : 0,
  });
  const sample = (time: string, value: number): Sample => ({
    zone: "sim-z",
    plant: "sim-p",
    station: "sim-s1",
    time: at(time),
    receivedAt: at(time),
    readings: [reading(value)],
  });
  const calendar = createCalendar("Asia/Ho_Chi_Minh");
  const arrival = (station: Station, time: number, receivedAt = time) => ({
    station,
    time,
    receivedAt,
    reachMs: () => 30 * MINUTE,
  });

  /** [stamp, rule, the record's time, the window it counts in] */
  const cases: [stamp: Station["stamp"], rule: "hour" | "day", time: string, from: string][] = [
    ["end", "hour", "2026-11-23T10:00:00+07:00", "2026-11-23T09:00:00+07:00"],
    ["end", "hour", "2026-11-23T10:05:00+07:00", "2026-11-23T10:00:00+07:00"],
    ["end", "day", "2026-11-23T00:00:00+07:00", "2026-11-22T00:00:00+07:00"],
    ["end", "day", "2026-11-23T00:05:00+07:00", "2026-11-23T00:00:00+07:00"],
    ["start", "hour", "2026-11-23T10:00:00+07:00", "2026-11-23T10:00:00+07:00"],
    ["start", "hour", "2026-11-23T09:55:00+07:00", "2026-11-23T09:00:00+07:00"],
    ["start", "day", "2026-11-23T00:00:00+07:00", "2026-11-23T00:00:00+07:00"],
    ["instant", "hour", "2026-11-23T10:00:00+07:00", "2026-11-23T10:00:00+07:00"],
    ["instant", "hour", "2026-11-23T09:59:59+07:00", "2026-11-23T09:00:00+07:00"],
    ["instant", "day", "2026-11-23T00:00:00+07:00", "2026-11-23T00:00:00+07:00"],
  ];
  it.each(cases)("stamp %s, %s: the record of %s counts from %s", (stamp, rule, time, from) => {
    const windows = calendar.windowsUntil(
      rule,
      at("2026-11-21T12:00:00+07:00"),
      at("2026-11-25T00:00:00+07:00"),
    );
    const { verdicts, tallies } = judgeSpan(registry, stamped(stamp), rule, windows, [sample(time, 200)]);
    const counting = windows.filter((_, index) => (tallies.get("cod")?.[index]?.usable ?? 0) > 0);
    expect(counting.map((window) => window.from)).toEqual([at(from)]);
    expect(
      verdicts
        .filter(({ parameter, usable }) => parameter === "cod" && usable > 0)
        .map((verdict) => verdict.from),
    ).toEqual([at(from)]);
    // and late data finds the same window again
    const late = lateWindows(
      [arrival(stamped(stamp), at(time))],
      { hour: at("2026-12-01T00:00:00Z"), day: at("2026-12-01T00:00:00Z") },
      calendar,
    );
    expect(late.find((window) => window.rule === rule)?.from).toBe(at(from));
  });

  it("late is what touches a window judged already, each window once", () => {
    const marks = { hour: at("2026-11-23T10:00:00+07:00"), day: at("2026-11-23T00:00:00+07:00") };
    const of = (...times: string[]) =>
      lateWindows(
        times.map((time) => arrival(stamped("end"), at(`2026-11-${time}:00+07:00`))),
        marks,
        calendar,
      );
    expect(of("23T10:05", "23T11:00")).toEqual([]);
    expect(of("23T09:10", "23T09:15", "23T10:00")).toEqual([
      { station: "sim-s1", rule: "hour", from: at("2026-11-23T09:00:00+07:00") },
    ]);
    // what the last records of an hour withhold or cut short may lie in the next
    expect(of("23T08:55").map(({ from }) => from)).toEqual([
      at("2026-11-23T08:00:00+07:00"),
      at("2026-11-23T09:00:00+07:00"),
    ]);
    expect(of("23T00:00").map(({ rule }) => rule)).toEqual(["hour", "hour", "day"]);
    expect(lateWindows([arrival(stamped("end"), 0)], {}, calendar)).toEqual([]);
  });

  it("a full hour and day are judged against the permit, silent parameters are insufficient", () => {
    const day = calendar.windowAt("day", at("2026-11-23T12:00:00+07:00"));
    const samples = Array.from({ length: 288 }, (_, index) =>
      sample(new Date(day.from + (index + 1) * 5 * MINUTE).toISOString(), index < 144 ? 100 : 180),
    );
    const hours = calendar.windowsUntil("hour", day.from, day.to);
    const byHour = judgeSpan(registry, stamped("end"), "hour", hours, samples).verdicts.filter(
      ({ parameter }) => parameter === "cod",
    );
    expect(byHour.map(({ outcome }) => outcome)).toEqual([
      ...Array(12).fill("within"),
      ...Array(12).fill("exceeded"),
    ]);
    expect(byHour.every(({ usable }) => usable === 12)).toBe(true);
    const { verdicts } = judgeSpan(registry, stamped("end"), "day", [day], samples);
    expect(verdicts.map(({ parameter, outcome, value }) => [parameter, outcome, value])).toEqual([
      ["ph", "insufficient", null],
      ["cod", "exceeded", 140],
      ["tss", "insufficient", null],
      ["nh4", "insufficient", null],
    ]);
  });

  it("the permit's dates are local days, for hours as for days", () => {
    const plant = registry.plants.get("sim-p");
    const dated: Registry = {
      ...registry,
      plants: new Map([
        [
          "sim-p",
          { ...plant, permit: { ...plant?.permit, from: "2026-11-23" } } as NonNullable<typeof plant>,
        ],
      ]),
    };
    const windows = calendar.windowsUntil(
      "hour",
      at("2026-11-22T22:00:00+07:00"),
      at("2026-11-23T02:00:00+07:00"),
    );
    const { verdicts } = judgeSpan(dated, stamped("end"), "hour", windows, []);
    const from = verdicts.filter(({ parameter }) => parameter === "cod").map((verdict) => verdict.from);
    expect(from).toEqual([at("2026-11-23T00:00:00+07:00"), at("2026-11-23T01:00:00+07:00")]);
  });

  it("judging again changes nothing; late data makes the next revision", () => {
    const windows = [calendar.windowAt("hour", at("2026-11-23T09:30:00+07:00"))];
    const before = judgeSpan(registry, stamped("end"), "hour", windows, [
      sample("2026-11-23T09:05:00+07:00", 100),
    ]).verdicts;
    const first = { judgedAt: 1, registry: "r1" };
    const stored = firstRevisions(before, first);
    const known = new Map(stored.map((verdict) => [verdictKey(verdict), verdict]));
    expect(stored.map(({ revision, causes }) => [revision, ...causes])).toEqual(Array(4).fill([1, "first"]));
    expect(nextRevisions(before, known, { judgedAt: 2, registry: "r1" })).toEqual([]);
    const samples = [sample("2026-11-23T09:05:00+07:00", 100), sample("2026-11-23T09:10:00+07:00", 120)];
    const after = nextRevisions(
      judgeSpan(registry, stamped("end"), "hour", windows, samples).verdicts,
      known,
      { judgedAt: 2, registry: "r2" },
    );
    expect(after).toMatchObject([
      {
        parameter: "cod",
        value: 115,
        usable: 2,
        revision: 2,
        judgedAt: 2,
        causes: ["late-data", "registry"],
      },
    ]);
  });
});
