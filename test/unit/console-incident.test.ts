import { describe, expect, it } from "vitest";
import { openedBy } from "#services/console/address.ts";
import { timeTicks } from "#services/console/chart-ticks.ts";
import { createFormat } from "#services/console/format.ts";
import { dictionaries } from "#services/console/i18n/language.ts";
import {
  clauseWords,
  comparisonWords,
  decimalsBeside,
  measuredWords,
  partOf,
  sideOf,
  windowWords,
} from "#services/console/incident-figures.ts";
import { chartSpan } from "#services/console/incident-span.ts";
import { type JudgedWindow, latestOf } from "#services/console/incident-windows.ts";
import { stationsOver } from "#services/console/summary.ts";
import { createView } from "#services/console/view.ts";
import type { IncidentFacts } from "#shared/incident/incident.ts";
import type { IncidentDetail } from "#shared/overview/incident-detail.ts";
import type { Overview } from "#shared/overview/overview.ts";

const vi = createView("vi", "Asia/Ho_Chi_Minh");
const en = createView("en", "Asia/Ho_Chi_Minh");
const local = (time: string) => Date.parse(`${time}+07:00`);
const HOUR = 3_600_000;

const cod: IncidentFacts = { rule: "hour", statistic: "mean", limitMin: null, limitMax: 135 };

function detailOf(facts: IncidentFacts, decimals = 0, unit = "mg/L"): IncidentDetail {
  const parameter = { key: "x", name: { vi: "X", en: "X" }, unit, decimals };
  return { incident: { parameter }, facts, basis: null } as unknown as IncidentDetail;
}

describe("the address", () => {
  it.each([
    ["#/incidents/0123456789abcdef", { kind: "incidents", id: "0123456789abcdef" }],
    ["#/stations/sim-sx-nt01/", { kind: "stations", id: "sim-sx-nt01" }],
    ["#/incidents/%E1%BB%9F", { kind: "incidents", id: "ở" }],
    ["#/incidents/%", { kind: "incidents", id: "%" }],
    ["#/incidents/", undefined],
    ["#/zones/x", undefined],
    ["#main", undefined],
    ["", undefined],
  ])("%s", (hash, opened) => expect(openedBy(hash)).toEqual(opened));
});

describe("the figures of an incident", () => {
  it("compares as the mails do, and never says that a ratio is exceeded", () => {
    expect(comparisonWords(cod, 187.4, 187.4 / 135, vi)).toBe("bằng 1,39 lần giới hạn (vượt 38,8 %)");
    expect(comparisonWords(cod, 187.4, 187.4 / 135, en)).toBe("1.39 times the limit (38.8 % above)");
    expect(comparisonWords(cod, 101, 101 / 135, vi)).toBe("bằng 0,75 lần giới hạn");
    expect(comparisonWords({ ...cod, limitMin: 4, limitMax: null }, 1.2, null, vi)).toBe(
      "thấp hơn giới hạn dưới",
    );
    expect(sideOf({ limitMin: 4, value: 1.2 })).toBe("below");
  });

  it("speaks of pH in minutes outside its range", () => {
    const ph: IncidentFacts = {
      rule: "hour",
      statistic: "minutes-outside",
      limitMin: 5.5,
      limitMax: 9,
      value: 35,
    };
    expect(measuredWords(detailOf(ph, 1, "-"), 35, vi)).toBe("35 phút ngoài khoảng 5,5 – 9");
    expect([comparisonWords(ph, 35, null, vi), sideOf(ph)]).toEqual([undefined, "outside"]);
    expect(windowWords(ph, vi)).toBe("số phút ngoài khoảng trong một giờ");
  });

  it.each([
    [9.04, 1, 9, 2],
    [135.002, 1, 135, 3],
    [135, 1, 135, 1],
    [187.4, 1, 135, 1],
    [9.000001, 1, 9, 4],
  ])("%d with %d decimals beside the limit %d is printed with %d", (value, decimals, limit, shown) => {
    expect(decimalsBeside(value, decimals, [null, limit])).toBe(shown);
  });

  it("says how sure a clause is, also in words it does not know", () => {
    const facts = { clause: "QCVN 40, row 3", confidence: "unverified" };
    expect(clauseWords(facts, vi)).toBe("QCVN 40, row 3 (chưa kiểm chứng)");
    expect(clauseWords({ ...facts, confidence: "hearsay" }, vi)).toBe("QCVN 40, row 3 (hearsay)");
    expect(clauseWords({ instrument: "permit" }, vi)).toBe("permit");
    expect([partOf("part of incident 0a1b"), partOf("incomplete"), partOf(undefined)]).toEqual([
      "0a1b",
      undefined,
      undefined,
    ]);
  });
});

describe("spans and durations", () => {
  const format = createFormat(dictionaries.vi, "Asia/Ho_Chi_Minh");
  it.each([
    ["2026-11-23T16:00:00", "2026-11-23T17:00:00", "16:00–17:00 ngày 23/11/2026"],
    ["2026-11-23T23:00:00", "2026-11-24T00:00:00", "23:00–00:00 ngày 23/11/2026"],
    ["2026-11-23T00:00:00", "2026-11-24T00:00:00", "ngày 23/11/2026"],
    ["2026-11-22T21:00:00", "2026-11-23T12:00:00", "22/11/2026 21:00 – 23/11/2026 12:00"],
  ])("%s to %s", (from, to, words) => expect(format.span(local(from), local(to))).toBe(words));

  it.each([
    [5, "5 phút"],
    [60, "1 giờ"],
    [115, "1 giờ 55 phút"],
    [1440, "1 ngày"],
    [0, "0 phút"],
  ])("%d minutes", (minutes, words) => expect(format.duration(minutes * 60_000)).toBe(words));
});

describe("the chart of an incident", () => {
  const place = { station: { intervalMs: 300_000 } } as unknown as IncidentDetail["place"];
  const span = (openedAt: number, closedAt: number | null, facts: IncidentFacts, now: number) => {
    const incident = { openedAt, closedAt } as IncidentDetail["incident"];
    const { from, to } = chartSpan({ incident, facts, place }, now);
    return [(from - openedAt) / HOUR, (to - openedAt) / HOUR];
  };
  it("goes from some hours before the start to now, or to some hours after the end", () => {
    expect(span(0, null, cod, 3 * HOUR)).toEqual([-6, 3]);
    expect(span(0, 5 * HOUR, cod, 400 * HOUR)).toEqual([-6, 9]);
    expect(span(0, 5 * HOUR, cod, 6 * HOUR)).toEqual([-6, 6]);
  });
  it("covers a day that began before the incident did", () => {
    expect(span(0, null, { ...cod, rule: "day", from: -14 * HOUR, to: 10 * HOUR }, 10 * HOUR)).toEqual([
      -86, 10,
    ]);
  });
  it("keeps its end when there are more records than are fetched", () => {
    const [from = 0, to = 0] = span(0, null, cod, 2000 * HOUR);
    expect([to, to - from < 417]).toEqual([2000, true]);
  });

  it.each([
    [9, 4, 0],
    [24, 4, 1],
    [60, 5, 2],
    [24 * 5, 5, 5],
    [24 * 40, 6, 6],
  ])("%d hours have %d times below, %d of them dates", (hours, count, dates) => {
    const from = local("2026-11-20T08:30:00");
    const ticks = timeTicks(from, from + hours * HOUR, "Asia/Ho_Chi_Minh");
    expect([ticks.length, ticks.filter(({ isMidnight }) => isMidnight).length]).toEqual([count, dates]);
  });
});

describe("the windows listed", () => {
  const windows = [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((to) => ({ to }) as JudgedWindow);
  const listed = (closedAt: number | null) => latestOf(windows, closedAt).map(({ to }) => to);
  it("are the latest while it is open, and the last ones up to its end", () => {
    expect(listed(null)).toEqual([12, 11, 10, 9, 8, 7, 6, 5]);
    expect(listed(6)).toEqual([6, 5, 4, 3, 2, 1]);
  });
});

describe("the stations over a limit", () => {
  it("counts an exceedance open in an incident, once, whatever hides the station's state", () => {
    const zones = [
      {
        stations: [
          { id: "a", state: "over" },
          { id: "b", state: "silent" },
          { id: "c", state: "ok" },
        ],
      },
    ];
    const openIncidents = [
      { kind: "limit", station: { id: "a" } },
      { kind: "limit", station: { id: "b" } },
      { kind: "limit", station: { id: "b" } },
      { kind: "silent-station", station: { id: "c" } },
      { kind: "missing-plant", station: null },
    ];
    const overview = { zones, openIncidents } as unknown as Overview;
    expect([...stationsOver(overview)].sort()).toEqual(["a", "b"]);
  });
});
