/** Each quality test by itself: the figures of sensor-quality 4.2, at their edges. */
import { describe, expect, it } from "vitest";
import { isFrozen, logChance } from "#shared/quality/all-frozen.ts";
import { isCensored } from "#shared/quality/censored.ts";
import { electricalLoss } from "#shared/quality/electrical-loss.ts";
import { failed, flagOf, GROSS_RANGE, qualityTests, testsOf } from "#shared/quality/flag.ts";
import { flatLine, longestRun, shareOfRepeats } from "#shared/quality/flat-line.ts";
import { isGap } from "#shared/quality/gap.ts";
import { grossRange } from "#shared/quality/gross-range.ts";
import { isAbrupt } from "#shared/quality/rate-of-change.ts";
import { isSpike } from "#shared/quality/spike.ts";
import { thresholdsOf } from "#shared/quality/thresholds.ts";
import type { StationParameter } from "#shared/registry/schema.ts";
import { MINUTE, permit, STEP, sampleAt, usual } from "#test/support/quality.ts";

const five = { intervalMs: STEP };
const of = (parameter: string, more: Partial<StationParameter> = {}, station: object = five) =>
  thresholdsOf(
    parameter,
    { ...(usual[parameter] ?? { instrument: "probe" }), ...more },
    { ...five, ...station },
    permit(parameter),
  );
const bare = (parameter: string) => of(parameter, { range: undefined });

describe("one flag of many tests", () => {
  it.each([
    ["nothing found", 7, 0, 1],
    ["no test ran", 7, undefined, 2],
    ["suspect", 7, GROSS_RANGE, 3],
    ["failed", 7, failed(GROSS_RANGE), 4],
    ["failed by one, suspect by another", 7, failed(GROSS_RANGE) | 8, 4],
    ["no value, whatever was found", null, failed(GROSS_RANGE), 9],
    ["no value", null, undefined, 9],
  ])("%s", (_what, value, tests, flag) => {
    expect(flagOf(value, tests)).toBe(flag);
  });

  it("names each test with its own flag, and has a bit for every test that fits one byte", () => {
    expect(testsOf({ tests: failed(1) | 8 | 128 })).toEqual([
      { test: "gross-range", flag: 4 },
      { test: "rate-of-change", flag: 3 },
      { test: "censored", flag: 3 },
    ]);
    expect(testsOf({})).toEqual([]);
    expect(qualityTests).toHaveLength(8);
    for (const [place, test] of qualityTests.entries()) {
      expect(testsOf({ tests: 1 << place })).toEqual([{ test, flag: 3 }]);
      expect(testsOf({ tests: failed(1 << place) })).toEqual([{ test, flag: 4 }]);
    }
  });
});

describe("gross range and electrical loss", () => {
  /** [what, parameter, value, flag by gross range, electrical loss] */
  const cases: [what: string, parameter: string, value: number, flag: 1 | 3 | 4, loop?: boolean][] = [
    ["ordinary", "cod", 75, 1],
    ["the bottom itself", "cod", 0, 1],
    ["the top itself", "cod", 500, 3],
    ["noise around zero", "cod", -0.1, 3],
    ["minus two per cent of the range", "cod", -10, 3],
    ["below it", "cod", -10.1, 4],
    ["three times the limit", "cod", 405, 1],
    ["above it", "cod", 405.5, 3],
    ["above the range", "cod", 500.1, 4],
    ["1e15 of a swapped word order", "cod", 1e15, 4],
    ["0 mA on 0–500", "cod", -125, 4, true],
    ["half a per cent beside it", "cod", -122.5, 4, true],
    ["further beside", "cod", -122.4, 4],
    ["3.6 mA", "cod", -12.5, 4],
    ["neutral water", "ph", 7.2, 1],
    ["pH 5 and 10", "ph", 5, 1],
    ["pH 10", "ph", 10, 1],
    ["below 5", "ph", 4.9, 3],
    ["above 10", "ph", 10.1, 3],
    ["the top of a scale", "ph", 14, 3],
    ["above it", "ph", 14.1, 4],
    ["pH has no noise below zero", "ph", -0.1, 4],
    ["0 mA on 0–14", "ph", -3.5, 4, true],
    ["0 mA on 0–14, nearly", "ph", -3.44, 4, true],
    ["pH × 100", "ph", 720, 4],
    ["below a temperature's range", "temp", -0.1, 4],
    ["ammonium over three times its limit", "nh4", 27.2, 3],
    ["flow below zero", "flow", -3, 3],
    ["0 mA of a flow meter 0–500", "flow", -125, 4, true],
  ];
  it.each(cases)("%s: %s %d → %d", (_what, parameter, value, flag, loop = false) => {
    expect(flagOf(value, grossRange(value, of(parameter)))).toBe(flag);
    expect(electricalLoss(value, of(parameter)) !== 0).toBe(loop);
  });

  it.each([
    ["nothing to fail by", "cod", 5000, 3],
    ["absurd all the same", "cod", 1e15, 4],
    ["absurd downwards", "cod", -1e15, 4],
    ["noise below zero", "cod", -1, 3],
    ["a redox potential may be negative", "orp", -300, 1],
    ["a parameter without a limit has no factor 3", "ec", 90_000, 1],
  ])("without a range, %s: %s %d → %d", (_what, parameter, value, flag) => {
    expect(flagOf(value, grossRange(value, bare(parameter)))).toBe(flag);
    expect(electricalLoss(value, bare(parameter))).toBe(0);
  });

  it("a range that ends below zero keeps its ends", () => {
    const cold = of("temp", { range: [-10, 50] });
    expect([-10, -10.1, 50.1].map((value) => flagOf(value, grossRange(value, cold)))).toEqual([1, 4, 4]);
    // −10 − 0.25 × 60
    expect(electricalLoss(-25, cold)).not.toBe(0);
  });

  it("ammonium that is reported as NH4 has its range, step and band in that basis, its limit in the stored one", () => {
    const asNh4 = of("nh4", { as: "NH4", range: [0, 100], resolution: 0.2, quality: { suspectAbove: 40 } });
    const factor = 14.007 / 18.039;
    expect(asNh4.top).toBeCloseTo(100 * factor, 10);
    expect(asNh4.flatWithin).toBeCloseTo(0.1 * factor, 10);
    expect(asNh4.suspectAbove).toBeCloseTo(40 * factor, 10);
    expect(asNh4.limitMax).toBe(9);
  });
});

describe("censored", () => {
  const meter = { parameter: "flow", failBelow: -10 };
  const at = (values: Parameters<typeof sampleAt>[1]) => sampleAt(0, values).readings;
  it.each([
    ["at the top, water flowing", "cod", 500, { flow: 200 }, true],
    ["above it", "cod", 900, { flow: 200 }, true],
    ["just below", "cod", 499.9, { flow: 200 }, false],
    ["no water flows", "cod", 500, { flow: 0 }, false],
    ["noise of a pump that is off", "cod", 500, { flow: -1 }, false],
    ["no flow measured", "cod", 500, {}, true],
    ["flow meter at fault", "cod", 500, { flow: "9" }, true],
    ["flow meter calibrating", "cod", 500, { flow: "2:0" }, true],
    ["flow meter without current", "cod", 500, { flow: -125 }, true],
    ["the flow itself", "flow", 500, { flow: 500 }, true],
    ["pH is a scale", "ph", 14, { flow: 200 }, false],
    ["temperature too", "temp", 80, { flow: 200 }, false],
  ] as const)("%s", (_what, parameter, value, others, censored) => {
    expect(isCensored(value, of(parameter), at({ ...others }), meter)).toBe(censored);
  });
  it("without a range there is no top", () => {
    expect(isCensored(1e6, bare("cod"), at({ flow: 1 }), meter)).toBe(false);
  });
});

describe("gap", () => {
  it.each([
    ["one interval", "ph", 5, false],
    ["three intervals", "ph", 15, false],
    ["more than three", "ph", 15.1, true],
    ["never before", "ph", Number.NaN, true],
    ["an analyser that reports a result a cycle", "nh4", 30, false],
    ["and left one out", "nh4", 60, true],
  ])("%s", (_what, parameter, minutes, gap) => {
    expect(isGap(minutes * MINUTE, of(parameter))).toBe(gap);
  });
});

describe("spike", () => {
  it.each([
    ["a high point between equals", 3, 9, 3, 5, true],
    ["a low one", 9, 3, 9, 5, true],
    ["exactly the limit", 3, 8, 3, 5, false],
    ["the smaller of its two steps counts", 3, 9, 5, 4, false],
    ["a spike beside another point", 40, 42, 160, 5, false],
    ["the last value before a step", 9, 8, 40, 5, false],
    ["a step that stays", 3, 9, 9, 2, false],
    ["a ramp", 3, 9, 15, 0, false],
    ["a steeper ramp", 3, 4, 15, 1, false],
    ["no neighbour before", Number.NaN, 9, 3, 1, false],
  ])("%s", (_what, before, middle, after, low, spike) => {
    expect(isSpike(before, middle, after, low)).toBe(spike);
  });
});

describe("rate of change", () => {
  it.each([
    ["three standard deviations", 6, 4, 0, false],
    ["more", 6.1, 4, 0, true],
    ["downwards", -6.1, 4, 0, true],
    ["the deviation of the steps, where it is larger", 6.1, 4, 9, false],
    ["never below two steps of the display", 0.2, 0.0001, 0, false],
    ["above them", 0.21, 0.0001, 0, true],
  ])("%s", (_what, step, series, steps, abrupt) => {
    expect(isAbrupt(step, series, steps, { rateFactor: 9, leastStep: 0.2 })).toBe(abrupt);
  });
  it("a laboratory has none, nor has a station of daily values", () => {
    expect(isAbrupt(1e6, 1, 1, of("cod", { instrument: "laboratory" }))).toBe(false);
    expect(isAbrupt(1e6, 1, 1, of("tss", {}, { intervalMs: 1440 * MINUTE }))).toBe(false);
    expect(isAbrupt(1e6, 1, 1, of("tss"))).toBe(true);
  });
});

describe("flat line", () => {
  const fresh = { share: shareOfRepeats(0, 0), longestMs: 0 };
  /** [what, parameter, minutes, flag] of a station of which nothing is known. */
  it.each([
    ["a probe", "ph", 25, 1],
    ["a probe", "ph", 30, 3],
    ["a probe", "ph", 55, 3],
    ["a probe", "ph", 60, 4],
    ["COD, three cycles of 15 min", "cod", 40, 1],
    ["COD", "cod", 45, 3],
    ["COD", "cod", 85, 3],
    ["COD, six cycles", "cod", 90, 4],
    ["ammonium, three cycles of 30 min", "nh4", 85, 1],
    ["ammonium", "nh4", 90, 3],
    ["ammonium", "nh4", 175, 3],
    ["ammonium, six cycles", "nh4", 180, 4],
  ])("%s: %s after %d min → %d", (_what, parameter, minutes, flag) => {
    expect(flagOf(7, flatLine(minutes * MINUTE, fresh, false, of(parameter)))).toBe(flag);
  });

  it("goes by the cycle that the registry has", () => {
    const slow = of("cod", { cycle: 60 * MINUTE });
    expect(
      [175, 180, 360].map((minutes) => flagOf(7, flatLine(minutes * MINUTE, fresh, false, slow))),
    ).toEqual([1, 3, 4]);
  });

  it("proves nothing where equal results are ordinary, or such runs were", () => {
    const hour = 60 * MINUTE;
    const coarse = { share: 0.9, longestMs: 0 };
    expect(
      [1, 3, 4, 6].map((hours) => flagOf(29.1, flatLine(hours * hour, coarse, false, of("temp")))),
    ).toEqual([1, 1, 3, 4]);
    const calm = { share: 0.25, longestMs: 3 * hour };
    expect(
      [3, 3.1, 6, 6.1].map((hours) => flagOf(29.1, flatLine(hours * hour, calm, false, of("temp")))),
    ).toEqual([1, 3, 3, 4]);
  });

  it("is at most suspect above the limit: a held value makes no exceedance disappear", () => {
    expect(flagOf(140, flatLine(600 * MINUTE, fresh, true, of("cod")))).toBe(3);
  });

  it("learns a long run slowly, and forgets it in a month", () => {
    const times = of("tss");
    let longest = longestRun(0, 600 * MINUTE, times);
    expect(longest).toBe(45 * MINUTE);
    longest = longestRun(longest, 600 * MINUTE, times);
    expect(longest).toBeGreaterThan(60 * MINUTE);
    expect(longest).toBeLessThan(70 * MINUTE);
    expect(longestRun(0, 25 * MINUTE, times)).toBe(0);
    for (let days = 0; days < 90; days += 1)
      longest = longestRun(longest, 25 * 57.6 * MINUTE, { ...times, flatSuspectMs: Infinity });
    expect(longest).toBeLessThan(5 * MINUTE);
  });
});

describe("all frozen", () => {
  it("takes more than the longest cycle, and what chance does not explain", () => {
    const chances = (share: number, minutes: number) =>
      3 * logChance(minutes * MINUTE, share, { cycleMs: STEP });
    expect(isFrozen(30 * MINUTE, 30 * MINUTE, chances(0.25, 30))).toBe(false);
    expect(isFrozen(35 * MINUTE, 30 * MINUTE, chances(0.25, 35))).toBe(true);
    expect(isFrozen(35 * MINUTE, 30 * MINUTE, chances(0.95, 35))).toBe(false);
  });
});

describe("thresholds of the registry", () => {
  it("a parameter's win over its station's, and each is used", () => {
    const station = { quality: { rateDeviations: 5, gapIntervals: 6, flatSuspect: 20 * MINUTE } } as const;
    const own = of("tss", { quality: { rateDeviations: 4 } }, station);
    expect(own).toMatchObject({
      rateFactor: 16,
      gapMs: 6 * STEP,
      flatSuspectMs: 20 * MINUTE,
      flatFailMs: 60 * MINUTE,
    });
    const all = of("tss", {
      resolution: 0.5,
      quality: {
        negativeShare: 0.1,
        loopShare: 0.01,
        spikePercentile: 0.99,
        rateOver: 50 * 60 * MINUTE,
        afterCalibration: MINUTE,
        flatFail: 70 * MINUTE,
        suspectBelow: 1,
        suspectAbove: 80,
        leastStep: 3,
        flatWithin: 0.2,
      },
    });
    expect(all).toMatchObject({
      failBelow: -30,
      loopFrom: -78,
      loopTo: -72,
      spikePercentile: 0.99,
      weightEachMs: 1 / (50 * 60 * MINUTE),
      afterCalibrationMs: MINUTE,
      flatFailMs: 70 * MINUTE,
      suspectBelow: 1,
      suspectAbove: 80,
      leastStep: 3,
      flatWithin: 0.2,
    });
  });

  it("a test that is skipped finds nothing", () => {
    const none = of("cod", { quality: { skip: qualityTests.filter((test) => test !== "clamped") } });
    for (const value of [-125, -1, 600, 1e6]) {
      expect(grossRange(value, none) | electricalLoss(value, none)).toBe(0);
    }
    expect(isCensored(600, none, [], { parameter: "flow", failBelow: 0 })).toBe(false);
    expect(isAbrupt(1e6, 1, 1, none)).toBe(false);
    expect(flatLine(1e12, { share: 0, longestMs: 0 }, false, none)).toBe(0);
    expect(none).toMatchObject({ findsSpikes: false, countsAsFrozen: false });
  });

  it("equal is equal until the display's step is declared", () => {
    expect(of("ph").flatWithin).toBe(0);
    expect(of("ph", { resolution: 0.01 }).flatWithin).toBe(0.005);
    expect(of("ph").leastStep).toBeCloseTo(0.2, 10);
    expect(of("cod").leastStep).toBe(1);
  });
});
