/**
 * Colours that people with any kind of colour vision tell apart (Okabe and Ito, 2008), each with one meaning. State
 * is never colour alone: a word or a line style goes with it.
 */
import type { ValueMapping } from "@grafana/grafana-foundation-sdk/dashboard";
import type { IncidentKind, Transition } from "#shared/incident/incident.ts";
import type { MailState } from "#shared/mail/mail-points.ts";
import type { Outcome } from "#shared/verdict/verdict.ts";

export const palette = {
  within: "#0072B2",
  near: "#E69F00",
  exceeded: "#D55E00",
  unknown: "#8C8C8C",
  withheld: "#CC79A7",
  limit: "#D55E00",
} as const;

interface Word {
  readonly text: string;
  readonly color: string;
}

/** Words and colours for the values of a text column: one for every value there is. */
function wordsFor<Value extends string>(words: Readonly<Record<Value, Word>>): ValueMapping {
  const options = Object.entries<Word>(words).map(([value, word], index) => [value, { ...word, index }]);
  return { type: "value", options: Object.fromEntries(options) } as ValueMapping;
}

export const outcomeWords = wordsFor<Outcome>({
  within: { text: "Trong giới hạn · Within", color: palette.within },
  exceeded: { text: "Vượt giới hạn · Exceeded", color: palette.exceeded },
  insufficient: { text: "Không đủ số liệu · Insufficient", color: palette.unknown },
  "no-discharge": { text: "Không xả thải · No discharge", color: palette.unknown },
});

export const kindWords = wordsFor<IncidentKind>({
  limit: { text: "Vượt giới hạn · Limit", color: palette.exceeded },
  "low-availability": { text: "Thiếu số liệu nhiều ngày · Low availability", color: palette.unknown },
  "calibration-too-long": { text: "Hiệu chuẩn quá lâu · Calibration", color: palette.withheld },
  "silent-station": { text: "Mất kết nối · Silent station", color: palette.unknown },
  "never-seen": { text: "Chưa từng có số liệu · Never seen", color: palette.unknown },
  "silent-parameter": { text: "Gián đoạn thông số · Silent parameter", color: palette.unknown },
  late: { text: "Số liệu đến chậm · Late", color: palette.near },
  "clock-wrong": { text: "Sai giờ · Clock wrong", color: palette.near },
  frozen: { text: "Số liệu không đổi · Frozen", color: palette.withheld },
  "missing-plant": { text: "Không có hệ thống XLNT · No plant", color: palette.near },
  ledger: { text: "Sổ cân đối lệch · Ledger off", color: palette.unknown },
});

export const transitionWords = wordsFor<Transition>({
  opened: { text: "Mở · Opened", color: palette.exceeded },
  worsened: { text: "Nặng hơn · Worsened", color: palette.exceeded },
  eased: { text: "Nhẹ hơn · Eased", color: palette.near },
  reopened: { text: "Mở lại · Reopened", color: palette.exceeded },
  moved: { text: "Đổi thời điểm · Moved", color: palette.near },
  closed: { text: "Đóng · Closed", color: palette.within },
  withdrawn: { text: "Rút lại · Withdrawn", color: palette.unknown },
});

export const mailWords = wordsFor<MailState>({
  sending: { text: "Đang gửi · Sending", color: palette.near },
  sent: { text: "Đã gửi · Sent", color: palette.within },
  failed: { text: "Lỗi · Failed", color: palette.exceeded },
});

/** Share of the limit. Equal is within, so the last step begins just above 1. */
export const shareOfLimit = {
  mode: "absolute",
  steps: [
    { value: null, color: palette.within },
    { value: 0.9, color: palette.near },
    { value: 1.000001, color: palette.exceeded },
  ],
} as const;
