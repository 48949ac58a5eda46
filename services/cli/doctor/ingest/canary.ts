/**
 * The canary: a QoS 1 message through broker, journal, PUBACK and store, for each worker. In: the broker, InfluxDB and
 * the root; out: how long it took, or that it did not come.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { InfluxOptions } from "#shared/influx/influx.ts";
import { type ArrivedCanary, encodeCanary, readCanary } from "#shared/metrics/canary.ts";
import { canaryTopic } from "#shared/mqtt/control-topics.ts";
import type { TopicRoot } from "#shared/mqtt/topic.ts";
import { withClient } from "../broker/client.ts";
import { readWorkerMarks } from "../broker/sessions.ts";
import { green, type Look, red, yellow } from "../finding.ts";
import { withInflux } from "../influx/influx-checks.ts";
import type { Check } from "../run-checks.ts";

const WAIT_MS = 8_000;
const LOOK_EVERY_MS = 10;
const SLOW_MS = 2_000;

export interface CanaryFlight {
  readonly worker: string;
  /** From publish to the broker's PUBACK, ms. */
  readonly brokerMs: number;
  /** From publish to being read from InfluxDB, ms; undefined: it did not come. */
  readonly storedMs: number | undefined;
  readonly waitedMs: number;
}

export function canaryCheck(options: {
  readonly url: string;
  readonly root: TopicRoot;
  readonly influx: InfluxOptions;
  readonly waitMs?: number;
}): Check {
  const { url, root, influx, waitMs = WAIT_MS } = options;
  return {
    area: "ingest",
    name: "canary",
    needs: ["broker", "InfluxDB"],
    timeoutMs: waitMs + 6_000,
    why: "a message that goes the whole way shows what no part can show of itself",
    remedy: "see that `outfall ingest` runs on this broker and this InfluxDB with this registry, and its log",
    async look(signal) {
      const marks = await readWorkerMarks(url, root, signal);
      const workers = marks.size === 0 ? ["w1"] : [...marks.keys()];
      const flights = await Promise.all(
        workers.map((worker) => fly({ url, root, influx, worker, waitMs }, signal)),
      );
      return flights.map(judgeCanary);
    },
  };
}

async function fly(
  route: { url: string; root: TopicRoot; influx: InfluxOptions; worker: string; waitMs: number },
  signal: AbortSignal,
): Promise<CanaryFlight> {
  const { url, root, influx, worker, waitMs } = route;
  const id = randomUUID();
  return withInflux(influx, (database) =>
    withClient({ url, signal }, async (client) => {
      const started = performance.now();
      const payload = encodeCanary({ id, sentAt: Date.now() });
      await client.publishAsync(canaryTopic(root, worker), payload, { qos: 1 });
      const brokerMs = performance.now() - started;
      let arrived: ArrivedCanary | undefined;
      while (arrived === undefined && performance.now() - started < waitMs && !signal.aborted) {
        arrived = await readCanary(database, id);
        if (arrived === undefined) await sleep(LOOK_EVERY_MS);
      }
      const waited = performance.now() - started;
      return { worker, brokerMs, storedMs: arrived === undefined ? undefined : waited, waitedMs: waited };
    }),
  );
}

export function judgeCanary({ worker, brokerMs, storedMs, waitedMs }: CanaryFlight): Look {
  const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
  if (storedMs === undefined)
    return red(
      `a message for ${worker} was not stored within ${ms(waitedMs)}; the broker took it after ${ms(brokerMs)}`,
    );
  const found = `a message for ${worker} was stored ${ms(storedMs)} after it was sent; the broker took it after ${ms(brokerMs)}`;
  return storedMs > SLOW_MS
    ? yellow(found, "see the journal: messages before it wait for InfluxDB or Redis")
    : green(found);
}
