/** Our own `effluent` lines read back without the database: what was written is what is read, and nothing else is. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isParameterKey } from "#shared/parameter/parameter.ts";
import type { QualityFlag, Reading, Sample } from "#shared/reading/sample.ts";
import { sampleOfLine } from "#shared/reading/sample-lines.ts";
import { sampleLine } from "#shared/reading/sample-points.ts";

const id = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/);
const key = fc.stringMatching(/^[a-z][a-z0-9_]{0,20}$/).filter(isParameterKey);
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const statusOfFlag = {
  1: "measuring",
  2: "calibrating",
  3: "measuring",
  4: "measuring",
  9: "fault",
} as const;
const reading: fc.Arbitrary<Reading> = fc
  .record({
    parameter: key,
    value: fc.option(number, { nil: null }),
    flag: fc.constantFrom<QualityFlag[]>(1, 2, 3, 4, 9),
    tests: fc.nat(2 ** 20),
    censored: number,
    beside: fc.constantFrom("", "tests", "censored", "tests censored"),
  })
  .map(({ parameter, value, flag, tests, censored, beside }) => ({
    parameter,
    value,
    status: statusOfFlag[flag],
    flag,
    // only a quality test's flag has something beside it
    ...(beside.includes("tests") && flag !== 1 ? { tests } : {}),
    ...(beside.includes("censored") && flag !== 1 ? { censored } : {}),
  }));
const sample: fc.Arbitrary<Sample> = fc.record({
  zone: id,
  plant: id,
  station: id,
  time: fc.integer({ min: -8.64e15, max: 8.64e15 }),
  receivedAt: fc.integer({ min: 0, max: 8.64e15 }),
  readings: fc.uniqueArray(reading, { selector: ({ parameter }) => parameter, maxLength: 12 }),
});

describe("sampleOfLine", () => {
  it("reads what sampleLine wrote", () => {
    fc.assert(
      fc.property(sample, (written) => {
        expect(sampleOfLine(sampleLine(written))).toEqual(written);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    "",
    "effluent",
    "hour,plant=p,station=s,zone=z cod=1,received=1i 1",
    "effluent,plant=p,station=s cod=1,received=1i 1",
    "effluent,plant=p,station=s,zone=z cod=1,received=1i",
    "effluent,plant=p,station=s,zone=z cod=1 1",
    "effluent,plant=p,station=s,zone=z cod=x,received=1i 1",
    "effluent,plant=p,station=s,zone=z cod=,received=1i 1",
    "effluent,plant=p,station=s,zone=z received=1i,cod=1 1",
    "effluent,plant=p,station=s,zone=z received=1i x",
  ])("refuses %j", (line) => {
    expect(sampleOfLine(line)).toBeUndefined();
  });

  it("survives any cut or changed line", () => {
    fc.assert(
      fc.property(sample, fc.nat(), fc.string(), (written, at, put) => {
        const line = sampleLine(written);
        const place = at % (line.length + 1);
        expect(() => sampleOfLine(line.slice(0, place) + put)).not.toThrow();
        expect(() => sampleOfLine(line.slice(0, place) + put + line.slice(place))).not.toThrow();
      }),
    );
  });
});
