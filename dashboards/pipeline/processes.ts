/** The services as processes, and what they have open. */
import { type Size, timeSeriesPanel } from "../defaults.ts";
import { ANY_SERVICE, overTime } from "./self-query.ts";

export function memory(size: Size) {
  return timeSeriesPanel("Bộ nhớ · Memory", size, [overTime("A", ANY_SERVICE, "rss_mib")])
    .unit("suffix: MiB")
    .decimals(0);
}

export function cpu(size: Size) {
  return timeSeriesPanel("CPU · CPU", size, [overTime("A", ANY_SERVICE, "cpu_share")])
    .description("Phần của một nhân. · Share of one core.")
    .unit("percentunit")
    .decimals(0);
}

export function loopDelay(size: Size) {
  return timeSeriesPanel("Trễ vòng lặp p99 · Event loop delay p99", size, [
    overTime("A", ANY_SERVICE, "loop_p99_ms"),
  ])
    .description("Cao: có việc chiếm tiến trình. · High: some work holds the process up.")
    .unit("ms")
    .decimals(0);
}

export function backlog(size: Size) {
  return timeSeriesPanel("Đang mở, đang chờ · Open and waiting", size, [
    overTime("A", "compliance", "open_incidents", "phiếu đang mở · open incidents"),
    overTime("B", "notify", "outbox_mails", "thư chờ gửi · mails to send"),
  ])
    .unit("short")
    .decimals(0);
}
