/** Trends: each parameter over time, with its hourly means, its limit as the verdicts used it, and what was withheld. */
import { dress, type Size, timeSeriesPanel } from "../defaults.ts";
import { atStation, hourVerdict } from "../influxql/conditions.ts";
import { InfluxqlQuery } from "../influxql/influxql-query.ts";
import { palette } from "../palette.ts";
import { grafanaUnit } from "../units.ts";
import { known, nameOf, type ShownParameter } from "./parameters.ts";

/** Stations owe a record every few minutes; a finer bucket would only draw gaps. */
const FINEST_BUCKET = "1m";

const raw = (refId: string, select: string, alias: string) =>
  new InfluxqlQuery(
    refId,
    `SELECT ${select} FROM "raw"."effluent" WHERE ${atStation} AND $timeFilter
     GROUP BY time($__interval), "station" fill(none)`,
  ).alias(alias);

/** Buckets without a verdict keep the limit of the one before, so that the line reaches the present. */
const limit = (refId: string, key: string, field: string, alias: string) =>
  new InfluxqlQuery(
    refId,
    `SELECT last("${field}") FROM "record"."verdict" WHERE ${hourVerdict(key)} AND $timeFilter
     GROUP BY time($__interval), "plant" fill(previous)`,
  ).alias(alias);

const hourly = (key: string) =>
  new InfluxqlQuery(
    "C",
    `SELECT "mean" FROM "record"."hour" WHERE ${atStation} AND "parameter" = '${key}' AND $timeFilter GROUP BY "station"`,
  ).alias("$tag_station: trung bình giờ · hourly mean");

function queriesOf({ key, bounds }: ShownParameter): InfluxqlQuery[] {
  const withheld = raw("B", `mean("${key}_withheld")`, "$tag_station: không tính · withheld");
  const upper = limit("D", key, "limit_max", "Giới hạn · Limit $tag_plant");
  // pH is never averaged: its extremes are drawn
  if (bounds === "range") {
    return [
      raw("A", `min("${key}")`, "$tag_station: thấp nhất · lowest"),
      raw("F", `max("${key}")`, "$tag_station: cao nhất · highest"),
      withheld,
      upper,
      limit("E", key, "limit_min", "Giới hạn dưới · Lower limit $tag_plant"),
    ];
  }
  const values = [raw("A", `mean("${key}")`, "$tag_station"), withheld, hourly(key)];
  return bounds === "max" ? [...values, upper] : values;
}

const limitLook = [
  { id: "color", value: { mode: "fixed", fixedColor: palette.limit } },
  { id: "custom.lineStyle", value: { fill: "dash", dash: [10, 6] } },
  { id: "custom.lineWidth", value: 2 },
  { id: "custom.lineInterpolation", value: "stepAfter" },
];

const withheldLook = [
  { id: "color", value: { mode: "fixed", fixedColor: palette.withheld } },
  { id: "custom.drawStyle", value: "points" },
  { id: "custom.showPoints", value: "always" },
  { id: "custom.pointSize", value: 6 },
];

const hourlyLook = [
  { id: "custom.lineInterpolation", value: "stepAfter" },
  { id: "custom.lineWidth", value: 3 },
];

/** One parameter over time. */
export function trend({ key, bounds }: ShownParameter, size: Size) {
  const parameter = known(key);
  const queries = queriesOf({ key, bounds });
  const panel = timeSeriesPanel(nameOf(parameter), size, queries)
    .description(
      "Chấm: số liệu giữ lại nhưng không tính (hiệu chuẩn, lỗi thiết bị, không đạt kiểm tra). Nét đứt: giới hạn. · " +
        "Dots: kept, not judged (calibration, device fault, failed test). Dashed: the limit as judged.",
    )
    .unit(grafanaUnit(parameter.unit))
    .decimals(parameter.decimals + 1)
    .interval(FINEST_BUCKET);
  return dress(panel, queries, { B: withheldLook, C: hourlyLook, D: limitLook, E: limitLook });
}
