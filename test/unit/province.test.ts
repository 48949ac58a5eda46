import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  currentUnits,
  findUnit,
  formerUnits,
  predecessorsOf,
  provinceKey,
  reusedCodes,
  successorOf,
} from "#shared/province/province.ts";
import { namedProvince, provinceKeysOf } from "#shared/registry/check-province.ts";
import { parseRegistry, RegistryError } from "#shared/registry/load.ts";
import { type Province, provinceAt, provinceIn } from "#shared/zone/zone.ts";

const HCMC = "Asia/Ho_Chi_Minh";
const local = (text: string) => Date.parse(`${text}+07:00`);

describe("the reform of 1 July 2025", () => {
  it("made 34 units of 63; each former one has a successor, and each current one came from somewhere", () => {
    expect([formerUnits.length, currentUnits.length]).toEqual([63, 34]);
    for (const units of [formerUnits, currentUnits]) {
      expect(new Set(units.map(({ code }) => code)).size).toBe(units.length);
      expect(new Set(units.map(({ name }) => name.vi)).size).toBe(units.length);
    }
    for (const { code } of formerUnits) expect(successorOf(code), code).toBeDefined();
    expect(currentUnits.flatMap(({ code }) => predecessorsOf(code))).toHaveLength(63);
    // 23 mergers of 52 provinces; eleven only went on
    const merged = currentUnits.filter(({ code }) => predecessorsOf(code).length > 1);
    expect([merged.length, currentUnits.length - merged.length]).toEqual([23, 11]);
  });

  it.each([
    ["27", "Bắc Ninh", "24"],
    ["24", "Bắc Giang", "24"],
    ["10", "Lào Cai", "15"],
    ["72", "Tây Ninh", "80"],
    ["77", "Bà Rịa - Vũng Tàu", "79"],
    ["94", "Sóc Trăng", "92"],
    ["46", "Huế", "46"],
  ])("NSO-2024/%s, %s, went to NSO-2025/%s", (code, name, successor) => {
    expect(findUnit("NSO-2024", code)?.name.vi).toBe(name);
    expect(successorOf(code)?.code).toBe(successor);
  });

  it("gave seven codes to another province", () => {
    expect(reusedCodes().map(({ code, former, current }) => [code, former.name.vi, current.name.vi])).toEqual(
      [
        ["15", "Yên Bái", "Lào Cai"],
        ["24", "Bắc Giang", "Bắc Ninh"],
        ["44", "Quảng Bình", "Quảng Trị"],
        ["52", "Bình Định", "Gia Lai"],
        ["80", "Long An", "Tây Ninh"],
        ["82", "Tiền Giang", "Đồng Tháp"],
        ["91", "Kiên Giang", "An Giang"],
      ],
    );
  });

  it("knows no code it was not given", () => {
    expect(findUnit("NSO-2025", "27")).toBeUndefined();
    expect(findUnit("SIM", "01")).toBeUndefined();
    expect(successorOf("99")).toBeUndefined();
  });
});

const longAn: Province = { code: "80", name: "Long An", geography: "NSO-2024" };
const tayNinh: Province = { code: "80", name: "Tây Ninh", geography: "NSO-2025" };
const keyAt = (provinces: Province[], time: string) =>
  provinceKey(provinceAt({ provinces }, local(time), HCMC));

describe("the province of a zone", () => {
  it.each([
    ["the last minute of June, local time", [longAn, tayNinh], "2025-06-30T23:59:59", "NSO-2024/80"],
    [
      "the first of July, local time, still June in UTC",
      [longAn, tayNinh],
      "2025-07-01T00:00:00",
      "NSO-2025/80",
    ],
    ["whatever their order", [tayNinh, longAn], "2025-06-30T12:00:00", "NSO-2024/80"],
    ["listed under the former one alone: its successor", [longAn], "2025-07-01T00:00:00", "NSO-2025/80"],
    ["listed under the former one alone, before", [longAn], "2025-06-30T00:00:00", "NSO-2024/80"],
    ["listed under today's alone: that one, also before", [tayNinh], "2025-06-30T00:00:00", "NSO-2025/80"],
    [
      "dates of its own win",
      [
        { ...longAn, until: "2025-06-15" },
        { code: "S1", name: "x", geography: "SIM" },
      ],
      "2025-06-20T00:00:00",
      "SIM/S1",
    ],
  ] as [string, Province[], string, string][])("%s", (_, provinces, time, key) => {
    expect(keyAt(provinces, time)).toBe(key);
  });

  it("goes by the registry's days, not UTC's", () => {
    const midnight = local("2025-07-01T00:00:00");
    expect(provinceAt({ provinces: [longAn] }, midnight, HCMC).geography).toBe("NSO-2025");
    expect(provinceAt({ provinces: [longAn] }, midnight, "UTC").geography).toBe("NSO-2024");
  });

  it("is known under either geography as far as it follows", () => {
    expect(provinceIn({ provinces: [longAn] }, "NSO-2025")).toMatchObject({ code: "80", name: "Tây Ninh" });
    expect(provinceIn({ provinces: [longAn, tayNinh] }, "NSO-2024")).toMatchObject({ name: "Long An" });
    // Tây Ninh was made of two provinces, Huế of one
    expect(provinceIn({ provinces: [tayNinh] }, "NSO-2024")).toBeUndefined();
    const hue: Province = { code: "46", name: "Huế", geography: "NSO-2025" };
    expect(provinceIn({ provinces: [hue] }, "NSO-2024")).toMatchObject({ code: "46", geography: "NSO-2024" });
    expect(provinceIn({ provinces: [{ code: "S1", name: "x", geography: "SIM" }] }, "NSO-2025")).toBe(
      undefined,
    );
  });

  it("of each of the 63, before and after, is one unit of the geography of that day", () => {
    const days = fc.integer({ min: Date.parse("2020-01-01"), max: Date.parse("2030-01-01") });
    fc.assert(
      fc.property(fc.constantFrom(...formerUnits), days, ({ code, name, geography }, time) => {
        const found = provinceAt({ provinces: [{ code, name: name.vi, geography }] }, time, HCMC);
        const before = time < local("2025-07-01T00:00:00");
        expect(found.geography).toBe(before ? "NSO-2024" : "NSO-2025");
        expect(found.code).toBe(before ? code : successorOf(code)?.code);
        expect(found.name).toBe(findUnit(found.geography, found.code)?.name.vi);
      }),
    );
  });
});

describe("a contact's province", () => {
  const keys = (...provinces: Province[]) => provinceKeysOf([{ provinces }]);
  it.each([
    ["with its geography", "NSO-2024/80", keys(longAn, tayNinh), "NSO-2024/80"],
    ["plain, where the registry knows one geography", "80", keys(tayNinh), "NSO-2025/80"],
    ["plain and invented", "S1", keys({ code: "S1", name: "x", geography: "SIM" }), "SIM/S1"],
    ["a successor that no zone lists", "NSO-2025/80", keys(longAn), "NSO-2025/80"],
  ])("%s", (_, text, known, key) => expect(namedProvince(text, known)).toEqual({ ok: true, key }));

  it.each([
    [
      "plain, of two geographies",
      "80",
      keys(longAn, tayNinh),
      /expected NSO-2024\/80 or NSO-2025\/80, found 80/,
    ],
    ["plain, of one of two", "80", keys(longAn), /geography: expected NSO-2024\/80 or NSO-2025\/80/],
    ["plain, of no zone", "07", keys(longAn), /expected such as NSO-2025\/92, found 07/],
    ["where no zone lies", "NSO-2024/79", keys(longAn), /no zone is in province NSO-2024\/79/],
    ["plain, where no zone lies", "79", keys(tayNinh), /no zone is in province 79/],
  ] as [string, string, ReadonlySet<string>, RegExp][])("%s is refused", (_, text, known, says) => {
    expect(namedProvince(text, known)).toEqual({ ok: false, expected: expect.stringMatching(says) });
  });
});

describe("a registry with provinces that do not fit", () => {
  const complaintsOf = (provinces: string) => {
    const zone = `zones:\n  - id: sim-z\n    name: { vi: Z, en: Z }\n    simulated: true\n    status: operating\n    centralPlant: none\n    source: invented\n    provinces:\n${provinces}`;
    try {
      parseRegistry([
        { file: "registry.yaml", text: "name: t\nsimulated: true\ntimeZone: Asia/Ho_Chi_Minh\n" },
        { file: "z.yaml", text: zone },
      ]);
    } catch (error) {
      if (error instanceof RegistryError) return error.complaints;
      throw error;
    }
    return [];
  };
  it.each([
    [
      "a code that is not there",
      '{ code: "27", name: Bắc Ninh, geography: NSO-2025 }',
      /code: expected a province of NSO-2025, found 27/,
    ],
    [
      "a reused code under its former name",
      '{ code: "24", name: Bắc Giang, geography: NSO-2025 }',
      /name: NSO-2025\/24 is Bắc Ninh, found Bắc Giang/,
    ],
    [
      "today's geography before the reform",
      '{ code: "24", name: Bắc Ninh, geography: NSO-2025, from: 2025-01-01 }',
      /from: NSO-2025 holds from 2025-07-01/,
    ],
    [
      "the former one after it",
      '{ code: "24", name: Bắc Giang, geography: NSO-2024, until: 2025-07-01 }',
      /until: NSO-2024 held until 2025-06-30/,
    ],
    [
      "two at once",
      "{ code: S1, name: x, geography: SIM }\n      - { code: S2, name: y, geography: SIM, from: 2025-07-01 }",
      /provinces\.1: expected days of its own: SIM\/S1 holds/,
    ],
  ])("%s", (_, provinces, says) => {
    const complaints = complaintsOf(`      - ${provinces}\n`);
    expect(complaints).toEqual([expect.stringMatching(says)]);
    expect(complaints[0]).toMatch(/^z\.yaml:(9|10): /);
  });

  it("takes names with and without the kind of unit, in both languages", () => {
    for (const name of ["Bắc Ninh", "Tỉnh Bắc Ninh", "Bac Ninh"])
      expect(complaintsOf(`      - { code: "24", name: ${name}, geography: NSO-2025 }\n`)).toEqual([]);
  });
});
