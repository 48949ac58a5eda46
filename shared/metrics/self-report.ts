/**
 * A service's own figures to InfluxDB, every ten seconds. In: what the service knows of itself; out: points of
 * `pipeline`. A write that fails is left out: the next row is ten seconds away, and nothing waits for it.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Influx } from "#shared/influx/influx.ts";
import { pause } from "#shared/runtime/wait-for.ts";
import { type SelfRow, selfLine } from "./pipeline-points.ts";

export interface SelfFigures {
  /** Numbers that only grow, e.g. `messages`: written as `messages_per_s`. */
  readonly totals?: Readonly<Record<string, number>>;
  /** As they are now. */
  readonly now?: Readonly<Record<string, number | boolean | undefined>>;
}

export interface SelfReport {
  /** Runs until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}

const EVERY_MS = 10_000;
/** The first row is of a service that only just begins. */
const SECOND_ROW_MS = 1_000;
const DELAY_RESOLUTION_MS = 10;
const MIB = 1_048_576;

export function createSelfReport(options: {
  influx: Pick<Influx, "write">;
  service: string;
  worker: string;
  read: () => SelfFigures | Promise<SelfFigures>;
  everyMs?: number;
  now?: () => number;
}): SelfReport {
  const { influx, service, worker, read, everyMs = EVERY_MS, now = Date.now } = options;
  return {
    async run(signal) {
      const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
      delay.enable();
      let begun = false;
      let before: { at: number; totals: Readonly<Record<string, number>>; cpuMs: number } | undefined;
      while (!signal.aborted) {
        try {
          const figures = await read();
          const { user, system } = process.cpuUsage();
          const taken = { at: now(), totals: figures.totals ?? {}, cpuMs: (user + system) / 1000 };
          const row: SelfRow = {
            service,
            worker,
            at: taken.at,
            figures: {
              ...definedOnly(figures.now ?? {}),
              ...rates(before, taken),
              rss_mib: process.memoryUsage.rss() / MIB,
              // what is above the monitor's own resolution is delay
              loop_p99_ms: Math.max(0, delay.percentile(99) / 1e6 - DELAY_RESOLUTION_MS),
            },
          };
          before = taken;
          delay.reset();
          await influx.write("record", selfLine(row));
        } catch {
          // the next row says it all again
        }
        await pause(begun ? everyMs : Math.min(everyMs, SECOND_ROW_MS), signal);
        begun = true;
      }
      delay.disable();
    },
  };
}

/** Per second between two looks; nothing at the first, and nothing for a number that went back. Pure. */
export function rates(
  before: { at: number; totals: Readonly<Record<string, number>>; cpuMs: number } | undefined,
  taken: { at: number; totals: Readonly<Record<string, number>>; cpuMs: number },
): Record<string, number> {
  const seconds = before === undefined ? 0 : (taken.at - before.at) / 1000;
  if (before === undefined || !(seconds > 0)) return {};
  const found: Record<string, number> = { cpu_share: (taken.cpuMs - before.cpuMs) / 1000 / seconds };
  for (const [name, total] of Object.entries(taken.totals)) {
    const grown = total - (before.totals[name] ?? 0);
    if (grown >= 0) found[`${name}_per_s`] = grown / seconds;
  }
  return found;
}

function definedOnly(
  figures: Readonly<Record<string, number | boolean | undefined>>,
): Record<string, number | boolean> {
  return Object.fromEntries(
    Object.entries(figures).filter((entry): entry is [string, number | boolean] => entry[1] !== undefined),
  );
}
