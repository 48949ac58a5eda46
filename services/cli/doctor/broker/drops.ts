/** What the broker says it has dropped. In: `$SYS` for a few seconds; out: a look. */
import { waitFor } from "#shared/runtime/wait-for.ts";
import { green, type Look, red, yellow } from "../finding.ts";
import type { Check } from "../run-checks.ts";
import { withClient } from "./client.ts";

const DROPPED = "$SYS/broker/publish/messages/dropped";
const STORED = "$SYS/broker/store/messages/count";
const HEAP = "$SYS/broker/heap/current";
const UPTIME = "$SYS/broker/uptime";
const TOPICS = [DROPPED, STORED, HEAP, UPTIME, "$SYS/broker/clients/disconnected"];
/** Retained, so the first values come at once. */
const FIRST_MS = 1_500;
/** Two of our broker's intervals; a stock broker counts anew every 10 s only. */
const WATCH_MS = 4_500;

export function dropsCheck(url: string, watchMs = WATCH_MS): Check {
  return {
    area: "broker",
    name: "dropped messages",
    needs: ["broker"],
    timeoutMs: watchMs + FIRST_MS + 5_000,
    why: "a broker that drops does so silently: $SYS is the only place that shows it",
    remedy: "see the offline queue; find the client whose queue is full, or bring ingest back",
    async look(signal) {
      const first = new Map<string, string>();
      const last = new Map<string, string>();
      const onMessage = (topic: string, payload: Buffer) => {
        if (!first.has(topic)) first.set(topic, payload.toString());
        last.set(topic, payload.toString());
      };
      return withClient({ url, signal, onMessage }, async (client) => {
        await client.subscribeAsync([...TOPICS], { qos: 0 });
        const there = await waitFor(() => first.size > 0, { what: "$SYS", timeoutMs: FIRST_MS }).catch(
          () => false,
        );
        if (!there) return judgeDrops(undefined);
        const before = performance.now();
        // a counter that has not changed for long is not sent any more: then nothing was dropped
        const count = (values: ReadonlyMap<string, string>) => Number(values.get(DROPPED) ?? 0);
        const grew = () => count(last) > count(first);
        await waitFor(grew, { what: "a drop", timeoutMs: watchMs }).catch(() => undefined);
        const number = (topic: string) => Number(last.get(topic) ?? Number.NaN);
        return judgeDrops({
          dropped: count(last),
          droppedNow: count(last) - count(first),
          seconds: (performance.now() - before) / 1000,
          stored: number(STORED),
          heapBytes: number(HEAP),
          uptime: last.get(UPTIME) ?? "unknown",
        });
      });
    },
  };
}

export interface BrokerCounters {
  /** Since the broker's start. */
  readonly dropped: number;
  readonly droppedNow: number;
  readonly seconds: number;
  /** Queued or retained, all clients together. */
  readonly stored: number;
  readonly heapBytes: number;
  readonly uptime: string;
}

/** @param counters undefined: the broker shows none */
export function judgeDrops(counters: BrokerCounters | undefined): Look {
  if (counters === undefined)
    return yellow(
      "the broker shows no $SYS counters",
      "allow `topic read $SYS/#` to this user and set sys_interval 2; other brokers than Mosquitto: watch their own counters",
    );
  const { dropped, droppedNow, seconds, stored, heapBytes, uptime } = counters;
  const holds = `holds ${stored} messages${Number.isNaN(heapBytes) ? "" : ` in ${Math.round(heapBytes / 1_048_576)} MiB`}, up ${uptime}`;
  if (droppedNow > 0)
    return red(`${(droppedNow / seconds).toFixed(1)} messages dropped a second, now; ${holds}`);
  if (dropped > 0)
    return yellow(
      `${dropped} messages dropped since the broker started, none in these seconds; ${holds}`,
      "find out when: a stock broker's queue of 1,000 is the usual reason, also for a client that is none of ours",
    );
  return green(`nothing dropped; ${holds}`);
}
