/** `outfall bench`: timings, every side in the same run on the same machine. */
import type { Command } from "commander";
import { withExample } from "../example.ts";

export function registerBench(program: Command): void {
  const bench = program
    .command("bench")
    .description("measure throughput and latency; compare only within one run");
  const ingest = bench
    .command("ingest", { isDefault: true })
    .description(
      "messages a second through the whole path, against a bare subscriber and bare InfluxDB writes",
    )
    .option("--messages <n>", "messages", "100000")
    .option("--stations <n>", "stations", "100")
    .option("--json", "one JSON object")
    .action(async (options: { messages: string; stations: string; json?: boolean }) => {
      const { benchIngest } = await import("#test/bench/ingest.ts");
      const result = await benchIngest({
        messages: Number(options.messages),
        stations: Number(options.stations),
      });
      if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
      else console.table(result);
    });
  withExample(ingest, "npm run bench -- ingest --json");
  withExample(bench, "npm run bench -- ingest --json");
}
