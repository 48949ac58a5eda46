/** Compliance as a process: environment -> config -> create -> signals. */
import { influxFrom } from "#shared/influx/influx-config.ts";
import { countEvents } from "#shared/metrics/events.ts";
import { measuredInflux } from "#shared/metrics/measured-influx.ts";
import { createMetrics } from "#shared/metrics/metrics.ts";
import { metricsAddress } from "#shared/metrics/metrics-config.ts";
import { withMetrics } from "#shared/metrics/with-metrics.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { parseClock } from "#shared/runtime/clock.ts";
import { parseConfig } from "#shared/runtime/config.ts";
import { createLogger } from "#shared/runtime/log.ts";
import { runService } from "#shared/runtime/resources.ts";
import { createCompliance } from "./compliance.ts";
import { complianceFigures, observeCompliance } from "./compliance-metrics.ts";
import { complianceConfig } from "./config.ts";

export async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const config = parseConfig(complianceConfig, env);
  const metrics = createMetrics("compliance");
  const log = createLogger("compliance", countEvents(metrics));
  const registry = await loadRegistry(config.OUTFALL_REGISTRY);
  const influx = measuredInflux(influxFrom(config), metrics);
  const compliance = createCompliance({
    registry,
    influx,
    redis: { url: config.OUTFALL_REDIS_URL, prefix: config.OUTFALL_QUEUE_PREFIX },
    clock: parseClock(config.OUTFALL_CLOCK, registry.settings.simulated),
    log,
    tickMs: config.OUTFALL_TICK_MS,
  });
  observeCompliance(metrics, compliance);
  await runService(
    withMetrics(compliance, {
      metrics,
      address: metricsAddress(config, "compliance"),
      influx,
      log,
      figures: () => complianceFigures(compliance),
    }),
    log,
  );
}
