/**
 * The api. In: registry, InfluxDB, addresses of Redis and broker, clock, log, host and port; out: an HTTP server with
 * JSON, server-sent events and the console. Loopback only: there are no accounts yet.
 */
import type { AddressInfo } from "node:net";
import Fastify, { type FastifyInstance } from "fastify";
import { InfluxError } from "#shared/influx/influx.ts";
import { readMails } from "#shared/mail/mail-points.ts";
import type { Metrics } from "#shared/metrics/metrics.ts";
import type { RedisOptions } from "#shared/queue/bull.ts";
import { isLoopback } from "#shared/runtime/loopback.ts";
import type { Service } from "#shared/runtime/resources.ts";
import { loadConsoleAssets } from "./console-assets.ts";
import { consoleRoutes } from "./console-routes.ts";
import type { ApiContext } from "./context.ts";
import { ApiError, errorBody, errorStatus } from "./errors.ts";
import { createHealth } from "./health/health.ts";
import { influxProbe, mqttProbe, redisProbe } from "./health/probes.ts";
import { incidentRoutes } from "./incidents/routes.ts";
import { ledgerRoutes } from "./ledger/routes.ts";
import { createFeed } from "./live/feed.ts";
import { liveRoutes } from "./live/routes.ts";
import { isLoopbackHeader } from "./loopback.ts";
import { missingPlantRoutes } from "./missing-plants/routes.ts";
import { createOverview } from "./overview/read-overview.ts";
import { checkQuery, count } from "./parameters.ts";
import { quarantineRoutes } from "./quarantine/routes.ts";
import { readingRoutes } from "./readings/routes.ts";
import { verdictRoutes } from "./verdicts/routes.ts";
import { zoneRoutes } from "./zones/routes.ts";

export interface ApiDeps extends ApiContext {
  readonly redis: RedisOptions;
  readonly mqttUrl: string;
  /** Loopback, or any address where `container` says that only a port published on loopback leads here. */
  readonly host: string;
  readonly container?: boolean;
  /** 0 takes a free one. */
  readonly port: number;
  /** Served at /metrics. */
  readonly metrics?: Pick<Metrics, "text" | "contentType">;
}

export interface Api extends Service {
  /** `http://127.0.0.1:3000`. @throws before `start` */
  address(): string;
  /** For `inject()`; ready once `start` or `app.ready()` has resolved. */
  readonly app: FastifyInstance;
}

const securityHeaders = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
} as const;

/** @throws when `host` is not loopback outside a container, or a file of the console is missing. */
export async function createApi(deps: ApiDeps): Promise<Api> {
  if (!isLoopback(deps.host) && !deps.container) {
    throw new Error(
      `the api binds ${deps.host}: expected 127.0.0.1, ::1 or localhost; it has no accounts yet, so nobody else may reach it ` +
        "(in a container whose port is published on 127.0.0.1 alone: OUTFALL_API_CONTAINER=1)",
    );
  }
  const assets = await loadConsoleAssets();
  const app = Fastify({ logger: false, forceCloseConnections: true });
  const overview = createOverview(deps);
  const feed = createFeed({
    read: overview,
    now: deps.clock.now,
    onTrouble: (err) => deps.log.warn({ err }, "live overview cannot be read"),
  });
  const health = createHealth({
    influx: influxProbe(deps.influx),
    redis: redisProbe(deps.redis.url),
    mqtt: mqttProbe(deps.mqttUrl),
  });

  app.addHook("onRequest", async (request, reply) => {
    reply.headers(securityHeaders);
    if (!isLoopbackHeader(request.headers.host)) {
      throw new ApiError("host-refused", "this api answers to localhost and 127.0.0.1 only");
    }
  });
  answerErrors(app, deps);

  app.get("/health", async (request, reply) => {
    checkQuery({}, request.query);
    const state = await health();
    return reply.code(state.ok ? 200 : 503).send(state);
  });
  const { metrics } = deps;
  if (metrics !== undefined)
    app.get("/metrics", async (_, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  app.get("/overview", async (request) => {
    checkQuery({}, request.query);
    return overview();
  });
  app.get("/mails", async (request) => {
    const { limit } = checkQuery({ limit: count(200, 10_000) }, request.query);
    return { mails: await readMails(deps.influx, limit) };
  });
  ledgerRoutes(app, deps);
  quarantineRoutes(app, deps);
  zoneRoutes(app, deps);
  missingPlantRoutes(app, deps);
  readingRoutes(app, deps);
  incidentRoutes(app, deps);
  verdictRoutes(app, deps);
  const endStreams = liveRoutes(app, feed);
  consoleRoutes(app, assets);

  return {
    app,
    async start() {
      await app.listen({ host: deps.host, port: deps.port });
      deps.log.info({ address: addressOf(app) }, "api listens");
    },
    address: () => addressOf(app),
    async close() {
      endStreams();
      await feed.close();
      await app.close();
    },
  };
}

function addressOf(app: FastifyInstance): string {
  const bound = app.server.address() as AddressInfo | null;
  if (bound === null) throw new Error("the api does not listen yet");
  return `http://${bound.family === "IPv6" ? `[${bound.address}]` : bound.address}:${bound.port}`;
}

/** Every refusal and failure has the same body; what only we should know goes to the log. */
function answerErrors(app: FastifyInstance, { log }: Pick<ApiDeps, "log">): void {
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send(errorBody("not-found", `no ${request.method} ${JSON.stringify(request.url.slice(0, 100))}`)),
  );
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof ApiError) {
      return reply.code(errorStatus[error.code]).send(errorBody(error.code, error.message));
    }
    const status = (error as { statusCode?: number }).statusCode;
    if (error instanceof InfluxError) {
      log.warn({ err: error, url: request.url }, "InfluxDB did not answer a request");
      return reply
        .code(errorStatus["storage-unavailable"])
        .send(errorBody("storage-unavailable", "InfluxDB does not answer; see GET /health"));
    }
    if (status !== undefined && status >= 400 && status < 500) {
      return reply.code(status).send(errorBody("parameter-invalid", (error as Error).message));
    }
    log.error({ err: error, url: request.url }, "request failed");
    return reply.code(500).send(errorBody("internal", "the api failed to answer; its log says why"));
  });
}
