/** Compliance as a process: environment -> config -> create -> signals. */
import { influxFrom } from "#shared/influx/influx-config.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { parseClock } from "#shared/runtime/clock.ts";
import { parseConfig } from "#shared/runtime/config.ts";
import { createLogger } from "#shared/runtime/log.ts";
import { runService } from "#shared/runtime/resources.ts";
import { createCompliance } from "./compliance.ts";
import { complianceConfig } from "./config.ts";

export async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const config = parseConfig(complianceConfig, env);
  const log = createLogger("compliance");
  const registry = await loadRegistry(config.OUTFALL_REGISTRY);
  const compliance = createCompliance({
    registry,
    influx: influxFrom(config),
    redis: { url: config.OUTFALL_REDIS_URL, prefix: config.OUTFALL_QUEUE_PREFIX },
    clock: parseClock(config.OUTFALL_CLOCK, registry.settings.simulated),
    log,
    tickMs: config.OUTFALL_TICK_MS,
  });
  await runService(compliance, log);
}
