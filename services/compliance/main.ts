/** Compliance as a process: environment -> config -> create -> signals. */
import { createInflux } from "#shared/influx/influx.ts";
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
    influx: createInflux({
      url: config.OUTFALL_INFLUX_URL,
      token: config.OUTFALL_INFLUX_TOKEN,
      org: config.OUTFALL_INFLUX_ORG,
      database: config.OUTFALL_INFLUX_DATABASE,
    }),
    redis: { url: config.OUTFALL_REDIS_URL, prefix: config.OUTFALL_QUEUE_PREFIX },
    clock: parseClock(config.OUTFALL_CLOCK, registry.settings.simulated),
    log,
    tickMs: config.OUTFALL_TICK_MS,
  });
  await runService(compliance, log);
}
