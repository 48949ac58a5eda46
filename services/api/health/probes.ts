/** The three probes: InfluxDB answers a query, Redis a PING, the broker a CONNECT. Out: a version or a word; nothing is left open. */
import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { connectAsync } from "mqtt";
import type { Influx } from "#shared/influx/influx.ts";
import { withoutPassword } from "#shared/runtime/log.ts";
import type { Probe } from "./health.ts";

const PROBE_TIMEOUT_MS = 2_000;

/** A query rather than a ping: it also proves that database and credentials fit. */
export function influxProbe(influx: Pick<Influx, "query" | "version">): Probe {
  return async () => {
    await influx.query('SELECT "received" FROM "record"."pipeline" WHERE time > now() - 1m LIMIT 1');
    return `InfluxDB ${await influx.version()}`;
  };
}

/** A connection a probe: a health check comes seldom, and its answer is then about now. */
export function redisProbe(url: string): Probe {
  return async () => {
    const redis = new Redis(url, {
      lazyConnect: true,
      connectTimeout: PROBE_TIMEOUT_MS,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
    });
    let trouble: unknown;
    redis.on("error", (error) => {
      trouble = error;
    });
    try {
      await redis.connect();
      return (await redis.ping()) === "PONG" ? "PONG" : "unexpected answer to PING";
    } catch (error) {
      throw trouble ?? error;
    } finally {
      redis.disconnect();
    }
  };
}

export function mqttProbe(url: string): Probe {
  return async () => {
    const client = await connectAsync(url, {
      clientId: `outfall-api-${randomUUID().slice(0, 8)}`,
      clean: true,
      connectTimeout: PROBE_TIMEOUT_MS,
      reconnectPeriod: 0,
    });
    await client.endAsync(true);
    return `connected to ${withoutPassword(url)}`;
  };
}
