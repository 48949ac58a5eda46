import { describe, expect, it } from "vitest";
import type { OutgoingMail } from "#services/notify/outbox/mail.ts";
import { compose } from "#services/notify/render/compose.ts";
import { createFormat } from "#services/notify/render/format.ts";
import type { IncidentEvent } from "#shared/incident/incident.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import type { Registry } from "#shared/registry/registry.ts";
import {
  codEvent,
  local,
  missingPlantEvent,
  presenceEvent,
  silentEvent,
} from "#test/support/notify-events.ts";

const registry = await loadRegistry("registry");
const head = { from: "outfall@mail.outfall.example", publicUrl: "http://127.0.0.1:3000/" };

function mailTo(
  contact: string,
  events: readonly IncidentEvent[],
  within: Registry = registry,
): OutgoingMail {
  const { mails } = compose(within, events, events.length, head, local("2026-11-23T17:11:05"));
  const mail = mails.find((candidate) => candidate.contact === contact);
  if (mail === undefined) throw new Error(`no mail to ${contact}`);
  return mail;
}

function expectAll(mail: OutgoingMail, pieces: readonly string[]): void {
  for (const piece of pieces) expect(mail.text).toContain(piece);
}

const VI = "sim-song-xanh-officer";
const EN = "sim-board";

describe("the mail about a limit", () => {
  it("level 2 in Vietnamese has everything an officer has to know", () => {
    const mail = mailTo("sim-department", [codEvent()]);
    expect(mail.subject).toBe("[MÔ PHỎNG] COD 187,4 > 135 mg/L · KCN Mô phỏng Sông Xanh · 23/11 17:00");
    expectAll(mail, [
      "DỮ LIỆU MÔ PHỎNG",
      "COD, Trạm NT01, cửa xả 1: vượt giá trị giới hạn",
      "16:00–17:00 ngày 23/11/2026",
      "Giá trị: 187,4 mg/L",
      "tối đa 135 mg/L",
      "bằng 1,39 lần giới hạn (vượt 38,8 %)",
      "trung bình giờ",
      "152,0 · 171,5 · 187,4",
      "11/12 bản ghi hợp lệ (92 %); hiệu chuẩn 1",
      "Bắt đầu từ: 23/11/2026 14:00 (đã 3 giờ)",
      "Tình trạng số liệu: số liệu tạm thời, chính thức sau 72 giờ (từ 26/11/2026 17:00)",
      "MP-song-xanh/GPMT, Appendix 1 row 3 (giá trị giới hạn theo giấy phép)",
      "Cũng được báo: Cán bộ môi trường KCN Sông Xanh; Ban quản lý các KCN Tỉnh Mô phỏng",
      "http://127.0.0.1:3000/#/incidents/0123456789abcdef",
      "Số liệu tự động sơ bộ; không phải kết luận vi phạm.",
      "không phải quy định pháp luật",
      "Phiếu cảnh báo 0123456789abcdef, lần 1",
    ]);
    expect(mail.text).not.toMatch(/vượt 1,39 lần/);
  });

  it("level 2 in English has the same facts", () => {
    const mail = mailTo(EN, [codEvent()]);
    expect(mail.subject).toBe("[SIMULATED] COD 187.4 > 135 mg/L · Song Xanh Simulated IZ · 23 Nov 17:00");
    expectAll(mail, [
      "SIMULATED DATA",
      "23 Nov 2026, 16:00–17:00",
      "187.4 mg/L",
      "1.39 times the limit (38.8 % above)",
      "11 of 12 records usable (92 %); 1 calibrating",
      "Since: 23 Nov 2026 14:00 (for 3 h)",
      "State of the data: provisional, final after 72 h (from 26 Nov 2026 17:00)",
      "limit of the environmental permit",
      "Preliminary automatic data; not a finding of violation.",
      "configuration, not regulation",
    ]);
  });

  it("level 1 says that nobody else knows", () => {
    const mail = mailTo(VI, [codEvent({ level: 1 })]);
    expectAll(mail, ["Mức cảnh báo: 1", "Cũng được báo: không có ai khác"]);
  });

  it("uses the word violation nowhere but in the disclaimer", () => {
    for (const contact of [VI, EN]) {
      const { text, html, subject } = mailTo(contact, [codEvent()]);
      const all = `${subject}\n${text}\n${html}`
        .replaceAll("not a finding of violation", "")
        .replaceAll("không phải kết luận vi phạm", "");
      expect(all).not.toMatch(/violation|vi phạm/i);
    }
  });

  it("a worsening says so to whom it is one, in the thread of the first mail", () => {
    const events = [codEvent({ level: 1 }), codEvent({ seq: 2, transition: "worsened" })];
    const officer = mailTo(VI, events);
    const board = mailTo(EN, events);
    expect(officer.text).toContain("nâng mức cảnh báo");
    expect(board.text).not.toContain("level raised");
    expect(officer).toMatchObject({
      messageId: "<0123456789abcdef.2.sim-song-xanh-officer@mail.outfall.example>",
      thread: "<0123456789abcdef.1.sim-song-xanh-officer@mail.outfall.example>",
      listId: "<sim-song-xanh.mail.outfall.example>",
    });
    expect(board.thread).toBeNull();
  });

  it("the closing mail sums the incident up", () => {
    const closedAt = local("2026-11-23T20:00:00");
    const closing = codEvent({
      seq: 2,
      transition: "closed",
      at: closedAt,
      closedAt,
      facts: {
        from: local("2026-11-23T19:00:00"),
        to: closedAt,
        value: 101,
        ratio: 101 / 135,
        windowsOver: 4,
        worstValue: 187.4,
        worstTo: local("2026-11-23T17:00:00"),
        worstRatio: 1.388,
      },
    });
    const vi = mailTo(VI, [codEvent(), closing]);
    expect(vi.subject).toBe(
      "[MÔ PHỎNG] COD · KCN Mô phỏng Sông Xanh · 23/11 20:00 · đã trở lại trong giới hạn",
    );
    expectAll(vi, [
      "23/11/2026 14:00 – 23/11/2026 20:00",
      "vượt giới hạn: 4",
      "187,4 mg/L; bằng 1,39 lần giới hạn (vượt 38,8 %); trung bình giờ, đến 23/11 17:00",
      "Khi kết thúc: 101,0 mg/L; bằng 0,75 lần giới hạn; trung bình giờ, 19:00–20:00 ngày 23/11/2026",
    ]);
    expect(mailTo(EN, [codEvent(), closing]).subject).toContain("back within the limit");
    const withdrawn = mailTo(EN, [
      codEvent(),
      codEvent({ seq: 2, transition: "withdrawn", facts: { reason: "x" } }),
    ]);
    expect(withdrawn.subject).toContain("alert withdrawn");
  });

  it("pH is minutes outside the range with its extremes, never a mean", () => {
    const facts = {
      statistic: "minutes-outside",
      value: 35,
      min: 4.92,
      max: 9.41,
      limitMin: 5.5,
      limitMax: 9,
      ratio: null,
    } as const;
    const mail = mailTo(VI, [codEvent({ parameter: "ph", facts })]);
    expect(mail.subject).toContain("pH ngoài 5,5–9 trong 35 phút");
    expectAll(mail, ["35 phút ngoài khoảng 5,5–9", "4,92 – 9,41", "khoảng 5,5–9"]);
    expect(mail.text).not.toMatch(/trung bình giờ|lần giới hạn/);
  });

  it("says as what ammonium is reported, and what a day is", () => {
    const facts = {
      rule: "day",
      from: local("2026-11-23T00:00:00"),
      to: local("2026-11-24T00:00:00"),
      value: 9.04,
      limitMax: 9,
      ratio: 9.04 / 9,
    };
    const mail = mailTo(EN, [codEvent({ parameter: "nh4", facts })]);
    // one decimal would print 9.0 > 9
    expect(mail.subject).toContain("Ammonium (as N) 9.04 > 9 mg/L");
    expect(mail.subject).toMatch(/· 23 Nov$/);
    expectAll(mail, ["daily mean (24 hours)", "Daily mean (24 hours), 23 Nov 2026: 9.04 mg/L"]);
  });

  it("a value below a lower limit is not called above", () => {
    const facts = { value: 1.2, limitMin: 4, limitMax: null, ratio: null };
    const mail = mailTo(EN, [codEvent({ parameter: "do", facts })]);
    expect(mail.subject).toContain("Dissolved oxygen 1.20 < 4 mg/L");
    expectAll(mail, ["below the limit", "at least 4 mg/L"]);
  });

  it("says beside the figure that it is of a part of the time", () => {
    const reason = "incomplete, and over the limit so far";
    const mail = mailTo(VI, [codEvent({ facts: { reason } })]);
    const [head = ""] = mail.text.split("Nội dung:");
    expect(head).toContain("Số liệu chưa đủ; phần đã có vượt giới hạn.");
  });

  it("says what was learnt late, what is incomplete, and what is a back-test", () => {
    const late = mailTo(VI, [
      codEvent({ recordedAt: local("2026-11-26T09:00:00"), facts: { reason: "incomplete" } }),
    ]);
    expectAll(late, ["xảy ra 23/11/2026 17:00, nhận được 26/11/2026 09:00", "Ghi chú: số liệu chưa đủ"]);
    const back = mailTo(EN, [codEvent({ facts: { purpose: "back-test" } })]);
    expect(back.subject).toMatch(/^\[SIMULATED\] \[BACK-TEST\] .* · 23 Nov 2026 17:00$/);
    expect(back.text).toContain("Back-test: past data");
  });

  it("names the legal basis of the averaging once there is one", () => {
    const rules = { ...registry.settings.rules, legalBasis: "Decision 1/QĐ" };
    const mail = mailTo(EN, [codEvent()], { ...registry, settings: { ...registry.settings, rules } });
    expect(mail.text).toContain("Basis of the averaging: Decision 1/QĐ.");
    expect(mail.text).not.toContain("not regulation");
  });

  it("HTML carries the same rows, escaped", () => {
    const { html, text } = mailTo(EN, [codEvent({ facts: { clause: `<b>"1" & 'x'</b>` } })]);
    expect(html).toContain("&lt;b&gt;&quot;1&quot; &amp; &#39;x&#39;&lt;/b&gt;");
    expect(html).not.toMatch(/<b>|<img|<script/);
    expect(html).toContain('<html lang="en">');
    for (const [label] of text.matchAll(/^(Limit|Completeness|Level|Also told)(?=:)/gm))
      expect(html).toContain(`>${label}</td>`);
    expect(html).toContain('href="http://127.0.0.1:3000/#/incidents/0123456789abcdef"');
  });
});

describe("the other mails", () => {
  it("a silent station: last record, since when, what it owes", () => {
    const mail = mailTo("sim-bai-cat-officer", [silentEvent()]);
    expect(mail.subject).toBe(
      "[SIMULATED] No data: Station NT02, outfall 2 · Bai Cat Simulated IZ · since 23 Nov 14:05",
    );
    expectAll(mail, [
      "Silent since: 23 Nov 2026 14:05 (for 30 min)",
      "Last record: 23 Nov 2026 14:00",
      "one record every 5 min",
      "neither within nor above can be concluded",
    ]);
    expect(
      mailTo("sim-department", [silentEvent({ level: 2, facts: { lastRecordAt: null } })]).text,
    ).toContain("Bản ghi cuối cùng: chưa từng nhận được");
  });

  it("a station that speaks again", () => {
    const closedAt = local("2026-11-23T16:00:00");
    const events = [silentEvent(), silentEvent({ seq: 2, transition: "closed", at: closedAt, closedAt })];
    const mail = mailTo("sim-bai-cat-officer", events);
    expect(mail.subject).toMatch(/· 23 Nov 16:00 · data is back$/);
    expectAll(mail, ["23 Nov 2026 14:05 – 23 Nov 2026 16:00 (for 1 h 55 min)"]);
  });

  const MINUTE = 60_000;
  const presence = [
    [
      "never-seen",
      presenceEvent("never-seen", {
        lastRecordAt: null,
        presence: { connectedAt: local("2026-11-01T00:00:00") },
      }),
      [
        "[SIMULATED] No data ever received: Station NT02, outfall 2 · Bai Cat Simulated IZ · since 23 Nov 14:05",
      ],
      ["Data owed since: 1 Nov 2026 00:00", "one record every 5 min", "no record of it was ever stored"],
      ["Chưa từng nhận được số liệu: Trạm NT02", "Phải có số liệu từ: 01/11/2026 00:00"],
    ],
    [
      "silent-parameter",
      presenceEvent(
        "silent-parameter",
        {
          reason: "device fault",
          presence: { lastValueAt: local("2026-11-23T13:50:00"), owedEveryMs: 15 * MINUTE },
        },
        { parameter: "cod" },
      ),
      ["[SIMULATED] No value sent: COD, Station NT02, outfall 2 · Bai Cat Simulated IZ · since 23 Nov 14:05"],
      ["Last value: 23 Nov 2026 13:50", "one result every 15 min", "Note: device fault"],
      ["Gián đoạn truyền số liệu: COD, Trạm NT02", "Ghi chú: báo lỗi thiết bị"],
    ],
    [
      "late",
      presenceEvent("late", {
        reason: "records arrive regularly, and late",
        presence: { delayLeastMs: 40 * MINUTE, delayMostMs: 44 * MINUTE, records: 6, afterMs: 30 * MINUTE },
      }),
      ["Data arrives late: Station NT02"],
      ["Delay: 40 min to 44 min in the newest 6 records (threshold 30 min)"],
      ["Số liệu đến chậm: Trạm NT02", "từ 40 phút đến 44 phút", "Ghi chú: bản ghi đến đều nhưng chậm"],
    ],
    [
      "clock-wrong",
      presenceEvent("clock-wrong", {
        reason: "stamps lie in the past by a constant time",
        presence: { offsetMs: -420 * MINUTE, spreadMs: 0, records: 6 },
      }),
      ["Clock is wrong: Station NT02"],
      ["Off by: stamps 7 h behind the time of receipt", "UTC sent as local time"],
      ["Đồng hồ sai giờ: Trạm NT02", "thời gian ghi chậm 7 giờ so với giờ nhận"],
    ],
    [
      "frozen",
      presenceEvent("frozen", { reason: "all values stand", presence: { standsMs: 65 * MINUTE } }),
      ["Values do not change: Station NT02"],
      ["Unchanged: for at least 1 h 5 min", "Note: all values repeat themselves"],
      ["Số liệu không thay đổi: Trạm NT02", "ít nhất 1 giờ 5 phút"],
    ],
  ] as const;

  it.each(presence)("%s: what, since when, by how much", (_kind, event, subject, en, vi) => {
    const mail = mailTo("sim-bai-cat-officer", [event]);
    for (const piece of subject) expect(mail.subject).toContain(piece);
    expectAll(mail, [
      ...en,
      "Since: 23 Nov 2026 14:05 (for 30 min)",
      "not a finding of violation",
      "Outfall's configuration, not regulation",
    ]);
    const other = mailTo("sim-department", [{ ...event, level: 2 }]);
    for (const piece of vi) expect(`${other.subject}\n${other.text}`).toContain(piece);
    expect(other.text).not.toMatch(/undefined|NaN|vi phạm(?!\.)/);
  });

  it.each(presence)("%s: its end, in the same thread", (_kind, event) => {
    const closedAt = local("2026-11-23T16:00:00");
    const mail = mailTo("sim-bai-cat-officer", [
      event,
      { ...event, seq: 2, transition: "closed", at: closedAt, closedAt },
    ]);
    expect(mail.subject).toMatch(
      /· 23 Nov 16:00 · (data is received|values are back|data arrives in time again|clock is right again|values change again)$/,
    );
    expectAll(mail, ["23 Nov 2026 14:05 – 23 Nov 2026 16:00 (for 1 h 55 min)"]);
    expect(mail.thread).not.toBeNull();
    const withdrawn = mailTo("sim-bai-cat-officer", [
      event,
      { ...event, seq: 2, transition: "withdrawn", at: closedAt, closedAt },
    ]);
    expect(withdrawn.subject).toMatch(/alert withdrawn$/);
  });

  it("a zone without a plant: basis, source, since", () => {
    const mail = mailTo("sim-department", [missingPlantEvent()]);
    expect(mail.subject).toContain("Chưa có hệ thống XLNT tập trung vận hành: KCN Mô phỏng Gió Mới");
    expectAll(mail, [
      "hồ sơ ghi: không có hệ thống XLNT tập trung nào",
      "Nguồn: invented for the simulation",
      "Ghi nhận từ: 23/11/2026 08:00",
      "Thư này gửi một lần",
    ]);
  });

  it("nothing of a simulation goes out unmarked", () => {
    for (const event of [codEvent(), silentEvent({ level: 2 }), missingPlantEvent()]) {
      for (const mail of compose(registry, [event], 1, head, 0).mails) {
        expect(mail.subject).toMatch(/^\[(MÔ PHỎNG|SIMULATED)\] /);
        expect(mail.text).toContain("DỮ LIỆU MÔ PHỎNG");
        expect(mail.html).toContain("DỮ LIỆU MÔ PHỎNG");
      }
    }
  });
});

describe("numbers and times", () => {
  const vi = createFormat("vi", "Asia/Ho_Chi_Minh");
  const en = createFormat("en", "Asia/Ho_Chi_Minh");
  it("are written as the language writes them", () => {
    expect(vi.number(1250.44, 1)).toBe("1.250,4");
    expect(en.number(1250.44, 1)).toBe("1,250.4");
    expect(vi.dateTime(local("2026-09-05T07:03:00"))).toBe("05/09/2026 07:03");
    expect(en.dateTime(local("2026-09-05T07:03:00"))).toBe("5 Sep 2026 07:03");
    expect(vi.percent(0.388, 1)).toBe("38,8 %");
  });
  it("a value is never printed as the limit it broke", () => {
    expect(en.value(135.02, 1, [135])).toBe("135.02");
    expect(en.value(135, 1, [135])).toBe("135.0");
    expect(en.value(135.2, 1, [135])).toBe("135.2");
  });
});
