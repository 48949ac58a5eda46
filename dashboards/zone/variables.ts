/** The choices on top of the dashboard: one zone, then its stations; its plants follow unseen, for the ledger. */
import {
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableHide,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { inZone } from "../influxql/conditions.ts";
import { OUTFALL_INFLUX } from "../influxql/influxql-query.ts";

/**
 * Tag values, not a scan of readings. The measurement carries no bucket: 1.x then looks in all of them, and 2.x in the
 * default one, which is `raw` (services/provision makes it so). A zone without a station is known by its incidents.
 */
export const variableQueries = {
  zone: 'SHOW TAG VALUES FROM "effluent", "incident_event" WITH KEY = "zone"',
  station: `SHOW TAG VALUES FROM "effluent" WITH KEY = "station" WHERE ${inZone}`,
  plant: `SHOW TAG VALUES FROM "effluent" WITH KEY = "plant" WHERE ${inZone}`,
} as const;

/** Where the console is when nobody says otherwise; `?var-console=https://…` or the saved value changes it. */
const CONSOLE_URL = "http://127.0.0.1:3000";

function fromTags(name: keyof typeof variableQueries, label: string) {
  const query = variableQueries[name];
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(OUTFALL_INFLUX)
    .query({ query, refId: `variable-${name}` })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
}

const everything = { selected: true, text: ["All"], value: ["$__all"] };

/** In the order shown. `zone` is one value: no panel ever spans zones. */
export function zoneVariables() {
  return [
    fromTags("zone", "KCN · Zone").multi(false).includeAll(false),
    fromTags("station", "Trạm · Station").multi(true).includeAll(true).allValue(".*").current(everything),
    // no allValue: "all" is the list of this zone's plants
    fromTags("plant", "Hệ thống XLNT · Plant")
      .multi(true)
      .includeAll(true)
      .current(everything)
      .hide(VariableHide.HideVariable),
    new TextBoxVariableBuilder("console")
      .label("Bảng điều khiển · Console")
      .defaultValue(CONSOLE_URL)
      .current({ selected: true, text: CONSOLE_URL, value: CONSOLE_URL })
      .hide(VariableHide.HideVariable),
  ];
}
