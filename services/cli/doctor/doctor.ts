/**
 * `outfall doctor` without a terminal. In: the environment's addresses; out: findings about a running installation.
 * First every server is asked whether it is there; then all quiet looks at once; last the probes that load the broker.
 */
import { z } from "zod";
import { influxOptions } from "#shared/influx/influx-config.ts";
import { topicRootOf } from "#shared/mqtt/topic.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { commonEnv, influxEnv, mqttEnv, parseConfig, redisEnv } from "#shared/runtime/config.ts";
import { accessCheck } from "./broker/access.ts";
import { confCheck } from "./broker/conf-check.ts";
import { dropsCheck } from "./broker/drops.ts";
import { largeMessageCheck, queueCheck } from "./broker/queue-probe.ts";
import { brokerCheck } from "./broker/reachable.ts";
import { sessionsCheck } from "./broker/sessions.ts";
import { clockChecks } from "./clocks.ts";
import { type Finding, green } from "./finding.ts";
import { bucketsCheck, influxCheck, writesCheck } from "./influx/influx-checks.ts";
import { canaryCheck } from "./ingest/canary.ts";
import { ingestChecks } from "./ingest/ingest-checks.ts";
import { queuesCheck, redisCheck, redisSettingsCheck } from "./redis/redis-checks.ts";
import { type Check, runChecks } from "./run-checks.ts";

export const doctorConfig = z.object({
  ...commonEnv,
  ...mqttEnv,
  ...redisEnv,
  ...influxEnv,
  OUTFALL_RAW_RETENTION: z.string().optional().describe("as ingest and provision have it"),
});

export interface DoctorOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly mosquittoConf?: string | undefined;
  readonly onFinding?: (finding: Finding) => void;
}

/** @throws where the environment does not fit; everything else is a finding. */
export async function examine({ env, mosquittoConf, onFinding }: DoctorOptions): Promise<Finding[]> {
  const config = parseConfig(doctorConfig, env);
  const url = config.OUTFALL_MQTT_URL;
  const influx = influxOptions(config);
  const redis = { url: config.OUTFALL_REDIS_URL, prefix: config.OUTFALL_QUEUE_PREFIX };
  let registry: Registry | undefined;
  const registryCheck: Check = {
    area: "registry",
    name: "registry",
    why: "it says which stations there are, and under which root they publish",
    remedy: "mend what is named; `outfall registry check` says it again",
    async look() {
      registry = await loadRegistry(config.OUTFALL_REGISTRY);
      const { stations, settings } = registry;
      return green(`${stations.size} stations, ${settings.simulated ? "simulated" : "real"}`);
    },
  };
  const first = await runChecks([[registryCheck]], onFinding);
  const root = registry === undefined ? undefined : topicRootOf(registry.settings.simulated);
  const rest = await runChecks(
    [
      [brokerCheck(url), influxCheck(influx), redisCheck(redis.url)],
      [
        ...(root === undefined ? [] : [canaryCheck({ url, root, influx }), sessionsCheck(url, root)]),
        dropsCheck(url),
        accessCheck(url),
        confCheck(url, mosquittoConf),
        bucketsCheck(influx, config.OUTFALL_RAW_RETENTION),
        writesCheck(influx),
        redisSettingsCheck(redis.url),
        queuesCheck(redis),
        ...ingestChecks(influx, config.OUTFALL_DATA_DIR),
        ...clockChecks(influx, redis.url),
      ],
      [queueCheck(url), largeMessageCheck(url)],
    ],
    onFinding,
  );
  return [...first, ...rest];
}
