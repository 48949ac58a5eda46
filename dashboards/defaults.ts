/** What all panels share: data source, legend, tooltip, words for "nothing". A subject file adds its queries and meaning. */
import {
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  ReduceDataOptionsBuilder,
  SortOrder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from "@grafana/grafana-foundation-sdk/dashboard";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as table from "@grafana/grafana-foundation-sdk/table";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import type { InfluxqlQuery } from "./influxql/influxql-query.ts";
import { OUTFALL_INFLUX } from "./influxql/influxql-query.ts";
import { palette } from "./palette.ts";

/** Places of the 24-column grid: width and height. */
export interface Size {
  readonly w: number;
  readonly h: number;
}

const NO_DATA = "không có số liệu · no data";

/** One colour below every limit: panels colour by outcome or share, never by an invented threshold. */
const plain = new ThresholdsConfigBuilder()
  .mode(ThresholdsMode.Absolute)
  .steps([{ value: null, color: palette.within }]);

export function timeSeriesPanel(title: string, size: Size, queries: readonly InfluxqlQuery[]) {
  return new timeseries.PanelBuilder()
    .title(title)
    .datasource(OUTFALL_INFLUX)
    .targets([...queries])
    .span(size.w)
    .height(size.h)
    .noValue(NO_DATA)
    .thresholds(plain)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
    .drawStyle(GraphDrawStyle.Line)
    .lineInterpolation(LineInterpolation.Linear)
    .lineWidth(1)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Never)
    .spanNulls(false)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.None));
}

export function statPanel(title: string, size: Size, queries: readonly InfluxqlQuery[]) {
  return new stat.PanelBuilder()
    .title(title)
    .datasource(OUTFALL_INFLUX)
    .targets([...queries])
    .span(size.w)
    .height(size.h)
    .noValue(NO_DATA)
    .thresholds(plain)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]).values(false).fields(""));
}

export function tablePanel(title: string, size: Size, query: InfluxqlQuery) {
  return new table.PanelBuilder()
    .title(title)
    .datasource(OUTFALL_INFLUX)
    .targets([query.asTable()])
    .span(size.w)
    .height(size.h)
    .noValue(NO_DATA)
    .thresholds(plain)
    .filterable(true);
}

type Look = readonly { readonly id: string; readonly value?: unknown }[];

/** Gives each query its look, by letter; letters without a query are passed over. */
export function dress<Panel extends { overrideByQuery(refId: string, look: DynamicConfigValue[]): Panel }>(
  panel: Panel,
  queries: readonly InfluxqlQuery[],
  looks: Readonly<Record<string, Look>>,
): Panel {
  for (const { refId } of queries) {
    const look = looks[refId];
    if (look !== undefined) panel.overrideByQuery(refId, [...look]);
  }
  return panel;
}

/** Names and order of a table's columns. */
export function columns(named: Readonly<Record<string, string>>) {
  return {
    id: "organize",
    options: {
      renameByName: named,
      indexByName: Object.fromEntries(Object.keys(named).map((name, index) => [name, index])),
      excludeByName: {},
    },
  };
}

/** Shows a column's text in the colour of its word. */
export const colouredText = { id: "custom.cellOptions", value: { type: "color-text" } };
/** Fills a column's cell with the colour of its word or threshold. */
export const colouredCell = {
  id: "custom.cellOptions",
  value: { type: "color-background", mode: "basic" },
};
