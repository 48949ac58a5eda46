/** The ledger to InfluxDB, whenever it changed, off the hot path. A failure is tried again with the next change or second. */
import type { Influx } from "#shared/influx/influx.ts";
import { ledgerLine } from "#shared/ledger/ledger.ts";
import { pause } from "#shared/runtime/wait-for.ts";
import type { Tally } from "./tally.ts";

const EVERY_MS = 250;
const HOUR_MS = 3_600_000;

export interface LedgerWriter {
  /** Runs until `signal` aborts, then writes once more. */
  run(signal: AbortSignal): Promise<void>;
}

export function createLedgerWriter(options: {
  influx: Pick<Influx, "write">;
  tally: Tally;
  now: () => number;
}): LedgerWriter {
  let written = "";
  const current = () => options.tally.entries().map(ledgerLine).join("\n");
  async function flush(): Promise<void> {
    const text = current();
    if (text === "" || text === written) return;
    await options.influx.write("record", text);
    written = text;
    if (current() === text)
      options.tally.forgetBefore(Math.floor(options.now() / HOUR_MS) * HOUR_MS - HOUR_MS);
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
