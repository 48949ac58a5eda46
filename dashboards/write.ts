/** Writes the dashboards as the JSON that Grafana's file provisioning reads. In: a folder; out: one file a dashboard. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipelineDashboard } from "./pipeline/pipeline.ts";
import { zoneDashboard } from "./zone/zone.ts";

export interface DashboardFile {
  readonly name: string;
  readonly text: string;
}

/** Every dashboard as it is committed in dashboards/generated: the same input gives the same bytes. */
export function dashboardFiles(): DashboardFile[] {
  const dashboards = { zone: zoneDashboard(), pipeline: pipelineDashboard() };
  return Object.entries(dashboards).map(([name, dashboard]) => ({
    name: `${name}.json`,
    text: `${JSON.stringify(dashboard, null, 2)}\n`,
  }));
}

/** @returns the paths written, in order */
export async function writeDashboards(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (const { name, text } of dashboardFiles()) {
    const path = join(folder, name);
    await writeFile(path, text);
    paths.push(path);
  }
  return paths;
}
