/** From the broker to the database: how fast, how much waits, how long. */
import { columns, type Size, tablePanel, timeSeriesPanel } from "../defaults.ts";
import { newest, overTime } from "./self-query.ts";

export function rates(size: Size) {
  return timeSeriesPanel("Nhận và lưu · Received and stored", size, [
    overTime("A", "ingest", "received_per_s", "nhận · received"),
    overTime("B", "ingest", "stored_per_s", "lưu · stored"),
    overTime("C", "ingest", "quarantined_per_s", "cách ly · quarantined"),
  ])
    .description(
      "Số mẫu mỗi giây của từng tiến trình ingest. · Samples a second of each worker. A gap between received and stored fills the journal.",
    )
    .unit("suffix: /s")
    .decimals(1);
}

export function journalDepth(size: Size) {
  return timeSeriesPanel("Nhật ký: bản tin chờ · Journal: messages waiting", size, [
    overTime("A", "ingest", "journal_messages"),
  ])
    .description("Đã ghi đĩa, chưa lưu. · Durable and acknowledged, not yet stored.")
    .unit("short")
    .decimals(0);
}

export function journalBytes(size: Size) {
  return timeSeriesPanel("Nhật ký: dung lượng · Journal: size", size, [
    overTime("A", "ingest", "journal_bytes"),
  ])
    .description(
      "Tới giới hạn thì ngừng xác nhận. · At its bound nothing more is acknowledged (OUTFALL_JOURNAL_MAX_BYTES).",
    )
    .unit("bytes");
}

export function latency(size: Size) {
  return timeSeriesPanel("Chờ lâu nhất · Oldest waiting", size, [
    overTime("A", "ingest", "oldest_waiting_ms"),
  ])
    .description(
      "Tuổi của bản tin chưa lưu lâu nhất, gần đúng. · Age of the oldest message not yet stored, to a batch; 0 when none waits.",
    )
    .unit("ms")
    .decimals(0);
}

export function workers(size: Size) {
  const fields = ["connected", "stuck", "forgotten", "troubles", "disk_free_bytes"];
  return tablePanel("Tiến trình ingest · Workers of ingest", size, newest("A", "ingest", fields))
    .description(
      "Trạng thái mới nhất. stuck: nhật ký hoặc đĩa không nhận. · Newest state. stuck: the journal or its disk takes nothing; forgotten: unacknowledged, the broker sends them again.",
    )
    .withTransformation(
      columns({
        worker: "Tiến trình · Worker",
        connected: "Nối broker · Connected",
        stuck: "Kẹt · Stuck",
        forgotten: "Chưa xác nhận · Forgotten",
        troubles: "Bước lỗi · Failing steps",
        disk_free_bytes: "Đĩa trống · Disk free",
      }),
    )
    .overrideByName("Đĩa trống · Disk free", [{ id: "unit", value: "bytes" }]);
}
