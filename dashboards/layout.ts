/** The panels of a dashboard as one list, and their numbers. In: a built dashboard; out: the same, walked in reading order. */
import type { Dashboard, Panel, RowPanel } from "@grafana/grafana-foundation-sdk/dashboard";

const isRow = (panel: Panel | RowPanel): panel is RowPanel => panel.type === "row";

/** Every panel, also those inside collapsed rows; rows themselves are left out. */
export function panelsOf(dashboard: Pick<Dashboard, "panels">): Panel[] {
  return (dashboard.panels ?? []).flatMap((panel) => (isRow(panel) ? panel.panels : [panel]));
}

/** Numbers rows and panels from 1 in reading order, so that a link to a panel survives the next build. */
export function numberPanels(dashboard: Dashboard): Dashboard {
  let next = 1;
  for (const panel of dashboard.panels ?? []) {
    panel.id = next++;
    if (isRow(panel)) for (const inner of panel.panels) inner.id = next++;
  }
  return dashboard;
}
