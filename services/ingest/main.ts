/** Ingest as a process: environment -> config -> create -> signals. */
import { setFlagsFromString } from "node:v8";
import { influxFrom } from "#shared/influx/influx-config.ts";
import { countEvents } from "#shared/metrics/events.ts";
import { measuredInflux } from "#shared/metrics/measured-influx.ts";
import { createMetrics } from "#shared/metrics/metrics.ts";
import { metricsAddress } from "#shared/metrics/metrics-config.ts";
import { withMetrics } from "#shared/metrics/with-metrics.ts";
import { topicRootOf } from "#shared/mqtt/topic.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { parseClock } from "#shared/runtime/clock.ts";
import { parseConfig } from "#shared/runtime/config.ts";
import { createLogger } from "#shared/runtime/log.ts";
import { runService } from "#shared/runtime/resources.ts";
import { ingestConfig, retentionMs } from "./config.ts";
import { parseCrashAt } from "./crash-point.ts";
import { createIngest } from "./ingest.ts";
import { ingestFigures, observeIngest } from "./metrics/ingest-metrics.ts";
import { workerFolder } from "./workers/worker-folder.ts";

export async function main(env: NodeJS.ProcessEnv): Promise<void> {
  // the heap may grow to two and a half times what lives in it, not to four times: a burst's garbage need not stay resident
  setFlagsFromString("--heap-growing-percent=150");
  const config = parseConfig(ingestConfig, env);
  const { OUTFALL_INGEST_WORKER: me, OUTFALL_INGEST_WORKERS: workers } = config;
  const metrics = createMetrics("ingest", `w${me}`);
  const log = createLogger("ingest", countEvents(metrics));
  const registry = await loadRegistry(config.OUTFALL_REGISTRY);
  const influx = measuredInflux(influxFrom(config), metrics);
  const dataDir = workerFolder(config.OUTFALL_DATA_DIR, me);
  const ingest = createIngest({
    registry,
    mqttUrl: config.OUTFALL_MQTT_URL,
    redis: { url: config.OUTFALL_REDIS_URL, prefix: config.OUTFALL_QUEUE_PREFIX },
    influx,
    root: topicRootOf(registry.settings.simulated),
    dataDir,
    me,
    workers,
    clock: parseClock(config.OUTFALL_CLOCK, registry.settings.simulated),
    log,
    onCommitSeconds: metrics.durations({
      name: "commit_seconds",
      help: "one commit of the journal: write and fdatasync",
    }),
    retentionMs: retentionMs(config.OUTFALL_RAW_RETENTION),
    at: parseCrashAt(config.OUTFALL_CRASH_AT, registry.settings.simulated),
    archiveDays: config.OUTFALL_ARCHIVE_DAYS,
    quarantineDays: config.OUTFALL_QUARANTINE_DAYS,
    quarantineMaxBytes: config.OUTFALL_QUARANTINE_MAX_BYTES,
    ...(config.OUTFALL_JOURNAL_MAX_BYTES === undefined
      ? {}
      : { journalMaxBytes: config.OUTFALL_JOURNAL_MAX_BYTES }),
  });
  observeIngest(metrics, ingest);
  await runService(
    withMetrics(ingest, {
      metrics,
      address: metricsAddress(config, "ingest", metrics.worker),
      influx,
      log,
      figures: () => ingestFigures(ingest, dataDir),
    }),
    log,
  );
}
