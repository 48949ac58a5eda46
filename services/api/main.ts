/** The api as a process. In: environment; out: a server on loopback until a signal ends it. */
import { z } from "zod";
import { influxFrom } from "#shared/influx/influx-config.ts";
import { countEvents } from "#shared/metrics/events.ts";
import { measuredInflux } from "#shared/metrics/measured-influx.ts";
import { createMetrics } from "#shared/metrics/metrics.ts";
import { withMetrics } from "#shared/metrics/with-metrics.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { parseClock } from "#shared/runtime/clock.ts";
import { commonEnv, influxEnv, mqttEnv, parseConfig, redisEnv } from "#shared/runtime/config.ts";
import { createLogger } from "#shared/runtime/log.ts";
import { runService } from "#shared/runtime/resources.ts";
import { createApi } from "./api.ts";

const DEFAULT_PORT = 3000;

export const apiConfig = z.object({
  ...commonEnv,
  ...mqttEnv,
  ...redisEnv,
  ...influxEnv,
  OUTFALL_API_HOST: z.string().default("127.0.0.1").describe("loopback only: the api has no accounts yet"),
  OUTFALL_API_CONTAINER: z
    .literal("1")
    .optional()
    .describe("1: in a container whose port is published on 127.0.0.1 alone, so any host may be bound"),
  OUTFALL_API_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(DEFAULT_PORT)
    .describe("0 takes a free one"),
});

export async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const config = parseConfig(apiConfig, env);
  const metrics = createMetrics("api");
  const log = createLogger("api", countEvents(metrics));
  const registry = await loadRegistry(config.OUTFALL_REGISTRY);
  const influx = measuredInflux(influxFrom(config), metrics);
  const api = await createApi({
    registry,
    influx,
    redis: { url: config.OUTFALL_REDIS_URL, prefix: config.OUTFALL_QUEUE_PREFIX },
    mqttUrl: config.OUTFALL_MQTT_URL,
    clock: parseClock(config.OUTFALL_CLOCK, registry.settings.simulated),
    log,
    host: config.OUTFALL_API_HOST,
    container: config.OUTFALL_API_CONTAINER === "1",
    port: config.OUTFALL_API_PORT,
    metrics,
  });
  const service = {
    start: api.start,
    async close() {
      await api.close();
      influx.close();
    },
  };
  // /metrics is one of its own routes: no port beside it
  await runService(withMetrics(service, { metrics, address: undefined, influx, log }), log);
}
