/** `outfall dashboards`: writes the Grafana dashboards as JSON. */
import type { Command } from "commander";
import { withExample } from "../example.ts";

const DEFAULT_FOLDER = "dashboards/generated";

export function registerDashboards(program: Command): void {
  const command = program
    .command("dashboards")
    .description("write the Grafana dashboards as JSON (committed; compared by the tests)")
    .option("--to <folder>", "where to", DEFAULT_FOLDER)
    .action(async ({ to }: { to: string }) => {
      const { writeDashboards } = await import("#dashboards/write.ts");
      for (const file of await writeDashboards(to)) process.stdout.write(`${file}\n`);
    });
  withExample(command, "outfall dashboards");
}
