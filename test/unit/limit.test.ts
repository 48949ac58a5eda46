import { describe, expect, it } from "vitest";
import { shippedInstruments } from "#shared/limit/instruments.ts";
import { actingLimitOf, breaks, isPlain, type Limit, limitsOf, ratioTo } from "#shared/limit/limit.ts";
import { factorIntoStored } from "#shared/parameter/basis.ts";
import type { Plant } from "#shared/plant/plant.ts";
import type { LimitSet } from "#shared/registry/schema.ts";

const set = (changes: Partial<LimitSet> = {}): LimitSet => ({
  instrument: "qcvn-40-2011",
  column: "B",
  kq: 1,
  kf: 1,
  purpose: "binding",
  ...changes,
});
type Case = Pick<Plant, "permit" | "limits">;
const permit = (changes: object = {}): Case => ({
  permit: { number: "GPMT-1", limits: { cod: { max: 135, clause: "row 3" } }, ...changes },
});
const at = (text: string) => Date.parse(text);
const NOON = at("2024-06-01T05:00:00Z");
const limits = (plant: Case, parameter = "cod", time = NOON, timeZone?: string): Limit[] =>
  limitsOf(plant, parameter, time, timeZone);

describe("which limit holds", () => {
  it("an explicit permit limit wins over the table, and says where it stands", () => {
    expect(limits({ ...permit(), limits: set() })).toEqual([
      {
        parameter: "cod",
        quantity: "value",
        max: 135,
        unit: "mg/L",
        instrument: "permit",
        clause: "GPMT-1, row 3",
        confidence: "permit",
        purpose: "binding",
      },
    ]);
  });

  it("without one, the table holds, with its row, column and confidence", () => {
    expect(limits({ ...permit(), limits: set() }, "tss")).toEqual([
      {
        parameter: "tss",
        quantity: "value",
        max: 100,
        unit: "mg/L",
        instrument: "qcvn-40-2011/B",
        clause: "QCVN 40:2011/BTNMT, Table 1, row 6, column B",
        confidence: "two-or-more-secondary-sources",
        purpose: "binding",
      },
    ]);
    expect(limits({ limits: set({ column: "A" }) }, "ph")).toMatchObject([{ min: 6, max: 9 }]);
  });

  it("a permit may give several figures, each with its window, a load and the discharge", () => {
    const plant = {
      ...permit({
        limits: {
          bod5: [
            { max: 45, over: "7d" },
            { max: 30, over: "30d", clause: "row 2" },
          ],
          nh4: { max: 12.9, as: "NH4" },
        },
        loads: {
          bod5: { maxKgPerDay: 90, over: "month" },
          nh4: { maxKgPerDay: 18.039, over: "day", as: "NH4" },
        },
        discharge: { maxM3PerDay: 3000, clause: "Article 2" },
      }),
      limits: set(),
    } satisfies Case;
    const brief = (parameter: string) =>
      limits(plant, parameter).map(({ quantity, over, max, unit, clause }) => [
        quantity,
        over,
        max,
        unit,
        clause,
      ]);
    expect(brief("bod5")).toEqual([
      ["value", "7d", 45, "mg/L", "GPMT-1"],
      ["value", "30d", 30, "mg/L", "GPMT-1, row 2"],
      ["load", "month", 90, "kg/day", "GPMT-1"],
    ]);
    expect(brief("flow")).toEqual([["volume", "day", 3000, "m³/day", "GPMT-1, Article 2"]]);
    const [nh4, load] = limits(plant, "nh4");
    // as N by molar mass
    expect([nh4?.max, load?.max]).toEqual([expect.closeTo(10.01665, 4), expect.closeTo(14.007, 9)]);
    expect(actingLimitOf(plant, "bod5", NOON)).toMatchObject({ max: 45, over: "7d" });
    expect(actingLimitOf(plant, "flow", NOON)).toBeUndefined();
    expect(limits(plant, "bod5").some(isPlain)).toBe(false);
    expect(limits(plant, "tss").every(isPlain)).toBe(true);
  });

  it("the plain figure acts beside those over windows of their own, wherever it stands", () => {
    const plant = permit({
      limits: { cod: [{ max: 90, over: "30d" }, { max: 120, over: "8h" }, { max: 135 }] },
    });
    expect(actingLimitOf(plant, "cod", NOON)?.max).toBe(135);
    const none = permit({
      limits: {
        cod: [
          { max: 90, over: "30d" },
          { max: 120, over: "8h" },
        ],
      },
    });
    expect(actingLimitOf(none, "cod", NOON)?.max).toBe(120);
  });

  it("a load alone leaves the table's concentration in force", () => {
    const plant = {
      ...permit({ limits: {}, loads: { cod: { maxKgPerDay: 200, over: "day" } } }),
      limits: set(),
    };
    expect(limits(plant).map(({ quantity, max }) => [quantity, max])).toEqual([
      ["value", 150],
      ["load", 200],
    ]);
  });

  it("a permit that follows another inside a month holds from its first day", () => {
    const plant: Case = {
      permit: [
        { number: "GPMT-1", until: "2024-06-14", limits: { cod: { max: 135 } } },
        { number: "GPMT-2", from: "2024-06-15", limits: { cod: { max: 100 } } },
      ],
    };
    const held = ["2024-06-14T16:59:59.999Z", "2024-06-14T17:00:00Z"].map((time) =>
      limits(plant, "cod", at(time), "Asia/Ho_Chi_Minh").map(({ max, clause }) => [max, clause]),
    );
    expect(held).toEqual([[[135, "GPMT-1"]], [[100, "GPMT-2"]]]);
  });

  it("a station without permit or table, an unknown parameter, an unknown instrument: none", () => {
    expect(limits({})).toEqual([]);
    expect(limits({ limits: set() }, "unobtainium")).toEqual([]);
    expect(limits({ limits: set() }, "toString")).toEqual([]);
    expect(limits(permit(), "constructor")).toEqual([]);
    expect(limits({ limits: set({ instrument: "qcvn-99" }) })).toEqual([]);
  });

  /** [what, the plant, the time, the figures that hold then] */
  const dated: [what: string, plant: Case, time: string, max: number[]][] = [
    [
      "before the permit",
      { ...permit({ from: "2024-01-01" }), limits: set() },
      "2023-12-31T16:00:00Z",
      [150],
    ],
    ["its first moment, in local days", permit({ from: "2024-01-01" }), "2023-12-31T17:00:00Z", [135]],
    ["the moment before", permit({ from: "2024-01-01" }), "2023-12-31T16:59:59.999Z", []],
    ["its last moment, in local days", permit({ until: "2024-12-31" }), "2024-12-31T16:59:59.999Z", [135]],
    [
      "after its last day",
      { ...permit({ until: "2024-12-31" }), limits: set() },
      "2024-12-31T17:00:00Z",
      [150],
    ],
    ["before the regulation was in force", { limits: set() }, "2012-02-14T16:00:00Z", []],
    ["the first day of the regulation", { limits: set() }, "2012-02-14T17:00:00Z", [150]],
    ["superseded, in transition", { limits: set() }, "2025-09-02T00:00:00Z", [150]],
    ["the last day of the transition", { limits: set() }, "2031-12-31T16:00:00Z", [150]],
    ["after the transition", { limits: set() }, "2031-12-31T17:00:00Z", []],
    [
      "bound to the successor: the permit's figure, on its first day too",
      { ...permit(), limits: { instrument: "qcvn-40-2025", purpose: "binding" } },
      "2025-08-31T17:00:00Z",
      [135],
    ],
    [
      "the successor has no figures of its own",
      { limits: { instrument: "qcvn-40-2025", purpose: "binding" } },
      "2026-01-01T00:00:00Z",
      [],
    ],
    [
      "a back-test holds outside the dates",
      { limits: set({ purpose: "back-test" }) },
      "1990-03-13T00:00:00Z",
      [150],
    ],
    [
      "but from its own date only",
      { limits: set({ purpose: "back-test", from: "1990-01-01" }) },
      "1989-12-30T00:00:00Z",
      [],
    ],
    ["a set until its own date only", { limits: set({ until: "2024-05-31" }) }, "2024-06-01T00:00:00Z", []],
  ];
  it.each(dated)("%s", (_what, plant, time, max) => {
    expect(limits(plant, "cod", at(time), "Asia/Ho_Chi_Minh").map((limit) => limit.max)).toEqual(max);
  });

  it("of several sets the first acts; would-be ones are listed beside it and never act", () => {
    const plant = {
      limits: [set({ column: "A", purpose: "would-be" }), set(), set({ column: "A" })],
    } satisfies Case;
    expect(limits(plant).map(({ max, purpose }) => [max, purpose])).toEqual([
      [150, "binding"],
      [75, "would-be"],
    ]);
    expect(limits({ limits: set({ purpose: "would-be" }) }).map(({ purpose }) => purpose)).toEqual([
      "would-be",
    ]);
    expect(limits({ ...permit(), ...plant }).map(({ instrument }) => instrument)).toEqual([
      "permit",
      "qcvn-40-2011/A",
    ]);
  });

  it("Kq × Kf multiplies the parameters it is said to, and the clause shows the sum", () => {
    const plant = {
      limits: set({ kq: 0.9, kf: 1.1, factorsApplyTo: ["cod"], source: "a letter" }),
    } satisfies Case;
    const [cod] = limits(plant);
    expect(cod?.max).toBeCloseTo(148.5, 10);
    expect(cod?.formula).toEqual({ c: 150, kq: 0.9, kf: 1.1 });
    expect(cod?.clause).toBe("QCVN 40:2011/BTNMT, Table 1, row 5, column B: 150 × Kq 0.9 × Kf 1.1");
    expect(limits(plant, "tss")[0]?.max).toBe(100);
    expect(limits(plant, "ph")).toMatchObject([{ min: 5.5, max: 9 }]);
  });

  it("ammonium as NH4 is held to the limit as N by molar mass, not 29 % too early", () => {
    const [asN] = limits({ limits: set() }, "nh4");
    expect(asN?.max).toBe(10);
    const stored = (reported: number) => reported * factorIntoStored("nh4", "NH4");
    expect(stored(18.039)).toBeCloseTo(14.007, 9);
    expect(breaks(stored(12.5), asN as Limit)).toBe(false);
    expect(breaks(stored(12.9), asN as Limit)).toBe(true);
    // what is as N already stays as it is, to the last bit
    expect([
      factorIntoStored("nh4", "N"),
      factorIntoStored("tp", "P"),
      factorIntoStored("cod", undefined),
    ]).toEqual([1, 1, 1]);
  });

  it("an unverified figure gives a limit only where it is accepted by name, and then says so", () => {
    let unverified = 0;
    for (const [id, instrument] of shippedInstruments) {
      for (const row of instrument.limits) {
        for (const { column, confidence, max } of row.figures) {
          const { parameter } = row;
          const set2011 = set({ instrument: id, column });
          const found = limits({ limits: set2011 }, parameter);
          expect([parameter, column, found.length]).toEqual([
            parameter,
            column,
            confidence === "unverified" ? 0 : 1,
          ]);
          if (confidence !== "unverified") continue;
          unverified += 1;
          const accepted = limits(
            { limits: { ...set2011, acceptUnverified: [`${column}/${parameter}`] } },
            parameter,
          );
          expect(accepted).toMatchObject([{ max, confidence: "unverified" }]);
          expect(accepted[0]?.clause).toMatch(
            new RegExp(`column A \\(unverified, accepted by the registry: A/${parameter}\\)$`),
          );
          // another name accepts nothing
          expect(
            limits({ limits: { ...set2011, acceptUnverified: [parameter, "A/other"] } }, parameter),
          ).toEqual([]);
        }
      }
    }
    // were there none, the rule would not be tried
    expect(unverified).toBe(7);
  });
});

describe("Kq and Kf, looked up where the registry accepts the tables", () => {
  const ALL = ["kq-river", "kq-lake", "kq-coastal", "kf", "factors-exclusions"];
  const looked = (changes: Partial<LimitSet>): LimitSet => {
    const { kq: _kq, kf: _kf, ...rest } = set({ acceptUnverified: ALL, ...changes });
    return {
      ...rest,
      ...("kq" in changes ? { kq: changes.kq } : {}),
      ...("kf" in changes ? { kf: changes.kf } : {}),
    };
  };
  const river = (flowM3PerS?: number) =>
    ({ kind: "river", ...(flowM3PerS === undefined ? {} : { flowM3PerS }) }) as const;
  const lake = (volumeM3?: number) =>
    ({ kind: "lake", ...(volumeM3 === undefined ? {} : { volumeM3 }) }) as const;

  /** [the water, m³ a day, Kq, Kf] at both sides of every step; the upper end belongs to its band */
  it.each([
    [river(1), 10, 0.9, 1.2],
    [river(50), 50, 0.9, 1.2],
    [river(50.01), 50.01, 1, 1.1],
    [river(200), 500, 1, 1.1],
    [river(200.01), 500.01, 1.1, 1],
    [river(500), 5000, 1.1, 1],
    [river(500.01), 5000.01, 1.2, 0.9],
    [river(), 3000, 0.9, 1],
    [lake(1e7), 3000, 0.6, 1],
    [lake(1e7 + 1), 6000, 0.8, 0.9],
    [lake(1e8), 40, 0.8, 1.2],
    [lake(1e8 + 1), 40, 1, 1.2],
    [lake(), 40, 0.6, 1.2],
    [{ kind: "coastal", use: "protected" }, 3000, 1, 1],
    [{ kind: "coastal", use: "other" }, 3000, 1.3, 1],
  ] as const)("%o with %d m³ a day: Kq %d, Kf %d", (receivingWater, dischargeM3PerDay, kq, kf) => {
    const plant = { limits: looked({ receivingWater, dischargeM3PerDay }) };
    const [cod] = limits(plant);
    expect(cod?.formula).toEqual({ c: 150, kq, kf });
    expect(cod?.max).toBeCloseTo(150 * kq * kf, 9);
    expect(cod?.confidence).toBe("unverified");
    expect(cod?.clause).toBe(
      `QCVN 40:2011/BTNMT, Table 1, row 5, column B: 150 × Kq ${kq} × Kf ${kf} ` +
        `(unverified, accepted by the registry: kq-${receivingWater.kind}, kf, factors-exclusions)`,
    );
  });

  it.each(["temp", "color", "ph", "coliform", "rad_alpha", "rad_beta"])(
    "%s is not multiplied",
    (parameter) => {
      const plain = limits({ limits: set() }, parameter)[0];
      const [limit] = limits(
        { limits: looked({ receivingWater: river(10), dischargeM3PerDay: 9000 }) },
        parameter,
      );
      expect(limit).toMatchObject({ max: plain?.max, confidence: "unverified" });
      expect(limit).not.toHaveProperty("formula");
      expect(limit?.clause).toMatch(/ \(unverified, accepted by the registry: factors-exclusions\)$/);
    },
  );

  it("one may be a number of the registry, with its own list: only what was looked up is unverified", () => {
    const plant = {
      limits: looked({
        receivingWater: river(10),
        kf: 1.1,
        factorsApplyTo: ["cod"],
        acceptUnverified: ["kq-river"],
      }),
    };
    expect(limits(plant)[0]).toMatchObject({
      formula: { c: 150, kq: 0.9, kf: 1.1 },
      confidence: "unverified",
    });
    expect(limits(plant, "tss")[0]).toMatchObject({ max: 100, confidence: "two-or-more-secondary-sources" });
  });

  it("numbers with the text's list of exceptions: the list is what is unverified", () => {
    const plant = { limits: set({ kq: 0.9, kf: 1, acceptUnverified: ["factors-exclusions"] }) };
    expect(limits(plant)[0]).toMatchObject({ max: 135, confidence: "unverified" });
    expect(limits(plant)[0]?.clause).toMatch(/registry: factors-exclusions\)$/);
    expect(limits(plant, "ph")[0]).toMatchObject({ min: 5.5, max: 9 });
    // factors that are 1 need no list
    const one = { limits: set({ acceptUnverified: ["factors-exclusions"] }) };
    expect(limits(one)[0]).toMatchObject({ max: 150, confidence: "two-or-more-secondary-sources" });
  });
});

describe("comparing", () => {
  it.each([
    [135, { max: 135 }, false],
    [135.0000001, { max: 135 }, true],
    [7.2, { max: 10 * 0.6 * 1.2 }, false],
    [198, { min: 150 * 1.1 * 1.2 }, false],
    [198.0000001, { max: 150 * 1.1 * 1.2 }, true],
    [5.5, { min: 5.5, max: 9 }, false],
    [9, { min: 5.5, max: 9 }, false],
    [5.49, { min: 5.5, max: 9 }, true],
    [9.01, { min: 5.5, max: 9 }, true],
    [3.9, { min: 4 }, true],
    [-0, { min: 0 }, false],
    [1e308, { max: 135 }, true],
  ])("%d against %o breaks it: %s", (value, limit, broken) => {
    expect(breaks(value, limit)).toBe(broken);
  });

  it.each([
    [187.4, { max: 135 }, 1.38814814815],
    [0.3, { max: 0.2 }, 1.5],
    [135, { max: 135 }, 1],
    [9.5, { min: 5.5, max: 9 }, null],
    [3, { min: 4 }, null],
    [3, { max: 0 }, null],
  ])("the ratio of %d to %o is %s", (value, limit, ratio) => {
    expect(ratioTo(value, limit)).toBe(ratio);
  });
});
