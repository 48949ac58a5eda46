/** Verdicts: the outcome of every hour, how complete it was, and the hours over the limit. */
import { GraphDrawStyle, VisibilityMode } from "@grafana/grafana-foundation-sdk/common";
import { FieldColorBuilder, FieldColorModeId } from "@grafana/grafana-foundation-sdk/dashboard";
import * as statetimeline from "@grafana/grafana-foundation-sdk/statetimeline";
import { colouredCell, columns, type Size, tablePanel, timeSeriesPanel } from "../defaults.ts";
import { atStation, hourVerdict } from "../influxql/conditions.ts";
import { InfluxqlQuery, OUTFALL_INFLUX } from "../influxql/influxql-query.ts";
import { outcomeWords, palette, shareOfLimit } from "../palette.ts";

/** One lane a station and parameter. */
export function outcomes(size: Size) {
  const query = new InfluxqlQuery(
    "A",
    `SELECT "outcome" FROM "record"."verdict" WHERE ${hourVerdict()} AND $timeFilter GROUP BY "station", "parameter"`,
  ).alias("$tag_station · $tag_parameter");
  return new statetimeline.PanelBuilder()
    .title("Kết quả từng giờ · Outcome of each hour")
    .description(
      "Mặc định theo giờ là cấu hình, không phải quy định. · Judging by the hour is configuration, not regulation.",
    )
    .datasource(OUTFALL_INFLUX)
    .targets([query])
    .span(size.w)
    .height(size.h)
    .noValue("chưa đánh giá · not judged yet")
    .mappings([outcomeWords])
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor(palette.unknown))
    .showValue(VisibilityMode.Never)
    .mergeValues(true)
    .rowHeight(0.8)
    .fillOpacity(85);
}

/** The least complete parameter of each station and hour. */
export function completeness(size: Size) {
  const query = new InfluxqlQuery(
    "A",
    `SELECT min("completeness") FROM "record"."hour" WHERE ${atStation} AND $timeFilter
     GROUP BY time(1h), "station" fill(none)`,
  ).alias("$tag_station");
  return timeSeriesPanel("Tỷ lệ số liệu hợp lệ · Completeness", size, [query])
    .description(
      "Thông số thấp nhất trong giờ. · The least complete parameter of the hour; share of the time owed.",
    )
    .unit("percentunit")
    .min(0)
    .max(1)
    .decimals(0)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(60);
}

/** The hours over the limit, newest first. */
export function hoursOver(size: Size) {
  const query = new InfluxqlQuery(
    "A",
    `SELECT "station", "parameter", "value", "statistic", "limit_min", "limit_max", "ratio", "completeness", "clause"
     FROM "record"."verdict" WHERE ${hourVerdict()} AND "outcome" = 'exceeded' AND $timeFilter
     ORDER BY time DESC LIMIT 200`,
  );
  return tablePanel("Giờ vượt giới hạn · Hours over the limit", size, query)
    .noValue("không có giờ nào vượt · no hour over the limit")
    .withTransformation(
      columns({
        Time: "Giờ · Hour",
        station: "Trạm · Station",
        parameter: "Thông số · Parameter",
        value: "Giá trị · Value",
        statistic: "Cách tính · Statistic",
        limit_min: "Giới hạn dưới · Min",
        limit_max: "Giới hạn · Max",
        ratio: "So với giới hạn · Of limit",
        completeness: "Số liệu hợp lệ · Completeness",
        clause: "Căn cứ · Clause",
      }),
    )
    .decimals(1)
    .overrideByName("So với giới hạn · Of limit", [
      { id: "unit", value: "percentunit" },
      { id: "decimals", value: 0 },
      { id: "thresholds", value: shareOfLimit },
      colouredCell,
    ])
    .overrideByName("Số liệu hợp lệ · Completeness", [
      { id: "unit", value: "percentunit" },
      { id: "decimals", value: 0 },
    ]);
}
