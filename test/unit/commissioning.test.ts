import { describe, expect, it } from "vitest";
import { commissioningOf, isArmed } from "#shared/commissioning/commissioning.ts";
import { parseRegistry, RegistryError } from "#shared/registry/load.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { localDay } from "#shared/time/local-day.ts";
import { testRegistry, testRegistryFiles } from "#test/support/registry.ts";

const local = (time: string) => Date.parse(`${time}+07:00`);
const { settings } = testRegistry();
type Armed = Registry["armed"];

/** As Sóc Trăng went to Cần Thơ: 94 until June 2025, 92 of the new geography since. */
const moved = {
  id: "z",
  provinces: [
    { code: "94", name: "former", geography: "NSO-2024" as const, until: "2025-06-30" },
    { code: "92", name: "now", geography: "NSO-2025" as const, from: "2025-07-01" },
  ],
};
/** Another that has had the code 92 all along. */
const stayed = {
  id: "y",
  provinces: [
    { code: "92", name: "former", geography: "NSO-2024" as const, until: "2025-06-30" },
    { code: "92", name: "now", geography: "NSO-2025" as const, from: "2025-07-01" },
  ],
};

describe("isArmed", () => {
  it.each<[string, Armed, string, string | null, boolean]>([
    ["nothing is armed by itself", [], "2026-01-01T00:00:00", "s", false],
    ["everything", [{ everything: true, from: "2026-01-01" }], "2026-01-01T00:00:00", "s", true],
    [
      "the second before its day",
      [{ everything: true, from: "2026-01-01" }],
      "2025-12-31T23:59:59",
      "s",
      false,
    ],
    [
      "the day in the registry's time zone, not in UTC",
      [{ everything: true, from: "2026-01-01" }],
      "2026-01-01T06:59:00",
      null,
      true,
    ],
    ["the zone, for its station", [{ zone: "z", from: "2026-01-01" }], "2026-01-02T00:00:00", "s", true],
    ["the zone, for itself", [{ zone: "z", from: "2026-01-01" }], "2026-01-02T00:00:00", null, true],
    ["another zone", [{ zone: "y", from: "2026-01-01" }], "2026-01-02T00:00:00", "s", false],
    ["the station", [{ station: "s", from: "2026-01-01" }], "2026-01-02T00:00:00", "s", true],
    ["another station", [{ station: "t", from: "2026-01-01" }], "2026-01-02T00:00:00", "s", false],
    [
      "the station does not arm its zone",
      [{ station: "s", from: "2026-01-01" }],
      "2026-01-02T00:00:00",
      null,
      false,
    ],
    [
      "the earliest of several",
      [
        { zone: "z", from: "2027-01-01" },
        { everything: true, from: "2026-01-01" },
      ],
      "2026-06-01T00:00:00",
      null,
      true,
    ],
    [
      "the province, by plain code",
      [{ province: "92", from: "2026-01-01" }],
      "2026-01-02T00:00:00",
      "s",
      true,
    ],
    [
      "the province, with its geography",
      [{ province: "NSO-2025/92", from: "2026-01-01" }],
      "2026-01-02T00:00:00",
      "s",
      true,
    ],
    [
      "the province it was in before",
      [{ province: "94", from: "2026-01-01" }],
      "2026-01-02T00:00:00",
      "s",
      false,
    ],
    [
      "the same code of the other geography",
      [{ province: "NSO-2024/92", from: "2025-01-01" }],
      "2026-01-02T00:00:00",
      "s",
      false,
    ],
    [
      "a province before the zone comes to it",
      [{ province: "92", from: "2025-01-01" }],
      "2025-06-30T23:59:59",
      "s",
      false,
    ],
    [
      "a province once the zone has come to it",
      [{ province: "92", from: "2025-01-01" }],
      "2025-07-01T00:00:00",
      "s",
      true,
    ],
    [
      "a province, before the reform",
      [{ province: "94", from: "2025-01-01" }],
      "2025-06-30T12:00:00",
      "s",
      true,
    ],
    [
      "it stays armed when the reform moves it",
      [{ province: "94", from: "2025-01-01" }],
      "2025-07-01T12:00:00",
      "s",
      true,
    ],
  ])("%s", (_, armed, time, station, expected) => {
    expect(isArmed({ armed, settings }, moved, station, local(time))).toBe(expected);
  });

  it("tells apart who had a code before the reform and who has it since", () => {
    const armed: Armed = [{ province: "NSO-2024/92", from: "2025-01-01" }];
    const at = local("2026-01-01T00:00:00");
    expect([moved, stayed].map((zone) => isArmed({ armed, settings }, zone, null, at))).toEqual([
      false,
      true,
    ]);
  });

  it("knows the day that is ahead, also of a province the zone has not come to yet", () => {
    const at = local("2025-05-01T00:00:00");
    const of = (armed: Armed) => commissioningOf({ armed, settings }, moved, "s", at);
    expect(of([{ province: "92", from: "2025-08-01" }])).toEqual({ armed: false, from: "2025-08-01" });
    expect(of([{ province: "94", from: "2025-08-01" }])).toEqual({ armed: false, from: null });
    expect(of([{ zone: "z", from: "2025-02-01" }])).toEqual({ armed: true, from: "2025-02-01" });
  });

  it("cuts days in the registry's time zone", () => {
    expect(localDay(local("2026-11-23T00:00:00"), "Asia/Ho_Chi_Minh")).toBe("2026-11-23");
    expect(localDay(local("2026-11-23T00:00:00"), "UTC")).toBe("2026-11-22");
  });
});

describe("armed: in the registry", () => {
  const complaintsOf = (armed: string): readonly string[] => {
    const texts = Object.entries({ ...testRegistryFiles({ armed: "" }), "armed.yaml": armed });
    try {
      parseRegistry(texts.map(([file, text]) => ({ file, text })));
      return [];
    } catch (error) {
      if (error instanceof RegistryError) return error.complaints;
      throw error;
    }
  };

  it("is taken from any file, with who and why", () => {
    const armed = `armed: [{ province: SIM/S1, from: 2026-01-01, by: Sở, note: trial ended }]`;
    expect(testRegistry({ armed }).armed).toEqual([
      { province: "SIM/S1", from: "2026-01-01", by: "Sở", note: "trial ended" },
    ]);
    expect(testRegistry({ armed: "" }).armed).toEqual([]);
  });

  it.each<[string, string, RegExp]>([
    ["an unknown province", "{ province: S2, from: 2026-01-01 }", /no zone is in province S2/],
    [
      "a code of another geography",
      "{ province: NSO-2025/S1, from: 2026-01-01 }",
      /no zone is in province NSO-2025/,
    ],
    ["an unknown zone", "{ zone: sim-y, from: 2026-01-01 }", /expected the id of a zone, found sim-y/],
    [
      "an unknown station",
      "{ station: sim-t, from: 2026-01-01 }",
      /expected the id of a station, found sim-t/,
    ],
    [
      "two places at once",
      "{ zone: sim-z, province: S1, from: 2026-01-01 }",
      /expected one of province, zone/,
    ],
    ["no place", "{ from: 2026-01-01 }", /expected one of province, zone, station and everything/],
    ["everything: false", "{ everything: false, from: 2026-01-01 }", /expected true/],
    ["no date", "{ zone: sim-z }", /from/],
    ["an impossible date", "{ zone: sim-z, from: 2026-02-30 }", /expected a date/],
  ])("refuses %s, with its line", (_, entry, message) => {
    const [complaint, ...others] = complaintsOf(
      `armed:\n  - { everything: true, from: 2026-01-01 }\n  - ${entry}\n`,
    );
    expect(others).toEqual([]);
    expect(complaint).toMatch(/^armed\.yaml:3: armed\.1/);
    expect(complaint).toMatch(message);
  });
});
