/**
 * A service that tells about itself. In: a service, its metrics and its figures; out: the same service, which also
 * serves `/metrics` and writes its row every ten seconds from before it starts until it has closed. Neither can keep
 * the service from its work: a port that is taken is said, and the service goes on without.
 */
import type { Influx } from "#shared/influx/influx.ts";
import type { Logger } from "#shared/runtime/log.ts";
import type { Service } from "#shared/runtime/resources.ts";
import type { Metrics } from "./metrics.ts";
import type { MetricsAddress } from "./metrics-config.ts";
import { createSelfReport, type SelfFigures } from "./self-report.ts";
import { type MetricsServer, serveMetrics } from "./serve.ts";

export function withMetrics(
  service: Service,
  options: {
    readonly metrics: Metrics;
    /** Undefined: off. */
    readonly address: MetricsAddress | undefined;
    /** For its row; left out by a service that has no InfluxDB. */
    readonly influx?: Pick<Influx, "write">;
    readonly log: Logger;
    readonly figures?: () => SelfFigures | Promise<SelfFigures>;
    readonly reportEveryMs?: number;
  },
): Service {
  const { metrics, address, influx, log, figures = () => ({}), reportEveryMs } = options;
  const closing = new AbortController();
  let server: MetricsServer | undefined;
  let reporting: Promise<void> | undefined;
  return {
    ...(service.failed === undefined ? {} : { failed: service.failed }),
    ...(service.done === undefined ? {} : { done: service.done }),
    async start() {
      if (address !== undefined) {
        server = await serveMetrics(metrics, address).catch((error) => {
          log.warn({ err: error, ...address }, "metrics are not served, their port cannot be had");
          return undefined;
        });
        if (server !== undefined) log.info({ url: server.url }, "metrics are served");
      }
      if (influx !== undefined) {
        reporting = createSelfReport({
          influx,
          service: metrics.service,
          worker: metrics.worker,
          read: figures,
          ...(reportEveryMs === undefined ? {} : { everyMs: reportEveryMs }),
        }).run(closing.signal);
      }
      await service.start();
    },
    async close() {
      await service.close();
      closing.abort();
      await reporting;
      await server?.close();
    },
  };
}
