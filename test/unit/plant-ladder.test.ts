import { describe, expect, it } from "vitest";
import { type Condition, standings } from "#shared/plant/ladder.ts";
import { stepAt } from "#shared/plant/plant.ts";
import { isListed, missingPlantRegister } from "#shared/plant/register.ts";
import { registerCsv } from "#shared/plant/register-csv.ts";
import { parseRegistry, RegistryError } from "#shared/registry/load.ts";

const DAY = "2026-11-23";

interface Given {
  readonly zones: readonly object[];
  readonly contacts?: readonly object[];
}
const zone = (id: string, more: object = {}) => ({
  id: `sim-${id}`,
  name: { vi: `KCN ${id}`, en: `${id} IZ` },
  simulated: true,
  status: "operating",
  centralPlant: "yes",
  provinces: [{ code: "80", name: "Long An", geography: "NSO-2024" }],
  source: "invented",
  ...more,
});
const plant = (id: string, serves: readonly string[], more: object = { state: "running" }) => ({
  id: `sim-${id}`,
  name: { vi: id, en: id },
  serves: serves.map((name) => `sim-${name}`),
  ...more,
});
const water = (m3PerDay: number) => ({ wastewater: { m3PerDay, source: "invented" } });
const registryOf = (given: Given) =>
  parseRegistry([
    { file: "registry.yaml", text: "name: t\nsimulated: true\ntimeZone: Asia/Ho_Chi_Minh\n" },
    { file: "z.yaml", text: JSON.stringify(given, null, 1) },
  ]);
const conditionsOf = (zones: readonly object[], day = DAY) =>
  Object.fromEntries(
    [...standings(registryOf({ zones }), day)].map(([id, { condition }]) => [id, condition]),
  );

describe("the ladder", () => {
  const steps = [
    { state: "under-construction", since: "2023-05-01", source: "s1" },
    { state: "built", since: "2024-05-01", source: "s2" },
    { state: "running", since: "2025-05-01", basis: "permit 7", source: "s3" },
    { state: "built", since: "2026-05-01", source: "s4" },
  ];
  it.each([
    ["before its first step nobody knows", "2023-04-30", "unknown", "unknown"],
    ["the first day counts", "2023-05-01", "under-construction", "missing"],
    ["built and not running", "2025-04-30", "built", "missing"],
    ["running", "2025-05-01", "running", "served"],
    ["stopped for good", "2026-05-01", "built", "missing"],
  ] as const)("%s", (_, day, step, condition) => {
    const zones = [zone("a", { plants: [plant("p", ["a"], { steps })] })];
    expect(standings(registryOf({ zones }), day).get("sim-a")).toMatchObject({ step, condition });
  });

  it("says since when, on what basis and from which source", () => {
    const zones = [zone("a", { plants: [plant("p", ["a"], { steps })] })];
    expect(standings(registryOf({ zones }), "2025-12-01").get("sim-a")).toEqual({
      condition: "served",
      step: "running",
      plant: "sim-p",
      since: "2025-05-01",
      basis: "permit 7",
      source: "s3",
    });
  });

  it("the short form is one step, and before its day nothing is known", () => {
    expect(stepAt({ state: "running", stateSince: "2025-03-01" }, "2025-03-01").state).toBe("running");
    expect(stepAt({ state: "running", stateSince: "2025-03-01" }, "2025-02-28").state).toBe("unknown");
    expect(stepAt({ state: "built" }, "1990-01-01").state).toBe("built");
  });

  it("a plant under construction is no missing knowledge, one nobody knows of is", () => {
    const half = [plant("p", ["a"], { state: "built" }), plant("q", ["a"], { state: "unknown" })];
    const found = standings(registryOf({ zones: [zone("a", { plants: half })] }), DAY).get("sim-a");
    expect(found).toMatchObject({ condition: "unknown", step: "unknown" });
  });
});

describe("proper: running, and room for what all zones it serves generate", () => {
  const sized = (capacityM3PerDay: number) => ({ state: "running", capacityM3PerDay });
  const cases: [string, readonly object[], Condition][] = [
    ["just enough", [zone("a", { ...water(500), plants: [plant("p", ["a"], sized(500))] })], "proper"],
    [
      "far below capacity is no fault",
      [zone("a", { ...water(1), plants: [plant("p", ["a"], sized(9000))] })],
      "proper",
    ],
    [
      "no flow at all is none either",
      [zone("a", { ...water(0), plants: [plant("p", ["a"], sized(9000))] })],
      "proper",
    ],
    [
      "a little too small",
      [zone("a", { ...water(501), plants: [plant("p", ["a"], sized(500))] })],
      "too-small",
    ],
    ["capacity not known", [zone("a", { ...water(500), plants: [plant("p", ["a"])] })], "served"],
    ["wastewater not known", [zone("a", { plants: [plant("p", ["a"], sized(500))] })], "served"],
    [
      "two zones share it",
      [zone("a", { ...water(300), plants: [plant("p", ["a", "b"], sized(500))] }), zone("b", water(300))],
      "too-small",
    ],
    [
      "the other's wastewater not known",
      [zone("a", { ...water(300), plants: [plant("p", ["a", "b"], sized(500))] }), zone("b")],
      "served",
    ],
    [
      "the other's not known, and too small already",
      [zone("a", { ...water(600), plants: [plant("p", ["a", "b"], sized(500))] }), zone("b")],
      "too-small",
    ],
    [
      "the other one generates nothing yet",
      [
        zone("a", { ...water(500), plants: [plant("p", ["a", "b"], sized(500))] }),
        zone("b", { status: "planned" }),
      ],
      "proper",
    ],
    [
      "the other one has a plant of its own as well",
      [
        zone("a", { ...water(300), plants: [plant("p", ["a", "b"], sized(500))] }),
        zone("b", { ...water(300), plants: [plant("q", ["b"], sized(200))] }),
      ],
      "proper",
    ],
    [
      "a second plant that does not run adds nothing",
      [
        zone("a", {
          ...water(600),
          plants: [
            plant("p", ["a"], sized(500)),
            plant("q", ["a"], { state: "built", capacityM3PerDay: 500 }),
          ],
        }),
      ],
      "too-small",
    ],
  ];
  it.each(cases)("%s", (_, zones, condition) => expect(conditionsOf(zones)["sim-a"]).toBe(condition));
});

describe("the register", () => {
  const none = { centralPlant: "none" };
  const zones = [
    zone("proper", {
      ...water(10),
      plants: [plant("p1", ["proper"], { state: "connected", capacityM3PerDay: 20 })],
    }),
    zone("nobody-knows", { centralPlant: "unknown" }),
    zone("planned", { ...none, status: "planned" }),
    zone("late", { ...none, obligation: { basis: "permit", due: "2026-11-13" } }),
    zone("later", { ...none, obligation: { basis: "permit", due: "2026-01-01" } }),
    zone("not-due", { ...none, obligation: { basis: "permit", due: "2027-01-01" }, ...water(5) }),
    zone("building", { plants: [plant("p2", ["building"], { state: "under-construction" })] }),
    zone("small", {
      ...water(30),
      plants: [plant("p3", ["small"], { state: "monitored", capacityM3PerDay: 20 })],
    }),
    zone("runs", { plants: [plant("p4", ["runs"])] }),
  ];
  const registry = registryOf({ zones });
  const register = missingPlantRegister(registry, { day: DAY });

  it("is a row each operating zone, worst first", () => {
    expect(register.rows.map(({ zone: id, condition }) => `${id} ${condition}`)).toEqual([
      "sim-later missing",
      "sim-late missing",
      "sim-not-due missing",
      "sim-building missing",
      "sim-small too-small",
      "sim-nobody-knows unknown",
      "sim-runs served",
      "sim-proper proper",
    ]);
    expect(register.rows.filter(isListed)).toHaveLength(6);
    expect(register.rows[1]?.obligation).toEqual({ basis: "permit", due: "2026-11-13", overdueDays: 10 });
    expect(register.rows[2]?.obligation?.overdueDays).toBe(0);
  });

  it("counts what is known, and apart from it what is not", () => {
    const zonesIn = Object.fromEntries(
      Object.entries(register.head).map(([key, count]) => [
        key,
        typeof count === "number" ? count : count.zones,
      ]),
    );
    expect(zonesIn).toEqual({
      operating: 8,
      working: 3,
      proper: 1,
      tooSmall: 1,
      monitored: 2,
      linked: 1,
      missing: 4,
      unknown: 1,
    });
    expect(register.head.missing.share).toBe(0.5);
    expect(missingPlantRegister(registryOf({ zones: [] }), { day: DAY }).head.working).toEqual({
      zones: 0,
      share: 0,
    });
  });

  it("is kept by the geography of the day, or the one asked for", () => {
    const keyOn = (day: string, geography?: "NSO-2024" | "NSO-2025") =>
      missingPlantRegister(registry, { day, geography }).rows[0]?.province;
    expect(keyOn("2025-06-30")).toEqual({ key: "NSO-2024/80", name: "Long An" });
    expect(keyOn("2025-07-01")).toEqual({ key: "NSO-2025/80", name: "Tây Ninh" });
    expect(keyOn("2026-11-23", "NSO-2024")?.name).toBe("Long An");
    expect(register.rows[0]?.formerProvince?.name).toBe("Long An");
  });

  it.each([
    ["NSO-2025/80", 8],
    ["80", 8],
    ["Tây Ninh", 8],
    ["tay ninh", 8],
    ["Long An", 0],
    ["NSO-2024/80", 0],
    ["79", 0],
  ])("of one province: %s", (province, rows) => {
    expect(missingPlantRegister(registry, { day: DAY, province }).rows).toHaveLength(rows);
  });

  it("as CSV has a row a zone, the mark first, and no formulas", () => {
    const rows = register.rows.map((row) => ({ ...row, developer: '=HYPERLINK("x"), y' }));
    const lines = registerCsv({ rows }, "SIMULATED").split("\r\n");
    expect(lines[0]).toBe("\uFEFFSIMULATED");
    expect(lines).toHaveLength(1 + 1 + 8 + 1);
    expect(lines[2]).toContain(`"'=HYPERLINK(""x""), y"`);
    expect(lines[1]?.split(",")).toHaveLength(31);
    expect(registerCsv({ rows: [] }, undefined)).toMatch(/^\uFEFFzone,/);
  });
});

describe("a registry whose steps do not fit", () => {
  const complaintsOf = (more: object) => {
    try {
      registryOf({ zones: [zone("a", { plants: [plant("p", ["a"], more)] })] });
    } catch (error) {
      if (error instanceof RegistryError) return error.complaints.join("\n");
      throw error;
    }
    return "";
  };
  const step = (state: string, since: string) => ({ state, since, source: "s" });
  it.each([
    ["neither form", {}, /plants\.0: plant sim-p: expected state or steps/],
    [
      "both forms",
      { state: "built", steps: [step("built", "2025-01-01")] },
      /steps: expected steps, or state and stateSince/,
    ],
    [
      "out of order",
      { steps: [step("built", "2025-01-01"), step("running", "2024-01-01")] },
      /steps\.1\.since: expected a day after the step before, 2025-01-01; found 2024-01-01/,
    ],
    ["an unknown step", { steps: [step("stopped", "2025-01-01")] }, /steps\.0\.state/],
    ["no source", { steps: [{ state: "built", since: "2025-01-01" }] }, /steps\.0\.source/],
  ])("%s", (_, more, says) => expect(complaintsOf(more)).toMatch(says));
});
