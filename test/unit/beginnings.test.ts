import { describe, expect, it } from "vitest";
import { createBeginnings, windowsBrought } from "#services/compliance/window/beginnings.ts";
import type { Station } from "#shared/station/station.ts";
import { createCalendar } from "#shared/window/calendar.ts";
import { testRegistry } from "#test/support/registry.ts";

const calendar = createCalendar("Asia/Ho_Chi_Minh");
const registry = testRegistry({ stations: 2 });
const [one, other] = ["sim-s1", "sim-s2"].map((id) => registry.stations.get(id) as Station) as [
  Station,
  Station,
];
const at = (text: string) => Date.parse(`2026-11-${text}:00+07:00`);

describe("from when on a station is judged", () => {
  it("is the day of its first record, and of an older one that comes later", () => {
    const beginnings = createBeginnings(calendar);
    expect(beginnings.of("sim-s1")).toBeUndefined();
    const moves = beginnings.moves([
      { station: one, time: at("20T10:05") },
      { station: one, time: at("20T10:00") },
      { station: other, time: at("21T08:00") },
    ]);
    expect(beginnings.of("sim-s1")).toBeUndefined();
    beginnings.take(moves);
    expect([beginnings.of("sim-s1"), beginnings.of("sim-s2"), beginnings.first()]).toEqual([
      at("20T00:00"),
      at("21T00:00"),
      at("20T00:00"),
    ]);
    expect(beginnings.moves([{ station: one, time: at("20T09:00") }])).toEqual([]);
    // stamped at the end of what it covers: midnight belongs to the day before
    expect(beginnings.moves([{ station: one, time: at("20T00:00") }])).toEqual([
      { station: one, from: at("19T00:00"), before: at("20T00:00") },
    ]);
  });

  it("brings the windows between, first and last of each length", () => {
    const marks = { hour: at("22T10:00"), day: at("22T00:00"), month: at("01T00:00") };
    const brought = (from: string, before?: string) =>
      windowsBrought(
        [{ station: one, from: at(from), before: before === undefined ? undefined : at(before) }],
        marks,
        calendar,
      ).map(({ rule, from: start }) => [rule, new Date(start + 7 * 3_600_000).toISOString().slice(8, 16)]);
    expect(brought("19T00:00", "20T00:00")).toEqual([
      ["hour", "19T00:00"],
      ["hour", "19T23:00"],
      ["day", "19T00:00"],
      ["day", "19T00:00"],
    ]);
    // never seen before: up to what others have been judged
    expect(brought("21T00:00")).toEqual([
      ["hour", "21T00:00"],
      ["hour", "22T09:00"],
      ["day", "21T00:00"],
      ["day", "21T00:00"],
    ]);
    expect(brought("23T00:00")).toEqual([]);
    expect(windowsBrought([{ station: one, from: at("19T00:00"), before: undefined }], {}, calendar)).toEqual(
      [],
    );
  });
});
