/** What `outfall limits` shows: every figure, what is unverified and who uses it, a plant's limits on a day. */
import { describe, expect, it } from "vitest";
import { boundsText, figureRows } from "#services/cli/limits/figures.ts";
import { figureLines, plantLines, unverifiedLines } from "#services/cli/limits/limits-text.ts";
import { plantLimits } from "#services/cli/limits/plant-limits.ts";
import { unverifiedRows } from "#services/cli/limits/unverified.ts";
import { shippedInstruments } from "#shared/limit/instruments.ts";
import { parseRegistry } from "#shared/registry/load.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { testRegistry, testRegistryFiles } from "#test/support/registry.ts";

/** The test registry, its plant bound to other limits. */
function bound(limits: string): Registry {
  const { "registry.yaml": settings = "", "zones.yaml": zones = "" } = testRegistryFiles();
  const text = zones.replace(/permit:[\s\S]*nh4: \{ max: 9 \}/, limits);
  expect(text).not.toBe(zones);
  return parseRegistry([
    { file: "registry.yaml", text: settings },
    { file: "zones.yaml", text },
  ]);
}
const NOW = Date.parse("2026-11-23T20:00:00Z");

describe("the figures", () => {
  it("of QCVN 40:2011 are 66, each with clause, confidence and a source in words", () => {
    const rows = figureRows(shippedInstruments);
    expect(rows).toHaveLength(66);
    for (const row of rows) {
      expect(row.clause).toMatch(/^QCVN 40:2011\/BTNMT, Table 1, row \d+, column [AB]$/);
      expect(row.sources.every((source) => source.length > 4)).toBe(true);
    }
    expect(rows.find(({ name }) => name === "B/nh4")).toMatchObject({
      figure: "≤ 10",
      unit: "mg/L",
      as: "N",
    });
  });

  it("print with their site, and say which text has none", () => {
    const lines = figureLines(figureRows(shippedInstruments), ["qcvn-40-2025"]);
    expect(lines.find((line) => / ph +B /.test(line))).toMatch(
      /5\.5 to 9 .*two-or-more.*qcvn\.com\.vn; scribd\.com/,
    );
    expect(lines.at(-1)).toBe(
      "qcvn-40-2025 has no figures here: a plant bound to it takes those of its permit",
    );
  });

  it.each([
    [{ max: 150 * 0.9 * 1.1 }, "≤ 148.5"],
    [{ min: 4 }, "≥ 4"],
    [{ min: 5.5, max: 9 }, "5.5 to 9"],
    [{ max: 0.003 }, "≤ 0.003"],
  ])("%o prints as %s", (bounds, text) => {
    expect(boundsText(bounds)).toBe(text);
  });
});

describe("what is unverified", () => {
  const usedOf = (registry: Registry) =>
    unverifiedRows(registry)
      .filter(({ usedBy }) => usedBy.length > 0)
      .map(({ name, usedBy }) => [name, ...usedBy]);

  it("is used by nobody who does not name it", () => {
    expect(usedOf(testRegistry())).toEqual([]);
    const lines = unverifiedLines(unverifiedRows(testRegistry()));
    expect(lines.filter((line) => line.startsWith("qcvn-40-2011"))).toHaveLength(12);
    expect(lines.find((line) => line.includes(" kf "))).toMatch(
      /kf +nobody +≤ 50: 1\.2, ≤ 500: 1\.1, ≤ 5000: 1, more: 0\.9 \(m³\/day\) +section 2\.4/,
    );
  });

  it("names the plants that use it: accepted, and of their own column and water", () => {
    const registry = bound(
      "limits: { instrument: qcvn-40-2011, column: A, receivingWater: { kind: lake }, kf: 1, acceptUnverified: [kq-lake, kq-river, kf, factors-exclusions, A/cl] }",
    );
    expect(usedOf(registry)).toEqual([
      ["kq-lake", "sim-p"],
      ["factors-exclusions", "sim-p"],
      ["A/cl", "sim-p"],
    ]);
    const other = bound(
      "limits: { instrument: qcvn-40-2011, column: B, kq: 1, kf: 1, acceptUnverified: [A/cl, factors-exclusions] }",
    );
    expect(usedOf(other)).toEqual([]);
  });
});

describe("a plant's limits on a day", () => {
  const changing = bound(`permit:
          - { number: OLD, until: 2026-11-23, limits: { cod: { max: 150 } } }
          - number: NEW
            from: 2026-11-24
            limits: { cod: [{ max: 135 }, { max: 100, over: 30d }] }
            loads: { cod: { maxKgPerDay: 400 } }
            discharge: { maxM3PerDay: 3000 }`);
  const brief = (day?: string) => {
    const found = plantLimits(changing, "sim-p", day, NOW);
    return [
      found.day,
      ...found.limits.map(({ quantity, max, over }) => [quantity, max, over ?? ""].join(" ")),
    ];
  };

  it("are those of the permit in force; today is a day of the registry's zone", () => {
    expect(brief("2026-11-23")).toEqual(["2026-11-23", "value 150 "]);
    const later = ["value 135 ", "value 100 30d", "load 400 day", "volume 3000 day"];
    expect(brief("2026-11-24")).toEqual(["2026-11-24", ...later]);
    // 20:00 UTC is the next day there
    expect(brief()).toEqual(["2026-11-24", ...later]);
  });

  it("print marked as simulated, with clause and confidence", () => {
    const { day, limits } = plantLimits(changing, "sim-p", "2026-11-24", NOW);
    const lines = plantLines("sim-p", day, limits, true);
    expect(lines[0]).toBe("DỮ LIỆU MÔ PHỎNG / SIMULATED");
    expect(lines.find((line) => line.includes("30d"))).toMatch(
      /cod +value +≤ 100 +mg\/L +30d +binding +NEW +permit/,
    );
    expect(plantLines("sim-p", "2020-01-01", [], false)).toEqual(["sim-p has no limit on 2020-01-01"]);
  });

  it("of a plant that is not there: which there are", () => {
    expect(() => plantLimits(changing, "sim-q", undefined, NOW)).toThrow(
      "--plant sim-q: the registry has no such plant; expected one of sim-p",
    );
  });
});
