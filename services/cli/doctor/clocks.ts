/** The machines' clocks against this one's. In: what InfluxDB, Redis and ingest say the time is; out: a look at each. */
import type { InfluxOptions } from "#shared/influx/influx.ts";
import { green, type Look, red, yellow } from "./finding.ts";
import { withRedis } from "./redis/redis-checks.ts";
import type { Check } from "./run-checks.ts";

/** A date header has whole seconds. */
const NOTED_MS = 3_000;
/** Readings two minutes ahead are refused: half of that is no longer a small difference. */
const BAD_MS = 60_000;
const TIMEOUT_MS = 4_000;

const common = {
  area: "clocks",
  why: "times are compared everywhere: a reading two minutes ahead of its receipt is refused, silence is judged by the clock",
  remedy: "let every machine keep its time by NTP (chrony or systemd-timesyncd)",
} as const;

export function clockChecks(influx: InfluxOptions, redisUrl: string): Check[] {
  return [
    {
      ...common,
      name: "InfluxDB's",
      needs: ["InfluxDB"],
      look: () => compared(async () => (await dateOf(influx.url)) + 500),
    },
    {
      ...common,
      name: "Redis'",
      needs: ["Redis"],
      look: () =>
        withRedis(redisUrl, (redis) =>
          compared(async () => {
            const [seconds, micros] = await redis.time();
            return Number(seconds) * 1000 + Number(micros) / 1000;
          }),
        ),
    },
  ];
}

async function compared(ask: () => Promise<number>): Promise<Look> {
  const before = Date.now();
  const theirs = await ask();
  return judgeClock(theirs - (before + Date.now()) / 2);
}

/** @param aheadMs of the other clock against this one */
export function judgeClock(aheadMs: number): Look {
  const off = Math.abs(aheadMs);
  if (off <= NOTED_MS) return green("runs with this machine's");
  const found = `is ${(off / 1000).toFixed(1)} s ${aheadMs > 0 ? "ahead of" : "behind"} this machine's`;
  return off > BAD_MS ? red(found) : yellow(found);
}

async function dateOf(url: string): Promise<number> {
  const { headers } = await fetch(new URL("/ping", url), { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const date = Date.parse(headers.get("date") ?? "");
  if (Number.isNaN(date)) throw new Error("InfluxDB does not say what time it is");
  return date;
}
