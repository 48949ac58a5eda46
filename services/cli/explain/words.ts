/** What an explanation says beside its figures, in English and Vietnamese. Pure. */
import type { Language } from "#shared/contact/contact.ts";
import { OUTCOME_ROWS, type OutcomeRow } from "#shared/verdict/explain/outcome-row.ts";
import type { CountsAs } from "#shared/verdict/explain/readings.ts";
import type { StepKey } from "#shared/verdict/explain/steps.ts";
import type { Cause, Outcome, VerdictState } from "#shared/verdict/verdict.ts";

export interface Words {
  readonly outcome: Readonly<Record<Outcome, string>>;
  readonly state: Readonly<Record<VerdictState, string>>;
  readonly cause: Readonly<Record<Cause, string>>;
  readonly step: Readonly<Record<StepKey, string>>;
  readonly countsAs: Readonly<Record<CountsAs, string>>;
  readonly row: Readonly<Record<OutcomeRow, string>>;
  readonly head: Readonly<
    Record<
      | "verdict"
      | "limit"
      | "formula"
      | "decidedBy"
      | "time"
      | "readings"
      | "law"
      | "registry"
      | "confidence"
      | "revision"
      | "judged"
      | "notStored"
      | "follows"
      | "differs"
      | "outdated"
      | "same"
      | "stored"
      | "again"
      | "noLimit"
      | "noReadings"
      | "used"
      | "leftOut"
      | "more"
      | "configuration"
      | "basis"
      | "wouldBe"
      | "ofConnected",
      string
    >
  >;
  readonly columns: readonly string[];
  readonly time: Readonly<
    Record<
      "owed" | "usable" | "atLeast" | "calibrating" | "faulty" | "failed" | "withheld" | "idle" | "missing",
      string
    >
  >;
}

const en: Words = {
  outcome: {
    within: "within",
    exceeded: "exceeded",
    insufficient: "insufficient data",
    "no-discharge": "no discharge",
  },
  state: { provisional: "provisional", final: "final", revised: "revised" },
  cause: {
    first: "first judged",
    "late-data": "late data",
    registry: "registry changed",
    rules: "rules of judgement changed",
  },
  step: {
    limit: "limit",
    owed: "owed time",
    completeness: "completeness",
    mean: "mean over time",
    "least-mean": "least mean",
    "minutes-outside": "minutes outside",
    amount: "measured",
    "amount-per-day": "a day, as measured",
    "amount-scaled": "a day, gaps filled",
    inflow: "inflow",
    outflow: "outflow",
    difference: "difference",
    calibrating: "longest calibrating",
    comparison: "comparison",
    ratio: "ratio",
  },
  countsAs: {
    usable: "used",
    "at-least": "used, at least",
    calibrating: "calibrating",
    faulty: "device fault",
    failed: "failed",
    withheld: "withheld",
    idle: "no discharge",
    later: "later",
  },
  row: OUTCOME_ROWS,
  head: {
    verdict: "verdict",
    limit: "limit",
    formula: "how",
    decidedBy: "decided by",
    time: "time",
    readings: "readings",
    law: "averaging",
    registry: "registry",
    confidence: "confidence",
    revision: "revision",
    judged: "judged",
    notStored: "not stored: computed now from what was received",
    follows: "a newer revision follows: ",
    differs: "with the present registry, and what had been received then, it would not come out as stored:",
    outdated:
      "judged now it would come out otherwise (the registry changed, or late data is not judged yet):",
    same: "judged again now, it comes out the same",
    stored: "stored",
    again: "now",
    noLimit: "none: a finding of this project's rules",
    noReadings: "none reach into the window",
    used: "used",
    leftOut: "left out",
    more: "used readings not listed here; --json lists all",
    configuration:
      "The averaging windows are configuration of this project, not law; no legal basis is entered (rules.legalBasis).",
    basis: "legal basis as entered in the registry: ",
    wouldBe: "a would-be verdict: it opens no incident",
    ofConnected: "of",
  },
  columns: ["covers from", "parameter", "value", "min", "counts as", "left out because"],
  time: {
    owed: "owed",
    usable: "usable",
    atLeast: "of it at least",
    calibrating: "calibrating",
    faulty: "fault",
    failed: "failed tests",
    withheld: "withheld",
    idle: "no discharge",
    missing: "nothing received",
  },
};

const vi: Words = {
  outcome: {
    within: "trong giới hạn",
    exceeded: "vượt giá trị giới hạn",
    insufficient: "không đủ số liệu",
    "no-discharge": "không xả thải",
  },
  state: { provisional: "tạm thời", final: "chính thức", revised: "đã điều chỉnh" },
  cause: {
    first: "đánh giá lần đầu",
    "late-data": "số liệu đến muộn",
    registry: "danh mục thay đổi",
    rules: "quy tắc đánh giá thay đổi",
  },
  step: {
    limit: "giới hạn",
    owed: "thời gian phải có số liệu",
    completeness: "tỷ lệ số liệu hợp lệ",
    mean: "trung bình theo thời gian",
    "least-mean": "trung bình tối thiểu",
    "minutes-outside": "số phút ngoài khoảng",
    amount: "đo được",
    "amount-per-day": "mỗi ngày, theo số đo",
    "amount-scaled": "mỗi ngày, bù khoảng thiếu",
    inflow: "lưu lượng đầu vào",
    outflow: "lưu lượng đầu ra",
    difference: "chênh lệch",
    calibrating: "hiệu chuẩn lâu nhất",
    comparison: "so sánh",
    ratio: "tỷ số",
  },
  countsAs: {
    usable: "dùng",
    "at-least": "dùng, ít nhất",
    calibrating: "hiệu chuẩn",
    faulty: "lỗi thiết bị",
    failed: "không đạt kiểm tra",
    withheld: "giữ lại",
    idle: "không xả thải",
    later: "đến sau",
  },
  row: {
    "no-discharge": "xả thải ít hơn tỷ lệ tối thiểu của khoảng thời gian: không đánh giá chất lượng",
    "nothing-usable": "không có số liệu hợp lệ: không đủ số liệu",
    "complete-exceeded": "đủ số liệu, và giá trị vượt giới hạn",
    "complete-within": "đủ số liệu, và giá trị không vượt giới hạn (bằng là trong giới hạn)",
    "exceeded-whatever-is-missing":
      "thiếu số liệu, nhưng tính trên toàn bộ thời gian đã vượt giới hạn trên: phần thiếu không thể thay đổi kết quả",
    "incomplete-over-so-far": "thiếu số liệu, đến nay đang trên giới hạn: không đủ số liệu, cảnh báo mức 1",
    incomplete: "thiếu số liệu: không đủ số liệu",
    "minutes-reached": "số phút ngoài khoảng đạt mức tối thiểu: vượt, kể cả khi thiếu số liệu",
    "minutes-not-reached": "đủ số liệu, và số phút ngoài khoảng chưa đạt mức: trong giới hạn",
    "single-reading": "một số liệu hợp lệ vượt giới hạn (mức 0)",
    "finding-exceeded": "phát hiện theo quy tắc của dự án, không so với giới hạn pháp lý",
    "finding-within": "theo quy tắc của dự án: không có phát hiện",
  },
  head: {
    verdict: "kết quả",
    limit: "giới hạn",
    formula: "cách tính",
    decidedBy: "quyết định bởi",
    time: "thời gian",
    readings: "số liệu",
    law: "lấy trung bình",
    registry: "danh mục",
    confidence: "độ tin cậy",
    revision: "bản",
    judged: "đánh giá lúc",
    notStored: "chưa lưu: tính ngay từ số liệu đã nhận",
    follows: "đã có bản mới hơn: ",
    differs: "theo danh mục hiện tại và số liệu đã nhận khi đó, kết quả sẽ khác bản đã lưu:",
    outdated:
      "nếu đánh giá bây giờ, kết quả sẽ khác (danh mục thay đổi, hoặc số liệu đến muộn chưa được đánh giá):",
    same: "đánh giá lại bây giờ cho cùng kết quả",
    stored: "đã lưu",
    again: "bây giờ",
    noLimit: "không có: phát hiện theo quy tắc của dự án",
    noReadings: "không có số liệu nào trong khoảng thời gian",
    used: "dùng",
    leftOut: "loại",
    more: "số liệu được dùng không liệt kê ở đây; --json liệt kê tất cả",
    configuration:
      "Khoảng lấy trung bình là cấu hình của dự án, không phải quy định pháp luật; chưa nhập căn cứ pháp lý (rules.legalBasis).",
    basis: "căn cứ pháp lý nhập trong danh mục: ",
    wouldBe: "kết quả giả định: không mở cảnh báo",
    ofConnected: "trên",
  },
  columns: ["bắt đầu", "thông số", "giá trị", "phút", "tính là", "lý do loại"],
  time: {
    owed: "phải có",
    usable: "hợp lệ",
    atLeast: "trong đó ít nhất",
    calibrating: "hiệu chuẩn",
    faulty: "lỗi",
    failed: "không đạt kiểm tra",
    withheld: "giữ lại",
    idle: "không xả thải",
    missing: "không nhận được",
  },
};

export const words: Readonly<Record<Language, Words>> = { en, vi };
