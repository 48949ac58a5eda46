import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { OutgoingMail } from "#services/notify/outbox/mail.ts";
import { compose } from "#services/notify/render/compose.ts";
import { en } from "#services/notify/render/en.ts";
import { vi } from "#services/notify/render/vi.ts";
import type { IncidentEvent, IncidentFacts } from "#shared/incident/incident.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { shapeOfRule } from "#shared/verdict/rule-shape.ts";
import { codEvent, findingEvent, local } from "#test/support/notify-events.ts";
import { verdictReasons } from "#test/support/verdict-reasons.ts";

const registry = await loadRegistry("registry");
const head = { from: "outfall@mail.outfall.example", publicUrl: "http://127.0.0.1:3000/" };

/** To the department in Vietnamese and to the board in English. */
function mailsOf(events: readonly IncidentEvent[]): { vi: OutgoingMail; en: OutgoingMail } {
  const { mails } = compose(registry, events, events.length, head, local("2026-11-23T17:11:05"));
  const [inVi, inEn] = ["sim-department", "sim-board"].map((id) =>
    mails.find(({ contact }) => contact === id),
  );
  if (inVi === undefined || inEn === undefined) throw new Error("nobody is told");
  for (const { subject, text, html } of [inVi, inEn])
    expect(`${subject}${text}${html}`).not.toMatch(/undefined|NaN|null/);
  return { vi: inVi, en: inEn };
}

function expectAll({ text }: OutgoingMail, pieces: readonly string[]): void {
  for (const piece of pieces) expect(text).toContain(piece);
}

const load: Partial<IncidentFacts> = {
  rule: "load-day",
  statistic: "load",
  from: local("2026-11-22T00:00:00"),
  to: local("2026-11-23T00:00:00"),
  value: 1250.34,
  limitMax: 1000,
  ratio: 1.25034,
  series: [
    { to: local("2026-11-22T00:00:00"), value: 1100 },
    { to: local("2026-11-23T00:00:00"), value: 1250.34 },
  ],
};

describe("what a window is called", () => {
  const said = (words: typeof vi, rule: string, statistic: keyof typeof vi.window) => {
    const shape = shapeOfRule(rule);
    return shape === "instant" ? words.instant : words.window[statistic](shape);
  };
  it.each([
    ["hour", "mean", "trung bình giờ", "hourly mean"],
    ["day", "mean", "trung bình ngày (24 giờ)", "daily mean (24 hours)"],
    ["month", "mean", "trung bình tháng", "monthly mean"],
    ["8h", "mean", "trung bình 8 giờ", "8-hour mean"],
    ["7d", "mean", "trung bình 7 ngày", "7-day mean"],
    ["30d:qcvn-40-2011/A", "mean", "trung bình 30 ngày", "30-day mean"],
    ["load-day", "load", "tải lượng ngày", "daily load"],
    ["load-month", "load", "tải lượng bình quân ngày trong một tháng", "load a day, mean of one month"],
    ["volume-day", "volume", "lưu lượng xả trong ngày", "discharge of the day"],
    [
      "hour",
      "minutes-outside",
      "số phút ngoài khoảng trong một giờ",
      "minutes outside the range in one hour",
    ],
    ["day", "minutes-outside", "số phút ngoài khoảng trong một ngày", "minutes outside the range in one day"],
    ["instant", "mean", "giá trị tức thời", "single value"],
    ["fortnight", "mean", "trung bình", "mean"],
  ] as const)("%s, %s", (rule, statistic, inVi, inEn) => {
    expect([said(vi, rule, statistic), said(en, rule, statistic)]).toEqual([inVi, inEn]);
  });
});

describe("the mail about a load or a discharge", () => {
  it("a daily load in kg a day, without the extremes of its concentrations", () => {
    const mails = mailsOf([codEvent({ at: load.to as number, facts: load })]);
    expect(mails.vi.subject).toBe(
      "[MÔ PHỎNG] Tải lượng COD 1.250,3 > 1.000 kg/ngày · KCN Mô phỏng Sông Xanh · 22/11",
    );
    expectAll(mails.vi, [
      "Tải lượng COD, Trạm NT01, cửa xả 1: vượt giá trị giới hạn",
      "Tải lượng ngày, ngày 22/11/2026: 1.250,3 kg/ngày; bằng 1,25 lần giới hạn (vượt 25,0 %).",
      "Giá trị giới hạn: tối đa 1.000 kg/ngày",
      "1.100,0 · 1.250,3",
    ]);
    expect(mails.en.subject).toBe(
      "[SIMULATED] COD load 1,250.3 > 1,000 kg/day · Song Xanh Simulated IZ · 22 Nov",
    );
    expectAll(mails.en, ["Daily load, 22 Nov 2026: 1,250.3 kg/day", "Limit: at most 1,000 kg/day"]);
    for (const { text } of [mails.vi, mails.en]) expect(text).not.toMatch(/mg\/L|Thấp nhất|Lowest/);
  });

  it("a load of a month names the month", () => {
    const facts = {
      ...load,
      rule: "load-month",
      from: local("2026-11-01T00:00:00"),
      to: local("2026-12-01T00:00:00"),
    };
    const mails = mailsOf([codEvent({ at: facts.to, facts })]);
    expect(mails.vi.subject).toMatch(/ kg\/ngày · .* · tháng 11\/2026$/);
    expect(mails.en.subject).toMatch(/ kg\/day · .* · Nov 2026$/);
    expectAll(mails.vi, ["Tải lượng bình quân ngày trong một tháng, tháng 11/2026: 1.250,3 kg/ngày"]);
  });

  it("the discharge of a day against the permit", () => {
    const facts = {
      ...load,
      rule: "volume-day",
      statistic: "volume",
      value: 5230.6,
      limitMax: 5000,
    } as const;
    const mails = mailsOf([codEvent({ parameter: "flow", facts: { ...facts, ratio: 5230.6 / 5000 } })]);
    expect(mails.vi.subject).toContain("Lưu lượng xả 5.230,6 > 5.000 m³/ngày · ");
    expect(mails.en.subject).toContain("Discharge 5,230.6 > 5,000 m³/day · ");
    expectAll(mails.en, ["Discharge of the day, 22 Nov 2026: 5,230.6 m³/day; 1.05 times the limit"]);
  });
});

describe("the mail about a longer mean", () => {
  it("a mean of 30 days says so in the subject, with its first and last day", () => {
    const facts = {
      rule: "30d",
      from: local("2026-10-24T00:00:00"),
      to: local("2026-11-23T00:00:00"),
      value: 30.46,
      limitMax: 30.4,
      ratio: 30.46 / 30.4,
    };
    const mails = mailsOf([codEvent({ parameter: "bod5", facts })]);
    expect(mails.vi.subject).toContain("BOD5 trung bình 30 ngày 30,46 > 30,4 mg/L · ");
    expect(mails.en.subject).toContain(
      "BOD5 30-day mean 30.46 > 30.4 mg/L · Song Xanh Simulated IZ · 22 Nov",
    );
    expectAll(mails.vi, ["từ ngày 24/10/2026 đến hết ngày 22/11/2026"]);
    expectAll(mails.en, ["24 Oct 2026 to the end of 22 Nov 2026"]);
  });

  it("prints small limits whole", () => {
    const facts = { value: 0.0123, limitMax: 0.005, ratio: 2.46 };
    expect(mailsOf([codEvent({ parameter: "hg", facts })]).en.subject).toContain(
      "Mercury 0.0123 > 0.005 mg/L",
    );
  });
});

describe("a value at the top of the instrument's range", () => {
  const facts = { value: 500, max: 500, ratio: 500 / 135, atLeast: true };
  const series = [
    { to: local("2026-11-23T16:00:00"), value: 171.5 },
    { to: local("2026-11-23T17:00:00"), value: 500, atLeast: true },
  ];
  it("is at least so much, everywhere in the mail", () => {
    const mails = mailsOf([codEvent({ facts: { ...facts, series } })]);
    expect(mails.vi.subject).toContain("COD ít nhất 500,0 > 135 mg/L");
    expectAll(mails.vi, [
      "Giá trị: ít nhất 500,0 mg/L",
      "ít nhất bằng 3,70 lần giới hạn (vượt 270,4 %)",
      "171,2 – ≥ 500,0 mg/L",
      "171,5 · ≥ 500,0",
      "giá trị thật có thể còn cao hơn",
    ]);
    expect(mails.en.subject).toContain("COD at least 500.0 > 135 mg/L");
    expectAll(mails.en, ["at least 500.0 mg/L; at least 3.70 times the limit (270.4 % above)"]);
  });
  it("and so in the closing mail, where it was the worst", () => {
    const closedAt = local("2026-11-23T20:00:00");
    const worst = { rule: "hour", statistic: "mean", limitMin: null, limitMax: 135, atLeast: true } as const;
    const closing = { ...load, rule: "hour", statistic: "mean", value: 100, limitMax: 135 } as const;
    const mails = mailsOf([
      codEvent({ facts }),
      codEvent({
        seq: 2,
        transition: "closed",
        at: closedAt,
        closedAt,
        facts: { ...closing, ratio: 100 / 135, worstValue: 500, worstRatio: 3.7, worst },
      }),
    ]);
    expectAll(mails.en, ["Worst window: at least 500.0 mg/L; at least 3.70 times", "At its end: 100.0 mg/L"]);
  });
});

describe("an incident of several kinds of figures", () => {
  it("opened by hours and worsened by a load: its closing mail keeps the units apart", () => {
    const opened = codEvent({ level: 1 });
    const worsened = codEvent({ seq: 2, transition: "worsened", at: load.to as number, facts: load });
    const closedAt = local("2026-11-24T08:00:00");
    const closed = codEvent({
      seq: 3,
      transition: "closed",
      at: closedAt,
      closedAt,
      facts: {
        from: local("2026-11-24T07:00:00"),
        to: closedAt,
        value: 101,
        ratio: 101 / 135,
        windowsOver: 5,
        worstValue: 1250.34,
        worstRatio: 1.25034,
        worstTo: load.to as number,
        worst: { rule: "load-day", statistic: "load", limitMin: null, limitMax: 1000, atLeast: false },
      },
    });
    const mails = mailsOf([opened, worsened, closed]);
    expectAll(mails.vi, [
      "Nặng nhất trong đợt: 1.250,3 kg/ngày; bằng 1,25 lần giới hạn (vượt 25,0 %); tải lượng ngày, đến 22/11",
      "Khi kết thúc: 101,0 mg/L; bằng 0,75 lần giới hạn; trung bình giờ, 07:00–08:00 ngày 24/11/2026",
      "Giá trị giới hạn: tối đa 1.000 kg/ngày (tải lượng ngày); tối đa 135 mg/L (trung bình giờ)",
    ]);
    expectAll(mails.en, ["at most 1,000 kg/day (daily load); at most 135 mg/L (hourly mean)"]);
    expect(`${mails.vi.text}${mails.en.text}`).not.toMatch(/1[.,]250[.,]\d mg|101[.,]0 kg/);
  });
});

describe("provisional and final", () => {
  it("what is told after the grace period is final; the period is the registry's", () => {
    const late = mailsOf([codEvent({ recordedAt: local("2026-11-27T09:00:00") })]);
    expectAll(late.vi, ["Tình trạng số liệu: số liệu chính thức"]);
    expectAll(late.en, ["State of the data: final"]);
  });
});

describe("a share of time that is none of records", () => {
  it("says of what it is", () => {
    const mails = mailsOf([codEvent({ facts: { usable: 4, completeness: 1, calibrating: 0 } })]);
    expectAll(mails.vi, ["4/12 bản ghi hợp lệ (100 % thời gian)"]);
    expectAll(mails.en, ["4 of 12 records usable (100 % of the time)"]);
  });
});

describe("the findings letter", () => {
  const level = 2; // so that both languages are told
  it("too many days without enough data", () => {
    const mails = mailsOf([findingEvent("low-availability", { level })]);
    expect(mails.vi.subject).toBe("[MÔ PHỎNG] COD: thiếu số liệu · KCN Mô phỏng Sông Xanh · 22/11");
    expectAll(mails.vi, [
      "COD: nhiều ngày không đủ số liệu",
      "từ ngày 18/11/2026 đến hết ngày 22/11/2026",
      "Ghi nhận: 3 trong 7 ngày gần nhất không đủ số liệu để đánh giá",
      "Tình trạng số liệu: số liệu tạm thời, chính thức sau 72 giờ",
      "Ghi chú: không nhận được số liệu",
    ]);
    expectAll(mails.en, ["Found: 3 of the last 7 days without enough data to judge"]);
    expect(mails.en.text).not.toMatch(/mg\/L|times the limit/);
  });

  it.each([
    ["calibrating too long", "Ghi chú: hiệu chuẩn quá lâu", "Note: calibrating too long"],
    [
      "calibrating began when the hour before was at 96 % of the limit",
      "bắt đầu hiệu chuẩn khi trung bình một giờ trước đó bằng 96 % giới hạn",
      "calibrating began when the mean of the hour before was at 96 % of the limit",
    ],
  ])("calibrating: %s", (reason, inVi, inEn) => {
    const mails = mailsOf([findingEvent("calibration-too-long", { level, facts: { reason } })]);
    expect(mails.en.subject).toBe("[SIMULATED] COD: calibration · Song Xanh Simulated IZ · 22 Nov");
    expectAll(mails.vi, ["Ghi nhận: lần hiệu chuẩn dài nhất 300 phút (dự kiến tối đa 240 phút)", inVi]);
    expectAll(mails.en, ["calibrating for 300 min at the longest (at most 240 min expected)", inEn]);
  });

  it.each([
    ["low-availability", 2, "đã đủ số liệu trở lại", "enough data again", "2 of the last 7 days"],
    ["calibration-too-long", 300, "đã kết thúc", "over", "300 min"],
  ] as const)("%s ends, or is withdrawn", (kind, value, inVi, inEn, figure) => {
    const closedAt = local("2026-11-23T00:00:00");
    const opened = findingEvent(kind, { level });
    const end = { seq: 2, level, at: closedAt, closedAt } as const;
    const closed = mailsOf([opened, findingEvent(kind, { ...end, transition: "closed", facts: { value } })]);
    expect(closed.vi.subject.endsWith(`22/11 · ${inVi}`)).toBe(true);
    expect(closed.en.subject.endsWith(`22 Nov · ${inEn}`)).toBe(true);
    expectAll(closed.en, [figure]);
    expect(closed.vi.thread).not.toBeNull();
    const withdrawn = mailsOf([
      opened,
      {
        ...opened,
        ...end,
        transition: "withdrawn",
        facts: { reason: "the data no longer show it" },
      },
    ]);
    expect(withdrawn.vi.subject).toMatch(/rút lại cảnh báo$/);
    expectAll(withdrawn.en, ["withdrawn", "Note: the data no longer show it"]);
    expect(withdrawn.en.text).not.toContain("Found:");
  });
});

describe("notes of the judgement", () => {
  it.each(verdictReasons)("%s is said in Vietnamese, and with its figure", (reason) => {
    expect(vi.reason(reason)).not.toMatch(/[a-z]{3,} (the|of|for|tests)|^[ -~]+$/);
    const figure = /\d+(\.\d+)?/.exec(reason)?.[0];
    if (figure !== undefined) {
      expect(vi.reason(reason)).toContain(figure.replace(".", ","));
      expect(en.reason(reason)).toContain(figure);
    }
  });
  it("are all of those in the code", () => {
    const files = ["shared/verdict", "shared/verdict/findings", "shared/incident"].flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith(".ts"))
        .map((name) => readFileSync(join(folder, name), "utf8")),
    );
    const written = files.flatMap((text) => [
      ...[...text.matchAll(/reason: "([^"]+)"/g)].map(([, reason]) => reason),
      ...[...text.matchAll(/reason: `([^$`]+)\$/g)].map(([, beginning]) => beginning),
    ]);
    expect(written.length).toBeGreaterThan(5);
    for (const reason of written)
      expect(verdictReasons.some((known) => known.startsWith(reason ?? "?"))).toBe(true);
  });
  it("what nobody translated yet stays as it is", () => {
    expect(vi.reason("something new")).toBe("something new");
    expect(vi.reason("part of incident 0a1b")).toBe("thuộc phiếu cảnh báo 0a1b");
  });
});
