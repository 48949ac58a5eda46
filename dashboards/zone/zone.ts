/** The *Zone* live dashboard: this file is its layout, top to bottom. Everything on it is of one zone. */
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  RowBuilder,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { atPlant } from "../influxql/conditions.ts";
import { numberPanels } from "../layout.ts";
import { balance, samplesByOutcome } from "../ledger.ts";
import { banner } from "./banner.ts";
import { incidentEvents, mails, openIncidents } from "./incidents.ts";
import { lastRecords, newestHours, newestValue } from "./now.ts";
import { shown } from "./parameters.ts";
import { trend } from "./trends.ts";
import { zoneVariables } from "./variables.ts";
import { completeness, hoursOver, outcomes } from "./verdicts.ts";

/** Stable: links, bookmarks and provisioning hold on to it. */
export const ZONE_DASHBOARD_UID = "outfall-zone";

export function zoneDashboard(): Dashboard {
  const dashboard = new DashboardBuilder("Khu công nghiệp · Zone")
    .uid(ZONE_DASHBOARD_UID)
    .description(
      "Nước thải sau xử lý của một KCN, trực tiếp. · What one industrial zone discharges, live. Generated: edit dashboards/, not this.",
    )
    .tags(["outfall"])
    .timezone("browser")
    .refresh("5s")
    .time({ from: "now-24h", to: "now" })
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .variables(zoneVariables())
    .link(
      new DashboardLinkBuilder("Bảng điều khiển · Console")
        .type(DashboardLinkType.Link)
        .url(`\${console}/`)
        .icon("external link")
        .tooltip("Trang của cán bộ KCN · The officers' page")
        .targetBlank(true),
    )
    .withPanel(banner());

  dashboard.withRow(new RowBuilder("Hiện tại · Now"));
  for (const parameter of shown) dashboard.withPanel(newestValue(parameter, { w: 8, h: 4 }));
  dashboard
    .withPanel(newestHours({ w: 16, h: 9 }))
    .withPanel(lastRecords({ w: 8, h: 9 }))
    .withPanel(openIncidents({ w: 24, h: 6 }));

  dashboard.withRow(new RowBuilder("Diễn biến · Trends"));
  for (const parameter of shown) dashboard.withPanel(trend(parameter, { w: 12, h: 8 }));

  dashboard
    .withRow(new RowBuilder("Đánh giá · Verdicts"))
    .withPanel(outcomes({ w: 16, h: 9 }))
    .withPanel(completeness({ w: 8, h: 9 }))
    .withPanel(hoursOver({ w: 24, h: 8 }));

  dashboard
    .withRow(new RowBuilder("Cảnh báo và thư · Incidents and mails"))
    .withPanel(incidentEvents({ w: 12, h: 9 }))
    .withPanel(mails({ w: 12, h: 9 }));

  dashboard.withRow(
    new RowBuilder("Dành cho kỹ sư: sổ cân đối · For engineers: the ledger")
      .collapsed(true)
      .withPanel(balance({ w: 6, h: 8 }, atPlant))
      .withPanel(samplesByOutcome({ w: 18, h: 8 }, atPlant)),
  );
  return numberPanels(dashboard.build());
}
