import { describe, expect, it } from "vitest";
import { hoursOf, isWindowRule, shapeOf, type WindowRule } from "#shared/window/window-rule.ts";

describe("the window a figure is written for", () => {
  it.each([
    ["hour", { unit: "hour", count: 1 }, 1],
    ["day", { unit: "day", count: 1 }, 24],
    ["month", { unit: "month", count: 1 }, 744],
    ["8h", { unit: "hour", count: 8 }, 8],
    ["1h", { unit: "hour", count: 1 }, 1],
    ["7d", { unit: "day", count: 7 }, 168],
    ["30d", { unit: "day", count: 30 }, 720],
    ["366d", { unit: "day", count: 366 }, 8784],
    ["8784h", { unit: "hour", count: 8784 }, 8784],
  ] as const)("%s", (rule, shape, hours) => {
    expect(isWindowRule(rule)).toBe(true);
    expect(shapeOf(rule)).toEqual(shape);
    expect(hoursOf(rule)).toBe(hours);
  });

  it.each([
    "",
    "week",
    "0h",
    "-1h",
    "1.5h",
    "08h",
    "30",
    "d",
    "1m",
    "367d",
    "8785h",
    "99999h",
    "Day",
    "8 h",
    "8h ",
  ])("%j is none", (text) => {
    expect(isWindowRule(text)).toBe(false);
    expect(() => shapeOf(text as WindowRule)).toThrow(/expected hour, day, month/);
  });
});
