/** The ledger to InfluxDB, what changed of it, off the hot path. A failure is tried again at the next look. */
import type { Influx } from "#shared/influx/influx.ts";
import { type LedgerEntry, ledgerLine } from "#shared/ledger/ledger.ts";
import { pause } from "#shared/runtime/wait-for.ts";
import type { Tally } from "./tally.ts";

const EVERY_MS = 250;
const HOUR_MS = 3_600_000;
const LINES_PER_WRITE = 5_000;

export interface LedgerWriter {
  /** Runs until `signal` aborts, then writes once more. */
  run(signal: AbortSignal): Promise<void>;
}

export function createLedgerWriter(options: {
  influx: Pick<Influx, "write">;
  tally: Tally;
  now: () => number;
}): LedgerWriter {
  const { influx, tally, now } = options;
  /** Changed and not yet written, the newest of each plant and hour. */
  const unwritten = new Map<string, LedgerEntry>();

  async function flush(): Promise<void> {
    for (const entry of tally.changedEntries()) unwritten.set(`${entry.plant}|${entry.hour}`, entry);
    const entries = [...unwritten.values()];
    for (let start = 0; start < entries.length; start += LINES_PER_WRITE) {
      const lines = entries.slice(start, start + LINES_PER_WRITE).map(ledgerLine);
      await influx.write("record", lines.join("\n"));
    }
    unwritten.clear();
    tally.forgetBefore(Math.floor(now() / HOUR_MS) * HOUR_MS - HOUR_MS);
  }

  return {
    async run(signal) {
      while (!signal.aborted) {
        await flush().catch(() => undefined);
        await pause(EVERY_MS, signal);
      }
      await flush().catch(() => undefined);
    },
  };
}
