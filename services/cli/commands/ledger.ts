/** `outfall ledger`: what was received and what became of it, per plant and hour of receipt. */
import type { Command } from "commander";
import { z } from "zod";
import { influxFrom } from "#shared/influx/influx-config.ts";
import { readLedger, totalOf } from "#shared/ledger/ledger.ts";
import { influxEnv, parseConfig } from "#shared/runtime/config.ts";
import { withExample } from "../example.ts";

export function registerLedger(program: Command): void {
  const command = program
    .command("ledger")
    .description("received = stored + duplicate + conflict + quarantined + in the journal, from InfluxDB")
    .option("--since <iso>", "only hours of receipt from here on, e.g. 2026-11-23T00:00:00Z")
    .option("--json", "one JSON object")
    .action(async ({ since, json }: { since?: string; json?: boolean }) => {
      const from = since === undefined ? 0 : Date.parse(since);
      if (Number.isNaN(from))
        throw new Error(`--since ${since}: expected ISO 8601, e.g. 2026-11-23T00:00:00Z`);
      const config = parseConfig(z.object(influxEnv), process.env);
      const influx = influxFrom(config);
      try {
        const entries = await readLedger(influx, from);
        const totals = totalOf(entries);
        if (json) process.stdout.write(`${JSON.stringify({ totals, entries })}\n`);
        else {
          console.table(
            entries.map(({ hour, ...entry }) => ({ hour: new Date(hour).toISOString(), ...entry })),
          );
          console.table([totals]);
        }
        process.exitCode = totals.balance === 0 ? 0 : 1;
      } finally {
        influx.close();
      }
    });
  withExample(command, "outfall ledger --since 2026-11-23T00:00:00Z");
}
