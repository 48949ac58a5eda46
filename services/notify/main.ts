/** Entry of the notify service. In: environment; out: a running service until a signal. */

import { z } from "zod";
import { influxFrom } from "#shared/influx/influx-config.ts";
import { countEvents } from "#shared/metrics/events.ts";
import { measuredInflux } from "#shared/metrics/measured-influx.ts";
import { createMetrics } from "#shared/metrics/metrics.ts";
import { metricsAddress, metricsEnv } from "#shared/metrics/metrics-config.ts";
import { withMetrics } from "#shared/metrics/with-metrics.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { parseClock } from "#shared/runtime/clock.ts";
import { commonEnv, influxEnv, parseConfig, redisEnv } from "#shared/runtime/config.ts";
import { createLogger } from "#shared/runtime/log.ts";
import { runService } from "#shared/runtime/resources.ts";
import { createNotify } from "./notify.ts";
import { notifyFigures, observeNotify } from "./notify-metrics.ts";
import { senderOf, smtpEnv } from "./smtp/config.ts";

const DEFAULT_PUBLIC_URL = "http://127.0.0.1:3000";

export const notifyEnv = z.object({
  ...commonEnv,
  ...redisEnv,
  ...influxEnv,
  ...smtpEnv,
  ...metricsEnv,
  OUTFALL_PUBLIC_URL: z
    .url()
    .default(DEFAULT_PUBLIC_URL)
    .describe("address of the pages, for links in mails"),
});

export async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const config = parseConfig(notifyEnv, env);
  const metrics = createMetrics("notify");
  const log = createLogger("notify", countEvents(metrics));
  const registry = await loadRegistry(config.OUTFALL_REGISTRY);
  const influx = measuredInflux(influxFrom(config), metrics);
  const service = createNotify({
    registry,
    influx,
    redis: { url: config.OUTFALL_REDIS_URL, prefix: config.OUTFALL_QUEUE_PREFIX },
    smtpUrl: config.OUTFALL_SMTP_URL,
    from: senderOf(registry, config.OUTFALL_MAIL_FROM),
    publicUrl: config.OUTFALL_PUBLIC_URL,
    dataDir: config.OUTFALL_DATA_DIR,
    clock: parseClock(config.OUTFALL_CLOCK, registry.settings.simulated),
    log,
  });
  observeNotify(metrics, service);
  await runService(
    withMetrics(service, {
      metrics,
      address: metricsAddress(config, "notify"),
      influx,
      log,
      figures: () => notifyFigures(service),
    }),
    log,
  );
}
