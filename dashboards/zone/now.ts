/** Now: the newest value of each parameter beside its limit, and how old each station's last record is. */
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
} from "@grafana/grafana-foundation-sdk/common";
import { colouredCell, colouredText, columns, dress, type Size, statPanel, tablePanel } from "../defaults.ts";
import { atStation, hourVerdict } from "../influxql/conditions.ts";
import { InfluxqlQuery } from "../influxql/influxql-query.ts";
import { outcomeWords, palette, shareOfLimit } from "../palette.ts";
import { grafanaUnit } from "../units.ts";
import { known, nameOf, type ShownParameter } from "./parameters.ts";

/** Newest value per station; the limit of the plant's newest hour verdict; the share of it, coloured. */
export function newestValue({ key, bounds }: ShownParameter, size: Size) {
  const parameter = known(key);
  const queries = [
    new InfluxqlQuery(
      "A",
      `SELECT last("${key}") FROM "raw"."effluent" WHERE ${atStation} AND $timeFilter GROUP BY "station"`,
    ).alias("$tag_station"),
  ];
  const limit = (refId: string, field: string, label: string) =>
    new InfluxqlQuery(
      refId,
      `SELECT last("${field}") FROM "record"."verdict" WHERE ${hourVerdict(key)} AND $timeFilter GROUP BY "plant"`,
    ).alias(label);
  if (bounds === "range") queries.push(limit("B", "limit_min", "Giới hạn dưới · Min"));
  if (bounds !== "none") queries.push(limit("C", "limit_max", "Giới hạn · Max"));
  if (bounds === "max") {
    queries.push(
      new InfluxqlQuery(
        "D",
        `SELECT last("ratio") FROM "record"."verdict" WHERE ${hourVerdict(key)} AND $timeFilter GROUP BY "station"`,
      ).alias("$tag_station: giờ / giới hạn · hour / limit"),
    );
  }
  const limitLook = [
    { id: "color", value: { mode: "fixed", fixedColor: palette.unknown } },
    { id: "decimals", value: parameter.decimals },
  ];
  const panel = statPanel(nameOf(parameter), size, queries)
    .description(
      "Giá trị mới nhất của từng trạm và giới hạn theo giấy phép. Màu: tỷ lệ trung bình giờ so với giới hạn. · " +
        "Newest value of each station, and the limit its plant is judged by. The coloured share is the newest hourly mean over the limit.",
    )
    .unit(grafanaUnit(parameter.unit))
    .decimals(parameter.decimals + 1)
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .textMode(BigValueTextMode.ValueAndName);
  return dress(panel, queries, {
    B: limitLook,
    C: limitLook,
    D: [
      { id: "unit", value: "percentunit" },
      { id: "decimals", value: 0 },
      { id: "thresholds", value: shareOfLimit },
      { id: "color", value: { mode: "thresholds" } },
    ],
  });
}

/** One row a station and parameter: the newest judged hour. */
export function newestHours(size: Size) {
  const query = new InfluxqlQuery(
    "A",
    `SELECT last("outcome") AS "outcome", "value", "statistic", "limit_min", "limit_max", "ratio", "completeness"
     FROM "record"."verdict" WHERE ${hourVerdict()} AND $timeFilter GROUP BY "station", "parameter"`,
  );
  return tablePanel("Giờ đã đánh giá gần nhất · Newest judged hour", size, query)
    .description(
      "pH: số phút ngoài khoảng, không lấy trung bình. Giờ ghi là lúc bắt đầu. · " +
        "pH is judged by minutes outside its range, never by a mean. The time is the start of the hour.",
    )
    .withTransformation(
      columns({
        station: "Trạm · Station",
        parameter: "Thông số · Parameter",
        outcome: "Kết quả · Outcome",
        value: "Giá trị · Value",
        statistic: "Cách tính · Statistic",
        limit_min: "Giới hạn dưới · Min",
        limit_max: "Giới hạn · Max",
        ratio: "So với giới hạn · Of limit",
        completeness: "Số liệu hợp lệ · Completeness",
        Time: "Giờ · Hour",
      }),
    )
    .decimals(1)
    .overrideByName("Kết quả · Outcome", [{ id: "mappings", value: [outcomeWords] }, colouredText])
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

/** Ninety days back, whatever the chosen range: a station silent for a week must still be listed. */
const LOOK_BACK = "time > now() - 90d";

/** How long ago each station last measured, and when that was received. */
export function lastRecords(size: Size) {
  const query = new InfluxqlQuery(
    "A",
    `SELECT last("received") AS "received" FROM "raw"."effluent" WHERE ${atStation} AND ${LOOK_BACK} GROUP BY "station"`,
  );
  return tablePanel("Bản ghi cuối · Last record", size, query)
    .description(
      "Tuổi của bản ghi cuối theo giờ của trạm, và lúc nhận. · Age of the last record by the station's clock, and when it was received.",
    )
    .withTransformation(
      columns({ station: "Trạm · Station", Time: "Đo lúc · Measured", received: "Nhận lúc · Received" }),
    )
    .overrideByName("Đo lúc · Measured", [{ id: "unit", value: "dateTimeFromNow" }])
    .overrideByName("Nhận lúc · Received", [{ id: "unit", value: "dateTimeFromNow" }]);
}
