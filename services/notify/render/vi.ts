/** The mails in Vietnamese, in the words of the trade (glossary: trade practice 11). */
import type { WindowShape } from "#shared/window/window-rule.ts";
import { figuredReasons, type Messages, translateReason } from "./messages.ts";

const reasons = {
  incomplete: "số liệu chưa đủ",
  "incomplete, and over the limit so far": "số liệu chưa đủ; phần đã có vượt giới hạn",
  "incomplete, and over the limit whatever is missing":
    "số liệu chưa đủ, nhưng dù phần thiếu bằng không thì vẫn vượt giới hạn",
  "device fault": "báo lỗi thiết bị",
  calibrating: "hiệu chuẩn",
  "nothing received": "không nhận được số liệu",
  "failed quality tests": "số liệu không đạt kiểm tra chất lượng",
  "nothing discharged": "không xả thải",
  "calibrating too long": "hiệu chuẩn quá lâu",
  "the data no longer show it": "số liệu hiện có không còn cho thấy điều đó",
  "no operating plant serves the zone": "không có hệ thống đang vận hành nào phục vụ khu",
  "no value in its records": "bản ghi đến mà không có giá trị của thông số này",
  "records arrive regularly, and late": "bản ghi đến đều nhưng chậm",
  "stamps lie in the past by a constant time": "bản ghi đến đều, thời gian ghi chậm một khoảng không đổi",
  "stamps lie in the future, and are refused": "thời gian ghi ở tương lai, bản ghi bị từ chối",
  "all values stand": "mọi giá trị lặp lại như nhau",
  "the value stands": "giá trị lặp lại như nhau",
  "silences of this day, taken together": "tổng các khoảng mất kết nối trong ngày",
  served: "đã có hệ thống đang vận hành phục vụ khu",
  unknown: "chưa rõ thông tin",
  "not-owed": "khu không ở trạng thái đang hoạt động",
};

const figured = [
  [figuredReasons.partOf, (incident: string) => `thuộc phiếu cảnh báo ${incident}`],
  [
    figuredReasons.nearLimit,
    (percent: string) => `bắt đầu hiệu chuẩn khi trung bình một giờ trước đó bằng ${percent} % giới hạn`,
  ],
  [
    figuredReasons.inflowAlone,
    (hours: string) => `có nước vào mà không có nước ra trong ${hours.replace(".", ",")} giờ`,
  ],
] as const;

const units: Readonly<Record<string, string>> = { "kg/day": "kg/ngày", "m³/day": "m³/ngày" };
const lengths = { hour: "giờ", day: "ngày", month: "tháng" } as const;
/** "30 ngày", "một ngày". */
const lengthOf = ({ unit, count }: WindowShape) => `${count === 1 ? "một" : count} ${lengths[unit]}`;
const isDay = (shape: WindowShape | undefined): shape is undefined =>
  shape === undefined || (shape.unit === "day" && shape.count === 1);

export const vi: Messages = {
  tag: { simulated: "MÔ PHỎNG", backTest: "HỒI CỨU" },
  banner: "DỮ LIỆU MÔ PHỎNG / SIMULATED",
  backTest:
    "Hồi cứu (back-test): số liệu cũ được đánh giá lại theo văn bản nêu dưới đây; đây không phải diễn biến hiện tại.",
  link: "Xem cảnh báo",
  label: {
    matter: "Nội dung",
    zone: "Khu công nghiệp",
    plant: "Hệ thống XLNT tập trung",
    station: "Trạm quan trắc nước thải tự động, liên tục",
    when: "Thời gian",
    value: "Giá trị",
    extremes: "Thấp nhất – cao nhất",
    limit: "Giá trị giới hạn",
    comparison: "So với giới hạn",
    window: "Cách tính",
    series: "Các giá trị gần nhất (cũ đến mới)",
    data: "Tỷ lệ số liệu hợp lệ",
    clause: "Căn cứ",
    level: "Mức cảnh báo",
    told: "Cũng được báo",
    note: "Ghi chú",
    period: "Từ – đến",
    windowsOver: "Số lần đánh giá vượt giới hạn",
    worst: "Nặng nhất trong đợt",
    lastRecord: "Bản ghi cuối cùng",
    silentSince: "Mất kết nối từ",
    owed: "Phải gửi",
    basis: "Cơ sở",
    source: "Nguồn",
    since: "Ghi nhận từ",
    begun: "Bắt đầu từ",
    closing: "Khi kết thúc",
    state: "Tình trạng số liệu",
    found: "Ghi nhận",
  },
  level: {
    1: "1 – báo cán bộ môi trường KCN",
    2: "2 – báo cả Ban quản lý các KCN và Sở Nông nghiệp và Môi trường",
  },
  toldNobody: "không có ai khác",
  confidence: {
    permit: "giá trị giới hạn theo giấy phép",
    "verified-in-text": "đã đọc trong văn bản gốc",
    "two-or-more-secondary-sources": "đối chiếu từ hai nguồn thứ cấp trở lên, chưa đọc bản công báo",
    "one-secondary-source": "theo một nguồn thứ cấp, chưa đọc bản công báo",
    unverified: "chưa kiểm chứng",
    "project-rule": "cấu hình của Outfall",
  },
  window: {
    mean(shape) {
      if (shape === undefined) return "trung bình";
      if (shape.count > 1) return `trung bình ${lengthOf(shape)}`;
      return `trung bình ${lengths[shape.unit]}${shape.unit === "day" ? " (24 giờ)" : ""}`;
    },
    "minutes-outside": (shape) =>
      shape === undefined ? "số phút ngoài khoảng" : `số phút ngoài khoảng trong ${lengthOf(shape)}`,
    load: (shape) => (isDay(shape) ? "tải lượng ngày" : `tải lượng bình quân ngày trong ${lengthOf(shape)}`),
    volume: (shape) =>
      isDay(shape) ? "lưu lượng xả trong ngày" : `lưu lượng xả bình quân ngày trong ${lengthOf(shape)}`,
  },
  instant: "giá trị tức thời",
  spanWithinDay: (from, to, date) => `${from}–${to} ngày ${date}`,
  spanDay: (date) => `ngày ${date}`,
  spanDays: (first, last) => `từ ngày ${first} đến hết ngày ${last}`,
  spanMonth: (month) => `tháng ${month}`,
  spanOver: (from, to) => `${from} – ${to}`,
  duration(ms) {
    const { days, hours, minutes } = Temporal.Duration.from({ minutes: Math.round(ms / 60_000) }).round({
      largestUnit: "days",
    });
    const parts = [days && `${days} ngày`, hours && `${hours} giờ`, minutes && `${minutes} phút`];
    return parts.filter(Boolean).join(" ") || "0 phút";
  },
  parameterAs: (parameter, basis) => `${parameter} (tính theo ${basis})`,
  unit: (unit) => (unit === "-" ? "" : ` ${units[unit] ?? unit}`),
  load: (parameter) => `Tải lượng ${parameter}`,
  volume: "Lưu lượng xả",
  averaged: (parameter, window) => `${parameter} ${window}`,
  atLeast: (value) => `ít nhất ${value}`,
  atLeastMeaning:
    "Có số liệu ở mức cao nhất mà thiết bị đo được: giá trị thật có thể còn cao hơn giá trị nêu ở đây.",
  limitMax: (limit) => `tối đa ${limit}`,
  limitMin: (limit) => `tối thiểu ${limit}`,
  limitRange: (min, max) => `khoảng ${min}–${max}`,
  ratio: (times, above) => `bằng ${times} lần giới hạn (vượt ${above})`,
  ratioShort: (times) => `bằng ${times} lần giới hạn`,
  below: "thấp hơn giới hạn dưới",
  minutesOutside: (minutes, min, max) => `${minutes} phút ngoài khoảng ${min}–${max}`,
  extremes: (min, max) => `${min} – ${max}`,
  data: (usable, owed, percent) => `${usable}/${owed} bản ghi hợp lệ (${percent})`,
  ofTime: (percent) => `${percent} thời gian`,
  calibrating: (count) => `hiệu chuẩn ${count}`,
  faulty: (count) => `báo lỗi thiết bị ${count}`,
  reason: (reason) => translateReason(reasons, figured, reason),
  learntLate: (occurred, received) => `số liệu đến muộn: xảy ra ${occurred}, nhận được ${received}`,
  provisional: (after, finalAt) => `số liệu tạm thời, chính thức sau ${after} (từ ${finalAt})`,
  final: "số liệu chính thức",
  hours: (count) => `${count} giờ`,
  begun: (since, duration) => `${since} (đã ${duration})`,
  limit: {
    side: {
      above: "vượt giá trị giới hạn",
      outside: "ngoài khoảng giới hạn",
      below: "thấp hơn giá trị giới hạn",
    },
    opened: (subject, side) => `${subject}: ${side}`,
    worsened: (subject, side) => `${subject}: ${side}, nâng mức cảnh báo`,
    reopened: (subject, side) => `${subject}: ${side}, chưa kết thúc như đã báo`,
    closed: (subject) => `${subject}: đã trở lại trong giới hạn`,
    withdrawn: (subject) => `${subject}: rút lại cảnh báo`,
    closedSubject: "đã trở lại trong giới hạn",
    withdrawnSubject: "rút lại cảnh báo",
    outsideSubject: (parameter, min, max, minutes) =>
      `${parameter} ngoài ${min}–${max} trong ${minutes} phút`,
    withdrawnText: "Số liệu đến muộn cho thấy giá trị nằm trong giới hạn; cảnh báo này được rút lại.",
    worst: (value, window, at) => `${value}; ${window}, đến ${at}`,
    closing: (value, window, span) => `${value}; ${window}, ${span}`,
    limitOf: (limit, window) => `${limit} (${window})`,
  },
  silence: {
    subject: (station) => `Mất kết nối: ${station}`,
    opened: (station) => `${station}: mất kết nối`,
    worsened: (station) => `${station}: vẫn mất kết nối, nâng mức cảnh báo`,
    reopened: (station) => `${station}: mất kết nối, chưa kết thúc như đã báo`,
    closed: (station) => `${station}: đã có số liệu trở lại`,
    withdrawn: (station) => `${station}: rút lại cảnh báo mất kết nối`,
    closedSubject: "đã có số liệu trở lại",
    withdrawnSubject: "rút lại cảnh báo",
    sinceSubject: (time) => `từ ${time}`,
    never: "chưa từng nhận được",
    owed: (interval) => `một bản ghi mỗi ${interval}`,
    lasting: (duration) => `đã ${duration}`,
    meaning:
      "Trong thời gian này không có số liệu để so với giới hạn: không kết luận được là trong hay vượt giới hạn. Số liệu truyền bù sẽ được đánh giá khi nhận được.",
    closedMeaning:
      "Khoảng mất kết nối vẫn không có số liệu để đánh giá cho đến khi trạm quan trắc truyền bù.",
  },
  finding: {
    withdrawnSubject: "rút lại cảnh báo",
    availability: {
      subject: (parameter) => `${parameter}: thiếu số liệu`,
      headline: (parameter) => `${parameter}: nhiều ngày không đủ số liệu`,
      closed: (parameter) => `${parameter}: đã đủ số liệu trở lại`,
      withdrawn: (parameter) => `${parameter}: rút lại cảnh báo thiếu số liệu`,
      figure: (found, days) => `${found} trong ${days} ngày gần nhất không đủ số liệu để đánh giá`,
      meaning:
        "Không đủ số liệu thì không thể kết luận trong hay vượt giới hạn. Nhiều ngày như vậy cần kiểm tra thiết bị và đường truyền.",
      closedMeaning: "Những ngày thiếu số liệu trước đây vẫn không có kết luận.",
      closedSubject: "đã đủ số liệu trở lại",
    },
    calibration: {
      subject: (parameter) => `${parameter}: hiệu chuẩn`,
      headline: (parameter) => `${parameter}: hiệu chuẩn quá lâu hoặc bắt đầu khi gần giới hạn`,
      closed: (parameter) => `${parameter}: hiệu chuẩn đã kết thúc`,
      withdrawn: (parameter) => `${parameter}: rút lại cảnh báo về hiệu chuẩn`,
      figure: (found, allowed) => `lần hiệu chuẩn dài nhất ${found} phút (dự kiến tối đa ${allowed} phút)`,
      meaning:
        "Trong khi thiết bị hiệu chuẩn, số liệu không được tính. Hiệu chuẩn kéo dài, hoặc bắt đầu khi nước thải đang gần giới hạn, che khuất điều cần thấy.",
      closedMeaning: "Số liệu trong thời gian hiệu chuẩn không được tính, và vẫn không có kết luận.",
      closedSubject: "đã kết thúc",
    },
  },
  presence: {
    what: {
      "never-seen": "chưa từng nhận được số liệu",
      "silent-parameter": "gián đoạn truyền số liệu",
      late: "số liệu đến chậm",
      "clock-wrong": "đồng hồ sai giờ",
      frozen: "số liệu không thay đổi",
    },
    meaning: {
      "never-seen":
        "Theo danh bạ, trạm quan trắc này đã kết nối nhưng chưa có bản ghi nào được lưu. Xin kiểm tra đường truyền, địa chỉ nhận và tên trạm.",
      "silent-parameter":
        "Trạm quan trắc vẫn truyền bản ghi nhưng thiếu giá trị của thông số này: không so được với giới hạn, không kết luận được là trong hay vượt giới hạn.",
      late: "Bản ghi đến đều nhưng chậm hơn ngưỡng; các cảnh báo của trạm quan trắc này vì thế cũng đến chậm. Số liệu vẫn được đánh giá theo thời gian ghi.",
      "clock-wrong":
        "Bản ghi đến đều nhưng thời gian ghi lệch so với giờ nhận (lệch 7 giờ thường do giờ UTC gửi như giờ địa phương, hoặc ngược lại). Trung bình giờ và ngày của trạm quan trắc này có thể rơi vào sai khung giờ.",
      frozen:
        "Giá trị lặp lại như nhau lâu hơn bình thường: có thể thiết bị bị kẹt hoặc datalogger gửi lại bản ghi cũ. Xin kiểm tra thiết bị.",
    },
    over: {
      "never-seen": "đã nhận được số liệu",
      "silent-parameter": "đã có giá trị trở lại",
      late: "số liệu đến đúng lúc trở lại",
      "clock-wrong": "đồng hồ đã đúng giờ",
      frozen: "số liệu thay đổi trở lại",
    },
    subject: (what, place) => `${what.charAt(0).toUpperCase()}${what.slice(1)}: ${place}`,
    worsened: (what) => `vẫn ${what}, nâng mức cảnh báo`,
    reopened: (what) => `${what}, chưa kết thúc như đã báo`,
    withdrawn: (what) => `rút lại cảnh báo (${what})`,
    withdrawnSubject: "rút lại cảnh báo",
    sinceSubject: (time) => `từ ${time}`,
    never: "chưa từng có",
    label: {
      since: "Bắt đầu từ",
      connectedOn: "Phải có số liệu từ",
      lastValue: "Giá trị cuối cùng",
      delay: "Đến chậm",
      offset: "Lệch giờ",
      stands: "Không thay đổi",
    },
    owedResult: (every) => `một kết quả mỗi ${every}`,
    delay: (least, most, records, threshold) =>
      `từ ${least} đến ${most}, trong ${records} bản ghi mới nhất (ngưỡng ${threshold})`,
    behind: (time) => `thời gian ghi chậm ${time} so với giờ nhận`,
    ahead: (time) => `thời gian ghi nhanh ${time} so với giờ nhận`,
    stands: (duration) => `ít nhất ${duration}`,
    lasting: (duration) => `đã ${duration}`,
  },
  missingPlant: {
    subject: (zone) => `Chưa có hệ thống XLNT tập trung vận hành: ${zone}`,
    opened: (zone) => `${zone}: đang hoạt động, chưa có hệ thống XLNT tập trung vận hành`,
    closed: (zone) => `${zone}: đã có hệ thống XLNT tập trung vận hành`,
    withdrawn: (zone) => `${zone}: rút lại cảnh báo về hệ thống XLNT tập trung`,
    closedSubject: "đã có hệ thống XLNT tập trung vận hành",
    withdrawnSubject: "rút lại cảnh báo",
    none: "hồ sơ ghi: không có hệ thống XLNT tập trung nào",
    plant: (name, state) => `${name}: ${state}`,
    state: {
      "under-construction": "đang xây dựng",
      built: "đã xây dựng, chưa vận hành",
      running: "đang vận hành, chưa quan trắc",
      monitored: "đang vận hành, chưa kết nối số liệu",
      connected: "đang vận hành, đã kết nối",
      "in-order": "đang vận hành, đủ điều kiện",
      unknown: "chưa rõ tình trạng",
    },
    asOf: (date) => `tình trạng đến ngày ${date}`,
    meaning:
      "Khu công nghiệp đang hoạt động nhưng theo hồ sơ không có hệ thống XLNT tập trung nào đang vận hành phục vụ, kể cả hệ thống đặt ở khu khác. Khu chưa rõ thông tin không bị tính là thiếu. Thư này gửi một lần; sau đó khu nằm trong danh sách theo dõi.",
  },
  ledger: {
    subject: (plant) => `Sổ cân đối số liệu bị lệch: ${plant}`,
    opened: (plant) => `${plant}: số bản ghi nhận và số bản ghi đã xử lý không khớp`,
    reopened: (plant) => `${plant}: số bản ghi nhận và số bản ghi đã xử lý lại không khớp`,
    closed: (plant) => `${plant}: sổ cân đối đã khớp trở lại`,
    closedSubject: "đã khớp trở lại",
    noPlant: "bản tin không thuộc trạm nào trong danh bạ",
    label: {
      hour: "Giờ nhận",
      received: "Đã nhận",
      accounted: "Đã xử lý",
      difference: "Chênh lệch",
      hours: "Số giờ bị lệch",
      next: "Việc cần làm",
    },
    accounted: ({ stored, duplicate, conflict, quarantined, inJournal }) =>
      `lưu ${stored} + trùng ${duplicate} + xung đột ${conflict} + cách ly ${quarantined} + trong nhật ký ${inJournal}`,
    missing: (count) => `${count} bản ghi chưa rõ đi đâu`,
    surplus: (count) => `tính thừa ${count} bản ghi so với số đã nhận`,
    meaning:
      "Mỗi bản ghi nhận được phải được lưu, là bản trùng, bị xung đột, bị cách ly hoặc còn trong nhật ký. Ở đây tổng không khớp: có thể mất bản ghi hoặc tính hai lần. Không kết quả đánh giá nào bị thay đổi vì việc này.",
    closedMeaning: "Mọi bản ghi nhận trong các giờ này đều đã rõ kết quả xử lý.",
    next: "outfall ledger; outfall doctor; xem nhật ký chạy của ingest từ giờ đó",
  },
  foot: {
    preliminary: "Số liệu tự động sơ bộ; không phải kết luận vi phạm.",
    notLaw:
      "Cách lấy trung bình và các ngưỡng cảnh báo là cấu hình của Outfall, không phải quy định pháp luật.",
    thresholdsNotLaw: "Các ngưỡng cảnh báo là cấu hình của Outfall, không phải quy định pháp luật.",
    legalBasis: (basis) => `Cơ sở của cách lấy trung bình: ${basis}.`,
    reference: (incident, revision) => `Phiếu cảnh báo ${incident}, lần ${revision}. Outfall gửi tự động.`,
  },
};
