/** Ammonium reported as NH4 is stored as N, by molar mass; all else is stored as it came. */
import { describe, expect, it } from "vitest";
import { validateSample } from "#services/ingest/validate/validate-sample.ts";
import { factorIntoStored, reportedBases, storedBasis } from "#shared/parameter/basis.ts";
import type { Station } from "#shared/station/station.ts";
import { START, stationOf } from "#test/support/quality.ts";

const storedValue = (parameters: Station["parameters"], parameter: string, raw: unknown) => {
  const context = { station: stationOf(parameters), receivedAt: START, latest: START, earliest: 0 };
  const validated = validateSample({ time: START, readings: { [parameter]: raw } }, context);
  return validated.ok ? validated.sample.readings[0]?.value : validated.rejection.code;
};
const asNh4 = {
  nh4: { instrument: "analyser", as: "NH4" },
  tn: { instrument: "analyser", as: "N" },
} as const;
const asN = { nh4: { instrument: "analyser", as: "N" } } as const;

describe("the basis of a concentration", () => {
  it.each([
    ["as NH4, a bare number", asNh4, "nh4", 18.039, 14.007],
    ["as NH4, with its unit", asNh4, "nh4", { value: 18_039, unit: "µg/L" }, 14.007],
    ["as NH4, calibrating", asNh4, "nh4", { value: 18.039, status: "calibrating" }, 14.007],
    ["as N", asN, "nh4", 18.039, 18.039],
    ["total nitrogen", asNh4, "tn", 18.039, 18.039],
    ["of a station that does not declare it", {}, "nh4", 18.039, 18.039],
  ])("%s", (_what, parameters, parameter, raw, stored) => {
    expect(storedValue(parameters, parameter, raw)).toBeCloseTo(stored, 9);
  });

  it("what is as N stays as it is to the last bit, and what has no value has none", () => {
    expect(storedValue(asN, "nh4", 0.1 + 0.2)).toBe(0.1 + 0.2);
    expect(storedValue(asNh4, "nh4", { value: 5, status: "fault" })).toBeNull();
    expect(storedValue(asNh4, "nh4", "5")).toBe("not-a-number");
  });

  it("says what is stored and what may be reported", () => {
    expect(["nh4", "tn", "tp", "cod"].map(storedBasis)).toEqual(["N", "N", "P", undefined]);
    expect(["nh4", "tn", "tp", "cod"].map(reportedBases)).toEqual([["N", "NH4"], ["N"], ["P"], []]);
    expect(factorIntoStored("nh4", "NH4")).toBeCloseTo(0.7765, 4);
  });
});
