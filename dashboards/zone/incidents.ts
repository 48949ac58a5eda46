/** Incidents of the zone: which are open, how they came and went, and the mails sent about them. */
import { colouredText, columns, type Size, tablePanel } from "../defaults.ts";
import { inZone } from "../influxql/conditions.ts";
import { InfluxqlQuery } from "../influxql/influxql-query.ts";
import { kindWords, mailWords, transitionWords } from "../palette.ts";

const kindLook = [{ id: "mappings", value: [kindWords] }, colouredText];
const transitionLook = [{ id: "mappings", value: [transitionWords] }, colouredText];

/** Open now, whatever the chosen range: incidents whose newest revision is open. Late data can give it an earlier time. */
export function openIncidents(size: Size) {
  const query = new InfluxqlQuery(
    "A",
    `SELECT "kind", "level", "station", "parameter", "started", "transition", "incident" FROM (
       SELECT max("revision") AS "revision", "open", "kind", "level", "station", "parameter", "started", "transition"
       FROM "record"."incident_event" WHERE ${inZone} GROUP BY "incident"
     ) WHERE "open" = true`,
  );
  return tablePanel("Cảnh báo đang mở · Open incidents", size, query)
    .description(
      "Cấp 0: chỉ hiển thị; 1: cán bộ KCN; 2: cả cơ quan quản lý. · Level 0: shown only; 1: zone officer; 2: the regulator too.",
    )
    .noValue("không có cảnh báo mở · no open incident")
    .withTransformation(
      columns({
        kind: "Loại · Kind",
        level: "Cấp · Level",
        station: "Trạm · Station",
        parameter: "Thông số · Parameter",
        started: "Từ · Since",
        transition: "Diễn biến · Transition",
        Time: "Cập nhật · Updated",
        incident: "Phiếu · Incident",
      }),
    )
    .overrideByName("Loại · Kind", kindLook)
    .overrideByName("Diễn biến · Transition", transitionLook)
    .overrideByName("Từ · Since", [{ id: "unit", value: "dateTimeAsIso" }]);
}

/** Every transition in the chosen range, newest first. */
export function incidentEvents(size: Size) {
  const query = new InfluxqlQuery(
    "A",
    `SELECT "transition", "kind", "level", "station", "parameter", "incident", "seq"
     FROM "record"."incident_event" WHERE ${inZone} AND $timeFilter ORDER BY time DESC LIMIT 200`,
  );
  return tablePanel("Diễn biến cảnh báo · Incident events", size, query)
    .withTransformation(
      columns({
        Time: "Lúc · At",
        transition: "Diễn biến · Transition",
        kind: "Loại · Kind",
        level: "Cấp · Level",
        station: "Trạm · Station",
        parameter: "Thông số · Parameter",
        incident: "Phiếu · Incident",
        seq: "Lần · Revision",
      }),
    )
    .overrideByName("Loại · Kind", kindLook)
    .overrideByName("Diễn biến · Transition", transitionLook);
}

/** What became of each mail, newest first. */
export function mails(size: Size) {
  const query = new InfluxqlQuery(
    "A",
    `SELECT "state", "subject", "to", "language", "possibly_twice", "incident", "seq"
     FROM "record"."mail" WHERE ${inZone} AND $timeFilter ORDER BY time DESC LIMIT 200`,
  );
  return tablePanel("Thư đã gửi · Mails", size, query)
    .withTransformation(
      columns({
        Time: "Lúc · At",
        state: "Trạng thái · State",
        subject: "Tiêu đề · Subject",
        to: "Người nhận · To",
        language: "Ngôn ngữ · Language",
        possibly_twice: "Có thể gửi hai lần · Possibly twice",
        incident: "Phiếu · Incident",
        seq: "Lần · Revision",
      }),
    )
    .overrideByName("Trạng thái · State", [{ id: "mappings", value: [mailWords] }, colouredText]);
}
