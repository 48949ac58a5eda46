/** A station's quality tests over its records: what is flagged, what is remembered, and what never happens. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFailed } from "#shared/quality/flag.ts";
import { createQualityMemory } from "#shared/quality/memory.ts";
import { createStationQuality } from "#shared/quality/station-quality.ts";
import { isUsable, type Sample } from "#shared/reading/sample.ts";
import { sampleOfLine } from "#shared/reading/sample-lines.ts";
import { amendmentLine, sampleLine, samplesOf } from "#shared/reading/sample-points.ts";
import {
  feed,
  MINUTE,
  noisy,
  permit,
  qualityOf,
  START,
  STEP,
  sampleAt,
  series,
  shown,
  stationOf,
  usual,
} from "#test/support/quality.ts";

/** Ordinary records of the usual station; analysers hold their results. */
function ordinary(length: number, seed = 1): Sample[] {
  const columns: Record<string, number[]> = {
    ph: noisy(length, 7.2, 0.2, 0.1, seed),
    temp: noisy(length, 29, 0.3, 0.1, seed + 1),
    cod: noisy(length, 75, 6, 0.5, seed + 2),
    tss: noisy(length, 40, 5, 0.1, seed + 3),
    nh4: noisy(length, 3.2, 1, 0.2, seed + 4),
    flow: noisy(length, 200, 8, 0.1, seed + 5),
  };
  const held = { cod: 3, nh4: 6 } as Record<string, number>;
  return Array.from({ length }, (_, index) =>
    sampleAt(
      START + index * STEP,
      Object.fromEntries(
        Object.entries(columns).map(([key, values]) => {
          const cycle = held[key] ?? 1;
          return [key, values[Math.floor(index / cycle) * cycle] ?? 0];
        }),
      ),
    ),
  );
}

const withValue = (sample: Sample, parameter: string, value: number): Sample => ({
  ...sample,
  readings: sample.readings.map((reading) =>
    reading.parameter === parameter ? { ...reading, value } : reading,
  ),
});
const at = (index: number) => START + index * STEP;
const day = ordinary(288);

describe("ordinary water", () => {
  it("keeps its flags, its very samples and one empty list: nothing is made", () => {
    const quality = qualityOf();
    const results = day.map((sample) => ({ sent: sample, ...quality.judge(sample) }));
    const kept = results.filter(({ sent, sample }) => sent === sample);
    expect(kept.length).toBeGreaterThan(0.97 * day.length);
    const lists = new Set(
      results.filter(({ amended }) => amended.length === 0).map(({ amended }) => amended),
    );
    expect(lists.size).toBe(1);
  });

  it("over a month: none failed, suspect in one reading of a hundred at most", () => {
    const month = ordinary(30 * 288, 7);
    const told = feed(qualityOf(), month);
    const flags = told.samples.flatMap(({ readings }) => readings.map(({ flag }) => flag));
    expect(flags.filter((flag) => flag === 4)).toEqual([]);
    const suspect = flags.filter((flag) => flag === 3).length + told.amended.length;
    expect(suspect / flags.length).toBeLessThan(0.01);
  });
});

describe("one reading", () => {
  it.each([
    ["-125 of a loop without current", { cod: -125, flow: 200 }, "cod", "4 gross-range electrical-loss"],
    ["pH −3.5", { ph: -3.5 }, "ph", "4 gross-range electrical-loss"],
    ["noise below zero keeps counting", { cod: -1, flow: 200 }, "cod", "3 gross-range"],
    ["over three times the limit", { cod: 420, flow: 200 }, "cod", "3 gross-range"],
    ["the top of the range while water flows", { cod: 500, flow: 200 }, "cod", "3 censored"],
    ["more than the range while water flows", { cod: 812.5, flow: 200 }, "cod", "3 censored"],
    ["more than the range without water", { cod: 812.5, flow: 0 }, "cod", "4 gross-range"],
    ["a parameter of which the registry knows nothing", { conductivity2: -1e12 }, "conductivity2", "1"],
    ["calibrating, whatever it shows", { cod: "2:9000" }, "cod", "2"],
    ["device fault", { cod: "9" }, "cod", "9"],
  ] as const)("%s", (_what, values, parameter, expected) => {
    expect(feed(qualityOf(), [sampleAt(START, values)]).flags(parameter)).toEqual([expected]);
  });

  it("censored becomes the top, keeps what was sent, and counts in means", () => {
    const [sample] = feed(qualityOf(), [sampleAt(START, { cod: 812.5, flow: 200 })]).samples;
    const cod = sample?.readings[0];
    expect(cod).toEqual({
      parameter: "cod",
      value: 500,
      status: "measuring",
      flag: 3,
      censored: 812.5,
      tests: 128,
    });
    expect(cod && isUsable(cod)).toBe(true);
    // hours at the top are no flat line
    const flags = feed(qualityOf(), series("cod", Array(60).fill(500), { flow: 200 })).flags("cod");
    expect(new Set(flags)).toEqual(new Set(["3 censored"]));
    // what is judged again from its row stays what it is
    const again = feed(qualityOf(), [sample as Sample]).samples[0]?.readings[0];
    expect(again).toEqual(cod);
  });

  it("goes through its row and back with tests and censored value", () => {
    const [sample] = feed(qualityOf(), [
      sampleAt(START, { cod: 812.5, ph: -3.5, tss: 40, flow: 200 }),
    ]).samples;
    const line = sampleLine(sample as Sample);
    expect(line).toContain(
      "cod=500,cod_flag=3i,cod_tests=128i,cod_censored=812.5,ph_withheld=-3.5,ph_flag=4i,ph_tests=768i,tss=40,flow=200,",
    );
    expect(sampleOfLine(line)).toEqual(sample);
    const row: Record<string, number> = {
      time: START,
      received: START,
      cod: 500,
      cod_flag: 3,
      cod_tests: 128,
    };
    Object.assign(row, {
      cod_censored: 812.5,
      ph_withheld: -3.5,
      ph_flag: 4,
      ph_tests: 768,
      tss: 40,
      flow: 200,
    });
    const tags = { zone: "sim-z", plant: "sim-p", station: "sim-s1" };
    const read = samplesOf([
      { name: "effluent", tags, columns: Object.keys(row), values: [Object.values(row)] },
    ]);
    expect(read).toEqual([sample]);
  });
});

describe("a spike", () => {
  const tss = noisy(60, 40, 5, 0.1);
  const spiked = tss.with(40, 160);

  it("is named when the next record comes, unless it was suspect already, and is never failed", () => {
    const told = feed(qualityOf(), series("tss", spiked));
    // 120 mg/L in one step is a change out of the ordinary at once
    expect(told.flags("tss")[40]).toBe("3 rate-of-change");
    expect(told.amended).toEqual([]);
    // a smaller one shows only by its return
    const swinging = tss.map((value, index) => Math.round(value + 20 * Math.sin(index / 12)));
    const small = feed(qualityOf(), series("tss", swinging.with(40, (swinging[40] ?? 0) + 14)));
    expect(small.flags("tss")[40]).toBe("1");
    expect(small.amended).toEqual([{ time: at(40), parameter: "tss", flag: 3, tests: 4 }]);
    expect(amendmentLine(small.samples[0] as Sample, small.amended[0] as never)).toBe(
      `effluent,plant=sim-p,station=sim-s1,zone=sim-z tss_flag=3i,tss_tests=4i ${at(40)}`,
    );
  });

  it("does not make its neighbours suspect, nor hide the next one", () => {
    const flags = feed(qualityOf(), series("tss", spiked.with(50, 160))).flags("tss");
    expect([39, 41, 42, 49, 50, 51].map((index) => flags[index])).toEqual([
      "1",
      "1",
      "1",
      "1",
      "3 rate-of-change",
      "1",
    ]);
  });

  it("of one record on an analyser that holds its results is found; a step that stays is none", () => {
    const cod = noisy(80, 75, 6, 0.5)
      .flatMap((value) => [value, value, value])
      .slice(0, 160);
    const told = feed(qualityOf(), series("cod", cod.with(100, 300)));
    expect(told.flags("cod")[100]).toBe("3 rate-of-change");
    expect(told.flags("cod").filter((flag) => flag.startsWith("4"))).toEqual([]);
    const step = cod.map((value, index) => (index < 90 ? value : value + 20));
    const stepped = feed(qualityOf(), series("cod", step));
    expect(stepped.amended.filter(({ time }) => time >= at(88))).toEqual([]);
  });

  it("across a gap is none", () => {
    const before = series("tss", tss.slice(0, 40));
    const late = [
      sampleAt(at(45), { tss: 48 }),
      sampleAt(at(50), { tss: 40 }),
      sampleAt(at(51), { tss: 41 }),
    ];
    expect(feed(qualityOf(), [...before, ...late]).amended.filter(({ time }) => time >= at(40))).toEqual([]);
  });
});

describe("rate of change", () => {
  const tss = noisy(60, 40, 5, 0.1);
  const jump = (from: number, minutes: number) => [
    ...series("tss", tss.slice(0, from)),
    sampleAt(at(from - 1) + minutes * MINUTE, { tss: 80 }),
  ];
  it.each([
    ["a jump from one record to the next", 50, 5, "3 rate-of-change"],
    ["three intervals later", 50, 15, "3 rate-of-change"],
    ["after a gap it is not judged", 50, 15.1, "1"],
    ["nor before there is a history", 6, 5, "1"],
  ])("%s", (_what, from, minutes, expected) => {
    expect(feed(qualityOf(), jump(from, minutes)).flags("tss").at(-1)).toBe(expected);
  });

  it("waits for 30 minutes after a calibration, and looks again then", () => {
    const quality = qualityOf();
    feed(quality, series("tss", tss.slice(0, 50)));
    const after = [
      sampleAt(at(50), { tss: "2:0" }),
      sampleAt(at(51), { tss: 80 }),
      sampleAt(at(52), { tss: 40 }),
      sampleAt(at(54), { tss: 41 }),
      sampleAt(at(56), { tss: 82 }),
    ];
    expect(feed(quality, after).flags("tss")).toEqual(["2", "1", "1", "1", "3 rate-of-change"]);
  });
});

describe("a flat line", () => {
  const alive = noisy(100, 40, 5, 0.1);
  const stuck = (parameter: string, value: number, records: number, others = {}) => {
    const values =
      parameter === "tss" ? [...alive, ...Array(records).fill(value)] : Array(records).fill(value);
    return feed(qualityOf(), series(parameter, values, others))
      .flags(parameter)
      .slice(-records);
  };
  const changes = (flags: readonly string[]) =>
    flags.flatMap((flag, index) => (flag === flags[index - 1] ? [] : [`${index * 5}: ${flag}`]));

  it.each([
    ["a probe", "tss", 40.3, {}, ["0: 1", "30: 3 flat-line", "60: 4 flat-line"]],
    ["COD", "cod", 80, {}, ["0: 1", "45: 3 flat-line", "90: 4 flat-line"]],
    ["ammonium", "nh4", 3, {}, ["0: 1", "90: 3 flat-line", "180: 4 flat-line"]],
    ["above the limit it goes on counting", "nh4", 12, {}, ["0: 1", "90: 3 flat-line"]],
    ["a flow that stands", "flow", 120, {}, ["0: 1", "30: 3 flat-line", "60: 4 flat-line"]],
    ["pumps that are off", "flow", 0, {}, ["0: 1"]],
    [
      "zero while water flows: a transmitter without signal",
      "cod",
      0,
      { flow: 200 },
      ["0: 1", "45: 3 flat-line clamped", "90: 4 flat-line clamped"],
    ],
    ["zero without water", "cod", 0, { flow: 0 }, ["0: 1", "45: 3 flat-line", "90: 4 flat-line"]],
  ] as const)("%s", (_what, parameter, value, others, expected) => {
    expect(changes(stuck(parameter, value, 48, others))).toEqual(expected);
  });

  it("starts anew with each other value, and with each gap", () => {
    const values = [...Array(11).fill(40.3), 40.4, ...Array(11).fill(40.3)];
    const flags = feed(qualityOf(), series("tss", values)).flags("tss");
    expect(flags.filter((flag) => flag.startsWith("4"))).toEqual([]);
    const gap = Array.from({ length: 24 }, (_, index) =>
      sampleAt(at(index < 12 ? index : index + 8), { tss: 40.3 }),
    );
    expect(
      feed(qualityOf(), gap)
        .flags("tss")
        .filter((flag) => flag.startsWith("4")),
    ).toEqual([]);
  });

  it("of an instrument with a declared step holds within half of it", () => {
    const declared = { tss: { instrument: "probe", resolution: 1 } } as const;
    const values = Array.from({ length: 24 }, (_, index) => 40 + (index % 2) * 0.4);
    const flags = (parameters: typeof usual) =>
      feed(createStationQuality(stationOf(parameters)), series("tss", values)).flags("tss");
    expect(flags(declared).at(-1)).toBe("4 flat-line");
    expect(flags({ tss: { instrument: "probe" } }).at(-1)).toBe("1");
  });

  it("a laboratory has none", () => {
    const lab = { cod: { instrument: "laboratory" } } as const;
    const daily = { intervalMs: 1440 * MINUTE };
    const samples = Array.from({ length: 20 }, (_, index) =>
      sampleAt(START + index * 1440 * MINUTE, { cod: 80 }),
    );
    const flags = feed(createStationQuality(stationOf(lab, daily), permit), samples).flags("cod");
    expect(new Set(flags)).toEqual(new Set(["1"]));
  });

  it("water that keeps its temperature for hours, every night, is not called stuck for long", () => {
    // 29.1 by night, for ten hours; moving by day
    const nights = Array.from({ length: 40 * 288 }, (_, index) => {
      const record = index % 288;
      return record < 120 ? 29.1 : 29.1 + Math.round(20 * Math.sin(((record - 120) * Math.PI) / 168)) / 10;
    });
    const flags = feed(qualityOf(), series("temp", nights)).flags("temp");
    const failedIn = (from: number, until: number) =>
      flags.slice(from * 288, until * 288).filter((flag) => flag.startsWith("4")).length /
      ((until - from) * 288);
    expect(failedIn(0, 2)).toBeGreaterThan(0);
    expect(failedIn(10, 40)).toBe(0);
  });
});

describe("all frozen", () => {
  it("the last record again and again is suspect once it outlasts the slowest analyser", () => {
    const samples = [
      ...day.slice(0, 150),
      ...Array.from({ length: 20 }, (_, index) => ({ ...(day[149] as Sample), time: at(150 + index) })),
    ];
    const told = feed(qualityOf(), samples);
    const frozen = told.samples.map(({ readings }) =>
      readings.every((reading) => shown(reading).includes("all-frozen")),
    );
    expect(frozen.indexOf(true)).toBe(149 + 7);
    expect(frozen.lastIndexOf(true)).toBe(169);
    // one that moves is enough
    const moving = samples.map((sample, index) => withValue(sample, "ph", 7 + (index % 2) / 10));
    expect(
      feed(qualityOf(), moving)
        .samples.flatMap(({ readings }) => readings.map(shown))
        .join(),
    ).not.toContain("frozen");
  });
});

describe("late records", () => {
  it("meet the tests of their own value only, and change nothing", () => {
    const late = [
      sampleAt(at(20) + 1, { cod: 812.5, tss: 140, ph: -3.5, flow: 200, temp: "2:99" }),
      sampleAt(at(60), { cod: 80, tss: 41, ph: 7, flow: 0, temp: "9" }),
      sampleAt(at(3) + 2, { cod: -1, tss: 1e6, ph: 12, flow: 900 }),
    ];
    const [plain, disturbed] = [qualityOf(), qualityOf()];
    feed(plain, day.slice(0, 100));
    feed(disturbed, day.slice(0, 100));
    const told = feed(disturbed, late);
    expect([told.flags("cod"), told.flags("tss"), told.flags("ph")]).toEqual([
      ["3 censored", "1", "3 gross-range"],
      ["1", "1", "3 censored"],
      ["4 gross-range electrical-loss", "1", "3 gross-range"],
    ]);
    expect(told.amended).toEqual([]);
    expect(feed(disturbed, day.slice(100))).toMatchObject(
      JSON.parse(JSON.stringify(feed(plain, day.slice(100)))),
    );
  });

  it("a record in two messages is in order for each of its parameters", () => {
    const [whole, halves] = [qualityOf(), qualityOf()];
    const split = day.flatMap((sample) => [
      { ...sample, readings: sample.readings.slice(0, 3) },
      { ...sample, readings: sample.readings.slice(3) },
    ]);
    const flags = (samples: readonly Sample[]) =>
      samples.flatMap(({ time, readings }) =>
        readings.map((reading) => `${time} ${reading.parameter} ${shown(reading)}`),
      );
    expect(flags(feed(halves, split).samples).sort()).toEqual(flags(feed(whole, day).samples).sort());
  });
});

describe("what is stored already", () => {
  it("fills the memory in any order, flags nothing, and the next record is judged as if nothing had stopped", () => {
    const spiked = withValue(day[40] as Sample, "tss", 160);
    const whole = qualityOf();
    feed(whole, day.slice(0, 40));
    const resumed = createStationQuality(stationOf(), permit, day.slice(0, 40).toReversed());
    expect(resumed.judge(spiked)).toEqual(whole.judge(spiked));
    expect(feed(resumed, [spiked]).flags("tss")).toEqual(["1"]);
  });

  it("a shared memory keeps stations apart", () => {
    const memory = createQualityMemory();
    const stations = Array.from({ length: 40 }, () => createStationQuality(stationOf(), permit, [], memory));
    const alone = qualityOf();
    const other = ordinary(288, 99);
    const troubled = day.map((sample, index) => withValue(sample, "tss", index % 50 < 30 ? 40.3 : index));
    let found = 0;
    troubled.forEach((sample, index) => {
      stations.forEach((station, place) => {
        if (place !== 17) station.judge(other[index] as Sample);
      });
      const judged = alone.judge(sample);
      found += Number(judged.sample !== sample);
      expect(stations[17]?.judge(sample)).toEqual(judged);
    });
    expect(found).toBeGreaterThan(50);
  });
});

/** Anything that validation lets through. */
const anyValue = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -10, max: 700, noNaN: true }) },
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 500, -125, -3.5, 14, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE),
);
const anyShown = fc.oneof(
  { weight: 8, arbitrary: anyValue },
  fc.constant("9" as const),
  anyValue.map((value): `2:${number}` => `2:${value}`),
);
const anySample = fc
  .tuple(
    fc.integer({ min: 0, max: 400 }),
    fc.dictionary(fc.constantFrom(...Object.keys(usual), "other"), anyShown),
  )
  .map(([minutes, values]) => sampleAt(START + minutes * MINUTE, values));

describe("whatever comes", () => {
  it("keeps its numbers finite, forgets nothing of a reading, and judges ordinary water afterwards", () => {
    fc.assert(
      fc.property(fc.array(anySample, { maxLength: 60 }), (samples) => {
        const memory = createQualityMemory();
        let numbers: Float64Array = new Float64Array();
        const watched = {
          ...memory,
          reserve: (count: number) => {
            const reserved = memory.reserve(count);
            numbers = reserved.numbers;
            return reserved;
          },
        };
        const quality = createStationQuality(stationOf(), permit, [], watched);
        for (const sample of samples) {
          const { sample: judged } = quality.judge(sample);
          expect(judged.readings.map(({ parameter, status }) => [parameter, status])).toEqual(
            sample.readings.map(({ parameter, status }) => [parameter, status]),
          );
          judged.readings.forEach((reading, place) => {
            expect(reading.censored ?? reading.value).toBe(sample.readings[place]?.value);
          });
        }
        const later = ordinary(288).map((sample) => ({ ...sample, time: sample.time + 86_400_000 }));
        const flags = feed(quality, later).samples.flatMap(({ readings }) =>
          readings.map(({ flag }) => flag),
        );
        expect(flags.filter((flag) => flag === 4)).toEqual([]);
        // times and values that there are not are -Infinity and NaN; what is learnt is finite
        const learnt = [...numbers.slice(2)].filter((_, index) => index % 15 >= 7);
        expect(learnt.filter((number) => !Number.isFinite(number))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it("the order of parameters in a record does not matter", () => {
    fc.assert(
      fc.property(fc.array(anySample, { maxLength: 40 }), fc.nat(1000), (samples, turn) => {
        const turned = samples.map((sample) => {
          const by = sample.readings.length === 0 ? 0 : turn % sample.readings.length;
          return {
            ...sample,
            readings: [...sample.readings.slice(by), ...sample.readings.slice(0, by)].toReversed(),
          };
        });
        const flagsOf = (told: readonly Sample[]) =>
          told.map(({ readings }) =>
            readings.map((reading) => `${reading.parameter} ${shown(reading)}`).sort(),
          );
        expect(flagsOf(feed(qualityOf(), turned).samples)).toEqual(
          flagsOf(feed(qualityOf(), samples).samples),
        );
      }),
      { numRuns: 150 },
    );
  });

  it("a real exceedance is never failed, however it rises, holds and falls", () => {
    const course = fc.record({
      rise: fc.integer({ min: 1, max: 60 }),
      hold: fc.integer({ min: 0, max: 100 }),
      fall: fc.integer({ min: 1, max: 40 }),
      peak: fc.double({ min: 10, max: 80, noNaN: true }),
      noise: fc.constantFrom(0, 0.4, 2),
      cycle: fc.constantFrom(1, 6),
      before: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(course, ({ rise, hold, fall, peak, noise, cycle, before }) => {
        const base = noisy(before + rise + hold + fall, 0, noise, 0.2);
        const water = base.map((jitter, index) => {
          const since = index - before;
          const share = Math.max(0, Math.min(1, since / rise, 1 - (since - rise - hold) / fall));
          return Math.max(0, 3 + share * (peak - 3) + jitter);
        });
        const records = water.map((_, index) => {
          const value = water[Math.floor(index / cycle) * cycle] ?? 0;
          return Math.round(value * 5) / 5;
        });
        const told = feed(qualityOf(), series("nh4", records, { flow: 200 }));
        for (const { readings } of told.samples) {
          const nh4 = readings.find(({ parameter }) => parameter === "nh4");
          if ((nh4?.censored ?? nh4?.value ?? 0) <= 9) continue;
          expect(isFailed(nh4?.tests ?? 0)).toBe(false);
          expect(nh4 && isUsable(nh4)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});
