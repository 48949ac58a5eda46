/** Ingest as a process: environment -> config -> create -> signals. */
import { join } from "node:path";
import { influxFrom } from "#shared/influx/influx-config.ts";
import { topicRootOf } from "#shared/mqtt/topic.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { parseClock } from "#shared/runtime/clock.ts";
import { parseConfig } from "#shared/runtime/config.ts";
import { createLogger } from "#shared/runtime/log.ts";
import { runService } from "#shared/runtime/resources.ts";
import { ingestConfig, retentionMs } from "./config.ts";
import { createIngest } from "./ingest.ts";

export async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const config = parseConfig(ingestConfig, env);
  const log = createLogger("ingest");
  const registry = await loadRegistry(config.OUTFALL_REGISTRY);
  const influx = influxFrom(config);
  const ingest = createIngest({
    registry,
    mqttUrl: config.OUTFALL_MQTT_URL,
    redis: { url: config.OUTFALL_REDIS_URL, prefix: config.OUTFALL_QUEUE_PREFIX },
    influx,
    root: topicRootOf(registry.settings.simulated),
    dataDir: join(config.OUTFALL_DATA_DIR, "ingest"),
    clock: parseClock(config.OUTFALL_CLOCK, registry.settings.simulated),
    log,
    retentionMs: retentionMs(config.OUTFALL_RAW_RETENTION),
    ...(config.OUTFALL_JOURNAL_MAX_BYTES === undefined
      ? {}
      : { journalMaxBytes: config.OUTFALL_JOURNAL_MAX_BYTES }),
  });
  await runService(ingest, log);
}
