import { describe, expect, it } from "vitest";
import { openedBy } from "#services/console/address.ts";
import { timeTicks } from "#services/console/chart-ticks.ts";
import {
  comparisonWords,
  decimalsBeside,
  limitText,
  measuredWords,
  sideOf,
} from "#services/console/figure.ts";
import { createFormat } from "#services/console/format.ts";
import { dictionaries } from "#services/console/i18n/language.ts";
import { meansOf } from "#services/console/incident-chart.ts";
import {
  clauseWords,
  dataWords,
  extremesWords,
  foundWords,
  matterWords,
  partOf,
  reasonWords,
  severityWords,
  windowWords,
  worstWords,
} from "#services/console/incident-figures.ts";
import { chartSpan } from "#services/console/incident-span.ts";
import { type JudgedWindow, latestOf } from "#services/console/incident-windows.ts";
import { incidentWords, ruleWords } from "#services/console/incident-words.ts";
import { stationsOver } from "#services/console/summary.ts";
import { createView } from "#services/console/view.ts";
import { windowName } from "#services/console/window-name.ts";
import type { IncidentFacts } from "#shared/incident/incident.ts";
import type { IncidentDetail } from "#shared/overview/incident-detail.ts";
import type { Overview, OverviewIncident } from "#shared/overview/overview.ts";
import { verdictReasons } from "#test/support/verdict-reasons.ts";

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
    expect(comparisonWords({ ...cod, value: 187.4, ratio: 187.4 / 135 }, vi)).toBe(
      "bằng 1,39 lần giới hạn (vượt 38,8 %)",
    );
    expect(comparisonWords({ ...cod, value: 187.4, ratio: 187.4 / 135 }, en)).toBe(
      "1.39 times the limit (38.8 % above)",
    );
    expect(comparisonWords({ ...cod, value: 101, ratio: 101 / 135 }, vi)).toBe("bằng 0,75 lần giới hạn");
    expect(comparisonWords({ ...cod, limitMin: 4, limitMax: null, value: 1.2, ratio: null }, vi)).toBe(
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
    expect(measuredWords(ph, { unit: "-", decimals: 1 }, vi)).toBe("35 phút ngoài khoảng 5,5 – 9");
    expect([comparisonWords(ph, vi), sideOf(ph)]).toEqual([undefined, "outside"]);
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

describe("figures of several kinds in one incident", () => {
  const mgPerL = { unit: "mg/L", decimals: 0 };
  const load: IncidentFacts = {
    rule: "load-day",
    statistic: "load",
    value: 1250.34,
    limitMin: null,
    limitMax: 1000,
    ratio: 1.25034,
    min: 90,
    max: 140,
  };

  it("a load is kg a day, and its concentrations are not its extremes", () => {
    expect(measuredWords(load, mgPerL, vi)).toBe("1.250,3 kg/ngày");
    expect(limitText(load, mgPerL, en)).toBe("≤ 1,000 kg/day");
    expect([matterWords(detailOf(load), vi), matterWords(detailOf(load), en)]).toEqual([
      "Tải lượng X",
      "X load",
    ]);
    expect(extremesWords(detailOf(load), en)).toBeUndefined();
  });

  it("the discharge of a day is m³", () => {
    const volume: IncidentFacts = { ...load, rule: "volume-day", statistic: "volume", value: 5230.6 };
    expect(measuredWords(volume, { unit: "m³/h", decimals: 0 }, en)).toBe("5,230.6 m³/day");
    expect(matterWords(detailOf(volume), vi)).toBe("Lưu lượng xả");
  });

  it("the worst says what it is where it is of another kind", () => {
    const worst = { ...cod, rule: "load-day", statistic: "load", limitMax: 1000, atLeast: true } as const;
    const facts = { ...cod, value: 150, worstValue: 1250.34, worstRatio: 1.25034, worst };
    expect(worstWords(detailOf(facts), en)).toBe(
      "at least 1,250.3 kg/day; at least 1.25 times the limit (25.0 % above); daily load",
    );
    const { worst: _, ...older } = facts;
    expect(worstWords(detailOf({ ...older, worstValue: 187.4 }), en)).toMatch(/^187\.4 mg\/L; /);
  });

  it("a value at the top of the range is at least so much", () => {
    const facts: IncidentFacts = {
      ...cod,
      value: 500,
      min: 171.2,
      max: 500,
      ratio: 500 / 135,
      atLeast: true,
    };
    expect(measuredWords(facts, mgPerL, vi)).toBe("ít nhất 500,0 mg/L");
    expect(comparisonWords(facts, en)).toBe("at least 3.70 times the limit (270.4 % above)");
    expect(extremesWords(detailOf(facts), en)).toBe("171.2 – ≥ 500.0 mg/L");
  });

  it.each([
    ["hour", "mean", "trung bình giờ", "hourly mean"],
    ["month", "mean", "trung bình tháng", "monthly mean"],
    ["8h", "mean", "trung bình 8 giờ", "8-hour mean"],
    ["30d:qcvn-40-2011/A", "mean", "trung bình 30 ngày", "30-day mean"],
    ["load-month", "load", "tải lượng bình quân ngày trong một tháng", "load a day, mean of one month"],
    ["volume-day", "volume", "lưu lượng xả trong ngày", "discharge of the day"],
    ["instant", "value", "giá trị tức thời", "single value"],
    ["fortnight", "mean", "trung bình", "mean"],
  ] as const)("%s, %s", (rule, statistic, inVi, inEn) => {
    expect([vi, en].map(({ words }) => windowName(rule, statistic, words))).toEqual([inVi, inEn]);
  });

  it("its severity is a scale to sort by", () => {
    expect(severityWords({ severity: 2, worst: { severity: 4 } }, en)).toBe(
      "step 4 (Outfall's scale to sort by, not a legal finding)",
    );
    expect(severityWords({ severity: 0 }, en)).toBeUndefined();
  });

  it("a share of time that is none of records says so", () => {
    expect(dataWords({ usable: 4, owed: 12, completeness: 1 }, en)).toBe(
      "4 of 12 records usable (100 % of the time)",
    );
  });

  it("rolling means are drawn over their last step, readings and what has no value not at all", () => {
    const judged = (from: number, to: number, value: number | null) => ({ from, to, value }) as JudgedWindow;
    expect(meansOf("8h", [judged(0, 8 * HOUR, 5)])).toEqual([{ from: 7 * HOUR, to: 8 * HOUR, value: 5 }]);
    expect(meansOf("hour", [judged(0, HOUR, 5), judged(HOUR, 2 * HOUR, null)])).toEqual([
      { from: 0, to: HOUR, value: 5 },
    ]);
    expect(meansOf("instant", [judged(HOUR, HOUR, 5)])).toEqual([]);
  });

  it.each(verdictReasons)("%s is said in Vietnamese", (reason) => {
    expect(reasonWords(reason, vi)).not.toMatch(/^[ -~]+$/);
    const figure = /\d+(\.\d+)?/.exec(reason)?.[0];
    if (figure !== undefined) expect(reasonWords(reason, vi)).toContain(figure.replace(".", ","));
  });
});

describe("an incident in the list", () => {
  const row = (changes: Partial<OverviewIncident>) =>
    ({
      kind: "limit",
      parameter: { key: "cod", name: { vi: "COD", en: "COD" }, unit: "mg/L", decimals: 0 },
      rule: "hour",
      statistic: "mean",
      value: 187.4,
      limitMin: null,
      limitMax: 135,
      ratio: 1.39,
      atLeast: false,
      ...changes,
    }) as OverviewIncident;
  it.each([
    [row({}), "COD 187,4 mg/L", "trung bình giờ"],
    [row({ value: 500, atLeast: true }), "COD ít nhất 500,0 mg/L", "trung bình giờ"],
    [
      row({ rule: "load-day", statistic: "load", value: 1250.34, limitMax: 1000 }),
      "Tải lượng COD 1.250,3 kg/ngày",
      "tải lượng ngày",
    ],
    [row({ rule: "instant", statistic: "value", value: 140 }), "COD 140,0 mg/L", "giá trị tức thời"],
    [row({ kind: "low-availability", value: 3 }), "COD: nhiều ngày không đủ số liệu", undefined],
    [
      row({ kind: "calibration-too-long", rule: "calibration", value: 300 }),
      "COD: hiệu chuẩn quá lâu hoặc khi gần giới hạn",
      undefined,
    ],
  ] as const)("%#", (incident, what, rule) => {
    expect([incidentWords(incident, vi), ruleWords(incident, vi)]).toEqual([what, rule]);
  });

  it("findings say what was found", () => {
    expect(foundWords({ statistic: "mean", value: 3 }, en)).toBe("3 days without enough data");
    expect(foundWords({ statistic: "minutes-calibrating", value: 300, limitMax: 240 }, vi)).toBe(
      "lần hiệu chuẩn dài nhất 300 phút (dự kiến tối đa 240 phút)",
    );
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
