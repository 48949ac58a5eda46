/** The *Pipeline* dashboard, for whoever runs Outfall: this file is its layout, top to bottom. It spans all zones and shows no reading. */
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  RowBuilder,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { numberPanels } from "../layout.ts";
import { balance, samplesByOutcome } from "../ledger.ts";
import { journalBytes, journalDepth, latency, rates, workers } from "./flow.ts";
import { backlog, cpu, loopDelay, memory } from "./processes.ts";

/** Stable: links, bookmarks and provisioning hold on to it. */
export const PIPELINE_DASHBOARD_UID = "outfall-pipeline";

export function pipelineDashboard(): Dashboard {
  const dashboard = new DashboardBuilder("Hệ thống · Pipeline")
    .uid(PIPELINE_DASHBOARD_UID)
    .description(
      "Outfall tự theo dõi: sổ cân đối, nhật ký, tốc độ, độ trễ. · Outfall about itself: ledger, journal, rates, latency. Generated: edit dashboards/, not this.",
    )
    .tags(["outfall"])
    .timezone("browser")
    .refresh("10s")
    .time({ from: "now-6h", to: "now" })
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .withRow(new RowBuilder("Sổ cân đối · Ledger"))
    .withPanel(balance({ w: 6, h: 8 }))
    .withPanel(samplesByOutcome({ w: 18, h: 8 }))
    .withRow(new RowBuilder("Từ broker tới cơ sở dữ liệu · From the broker to the database"))
    .withPanel(rates({ w: 12, h: 8 }))
    .withPanel(latency({ w: 12, h: 8 }))
    .withPanel(journalDepth({ w: 12, h: 8 }))
    .withPanel(journalBytes({ w: 12, h: 8 }))
    .withPanel(workers({ w: 24, h: 6 }))
    .withRow(new RowBuilder("Tiến trình · Processes"))
    .withPanel(memory({ w: 12, h: 8 }))
    .withPanel(cpu({ w: 12, h: 8 }))
    .withPanel(loopDelay({ w: 12, h: 8 }))
    .withPanel(backlog({ w: 12, h: 8 }));
  return numberPanels(dashboard.build());
}
