import { describe, expect, it } from "vitest";
import { loadConsoleAssets } from "#services/api/console-assets.ts";
import { layoutChart } from "#services/console/chart-layout.ts";
import { timeTicks } from "#services/console/chart-ticks.ts";
import { createFormat } from "#services/console/format.ts";
import { dictionaries } from "#services/console/i18n/language.ts";
import { barShape } from "#services/console/limit-bar.ts";

describe("the console's files", () => {
  it("are a fixed table without types, and the policy names the import map by hash", async () => {
    const { files, policy } = await loadConsoleAssets();
    expect([...files.keys()]).toEqual(
      expect.arrayContaining(["/", "/console/main.ts", "/console/i18n/vi.ts", "/vendor/htm.js"]),
    );
    expect(policy).toMatch(/script-src 'self' 'sha256-[\w+/]{43}='/);
    expect(policy).not.toContain("unsafe");
    const format = files.get("/console/format.ts")?.body ?? "";
    expect(format).not.toContain("interface");
    expect(format).not.toContain(": Dictionary");
    for (const [path, { body }] of files) {
      if (!path.endsWith(".ts")) continue;
      for (const [, from = ""] of body.matchAll(/(?:^|\n)\s*(?:import|export)[^;]*? from "([^"]+)"/g)) {
        const served = from.startsWith(".")
          ? files.has(new URL(from, `http://localhost${path}`).pathname)
          : ["preact", "preact/hooks", "htm"].includes(from);
        expect(served, `${path} imports ${from}`).toBe(true);
      }
    }
  });
});

/** Every key of a dictionary as a path, and whether it is a phrase or a function. */
function shapeOf(words: object, path = ""): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "object" ? shapeOf(value, `${path}${key}.`) : [`${path}${key} ${typeof value}`],
  );
}

describe("the two languages", () => {
  it("have the same phrases, none of them empty", () => {
    expect(shapeOf(dictionaries.en)).toEqual(shapeOf(dictionaries.vi));
    expect(JSON.stringify(dictionaries)).not.toMatch(/""|vi phạm|violation/i);
  });

  it("write numbers, times and ages their own way, in the registry's time zone", () => {
    const vi = createFormat(dictionaries.vi, "Asia/Ho_Chi_Minh");
    const en = createFormat(dictionaries.en, "Asia/Ho_Chi_Minh");
    const time = Date.parse("2026-11-23T17:05:00Z");
    expect([vi.number(1250.44, 1), vi.dateTime(time), vi.age(0), vi.age(75)]).toEqual([
      "1.250,4",
      "24/11/2026 00:05",
      "0 phút",
      "1 giờ 15 phút",
    ]);
    expect([en.number(1250.44, 1), en.dateTime(time), en.dayTime(time), en.age(3 * 1440)]).toEqual([
      "1,250.4",
      "24 Nov 2026 00:05",
      "24 Nov 00:05",
      "3 d 0 h",
    ]);
  });
});

describe("a value against its limit", () => {
  it.each([
    ["at the limit the fill meets the mark", { value: 135, limitMin: null, limitMax: 135 }, 0.8],
    ["far over it fills the bar", { value: 900, limitMin: null, limitMax: 135 }, 1],
    ["the lower end of a range", { value: 5.5, limitMin: 5.5, limitMax: 9 }, 0.2],
    ["the upper end of a range", { value: 9, limitMin: 5.5, limitMax: 9 }, 0.8],
  ])("%s", (_, parameter, at) => {
    const shape = barShape(parameter);
    expect(shape?.at).toBeCloseTo(at);
    expect(shape?.marks).toContain(0.8);
  });
  it("is nothing without a limit or a value", () => {
    expect(barShape({ value: 3, limitMin: null, limitMax: null })).toBeUndefined();
    expect(barShape({ value: null, limitMin: null, limitMax: 9 })).toBeUndefined();
  });
});

describe("a chart", () => {
  const frame = { from: 0, to: 100, width: 100, height: 50, limitMin: null, limitMax: 10 };
  const at = (time: number, value: number | null, withheld = false) => ({ time, value, withheld });

  it("draws lines in time order, broken at gaps, without withheld values", () => {
    const points = [at(30, 4), at(10, 5), at(20, 5), at(80, 5), at(90, 99, true), at(100, null)];
    const layout = layoutChart(points, frame);
    expect(layout.lines).toHaveLength(2);
    expect(layout.lines[0]).toMatch(/^M10 [\d.]+L20 [\d.]+L30 [\d.]+$/);
    expect(layout.withheld).toEqual([{ x: 85, width: 15 }]);
    expect([layout.lowest, layout.highest]).toEqual([4, 5]);
    expect(layout.limits).toHaveLength(1);
  });

  it("has hours of the time zone below it, and stands without points", () => {
    const from = Date.parse("2026-11-22T20:00:00Z");
    const ticks = timeTicks(from, from + 86_400_000, "Asia/Ho_Chi_Minh");
    expect(ticks.map(({ time }) => new Date(time).toISOString().slice(11, 16))).toEqual([
      "23:00",
      "05:00",
      "11:00",
      "17:00",
    ]);
    expect(layoutChart([], frame)).toMatchObject({ lines: [], withheld: [], last: undefined });
  });
});
