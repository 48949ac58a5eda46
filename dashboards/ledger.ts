/** The ledger, for engineers: per hour of receipt, what became of every sample. In: which rows of it; out: panels. */
import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  StackingConfigBuilder,
  StackingMode,
} from "@grafana/grafana-foundation-sdk/common";
import { outcomes } from "#shared/ledger/ledger.ts";
import { type Size, statPanel, timeSeriesPanel } from "./defaults.ts";
import { InfluxqlQuery } from "./influxql/influxql-query.ts";
import { palette } from "./palette.ts";

/** Rows of the ledger, and none of the services' own; `more`: a further condition, e.g. one zone's plants. */
const whereOf = (more: string | undefined) =>
  ["\"service\" = 'ingest'", ...(more === undefined ? [] : [more]), "$timeFilter"].join(" AND ");
const sum = (field: string) => `sum("${field}")`;
const accounted = [...outcomes, "in_journal"];

/** Received minus everything accounted for: zero, or something is wrong. */
export function balance(size: Size, more?: string) {
  const query = new InfluxqlQuery(
    "A",
    `SELECT ${sum("received")} - ${accounted.map(sum).join(" - ")} AS "balance" FROM "record"."pipeline" WHERE ${whereOf(more)}`,
  ).alias("Chênh lệch · Balance");
  return statPanel("Cân đối · Balance", size, [query])
    .description(
      "Nhận trừ (lưu + trùng + xung đột + cách ly + còn trong nhật ký): phải bằng 0. Bản tin không giải mã được tính cho 'unknown', không thuộc KCN nào. · " +
        "Received minus stored, duplicate, conflict, quarantined and still in the journal: must be 0. Undecodable messages count under `unknown`, which belongs to no zone.",
    )
    .unit("short")
    .decimals(0)
    .colorMode(BigValueColorMode.Background)
    .graphMode(BigValueGraphMode.None)
    .overrideByQuery("A", [
      {
        id: "thresholds",
        value: {
          mode: "absolute",
          steps: [
            { value: null, color: palette.exceeded },
            { value: 0, color: palette.within },
            { value: 1, color: palette.exceeded },
          ],
        },
      },
    ]);
}

/** Samples by outcome and hour of receipt. */
export function samplesByOutcome(size: Size, more?: string) {
  const selected = accounted.map((field) => `${sum(field)} AS "${field}"`).join(", ");
  const query = new InfluxqlQuery(
    "A",
    `SELECT ${selected} FROM "record"."pipeline" WHERE ${whereOf(more)} GROUP BY time(1h) fill(none)`,
  ).alias("$col");
  return timeSeriesPanel("Mẫu theo kết quả · Samples by outcome", size, [query])
    .unit("short")
    .decimals(0)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(80)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group("A"))
    .overrideByName("stored", [{ id: "color", value: { mode: "fixed", fixedColor: palette.within } }])
    .overrideByName("quarantined", [{ id: "color", value: { mode: "fixed", fixedColor: palette.exceeded } }]);
}
