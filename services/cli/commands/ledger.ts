/** `outfall ledger`: what was received and what became of it, by plant and hour of receipt. */
import { type Command, Option } from "commander";
import { z } from "zod";
import { influxFrom } from "#shared/influx/influx-config.ts";
import { totalOf } from "#shared/ledger/ledger.ts";
import { type Grouping, groupings, LEDGER_SPAN_MS, readLedgerBy } from "#shared/ledger/ledger-sums.ts";
import { parseClock } from "#shared/runtime/clock.ts";
import { commonEnv, influxEnv, parseConfig } from "#shared/runtime/config.ts";
import { withExample } from "../example.ts";
import { ledgerLines } from "../ledger-text.ts";
import { parseSince, type Since } from "../since.ts";

interface Options {
  since?: Since;
  by: Grouping;
  json?: boolean;
}

export function registerLedger(program: Command): void {
  const command = program
    .command("ledger")
    .description("received = stored + duplicate + conflict + quarantined + in the journal, from InfluxDB")
    .option(
      "--since <when>",
      "hours of receipt since: ISO 8601, a date, or how long ago (default: 48h)",
      parseSince,
    )
    .addOption(new Option("--by <what>", "add up by").choices(groupings).default("plant-hour"))
    .option("--json", "one JSON object")
    .action(async ({ since, by, json }: Options) => {
      const config = parseConfig(z.object({ ...commonEnv, ...influxEnv }), process.env);
      const now = parseClock(config.OUTFALL_CLOCK).now();
      const from = since?.(now) ?? now - LEDGER_SPAN_MS;
      const influx = influxFrom(config);
      try {
        const rows = await readLedgerBy(influx, from, by);
        const totals = totalOf(rows);
        if (json) process.stdout.write(`${JSON.stringify({ since: from, by, totals, rows })}\n`);
        else process.stdout.write(`${ledgerLines(rows, totals, from).join("\n")}\n`);
        // what one plant lacks another may have too much of: every row has to be right
        process.exitCode = rows.every(({ balance }) => balance === 0) ? 0 : 1;
      } finally {
        influx.close();
      }
    });
  withExample(
    command,
    "outfall ledger --since 24h --by hour",
    "outfall ledger --since 2026-11-23T00:00:00Z --json",
  );
}
