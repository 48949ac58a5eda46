/**
 * The whole of Outfall on one machine: servers, mail catcher and services, each a process. In: a folder, a registry,
 * a clock; out: addresses and handles. `close` stops everything that was started here, in reverse order.
 */
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import type { Influx } from "#shared/influx/influx.ts";
import { influxFrom } from "#shared/influx/influx-config.ts";
import { createQueue, type JobQueue, type RedisOptions } from "#shared/queue/bull.ts";
import { type QueueName, queueNames } from "#shared/queue/queues.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { influxEnv, parseConfig, redisEnv } from "#shared/runtime/config.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { freePort } from "./free-port.ts";
import { startMailCatcher } from "./mail-catcher.ts";
import { type ServiceName, type ServiceProcess, startService } from "./service-process.ts";
import { type Stack, startStack } from "./stack.ts";

export interface SystemOptions {
  /** Servers, services, journals and logs live below it. */
  readonly folder: string;
  /** Caught mails go here, one .eml each. */
  readonly mailFolder: string;
  readonly registryFolder: string;
  readonly registry: Registry;
  /** A database, queues and caught mails of this name's own, for demo and replay: nothing is mixed with what a named server holds. */
  readonly isolatedAs?: string;
  /** Further variables for the services, such as OUTFALL_CLOCK. */
  readonly env?: Readonly<Record<string, string>>;
  readonly services?: readonly ServiceName[];
  readonly apiPort?: number;
  readonly log?: (what: string) => void;
}

export interface System {
  readonly stack: Stack;
  readonly influx: Influx;
  readonly redis: RedisOptions;
  readonly queues: { readonly [Name in QueueName]: JobQueue<Name> };
  readonly apiUrl: string;
  readonly services: ReadonlyMap<ServiceName, ServiceProcess>;
  close(): Promise<void>;
}

const ALL: readonly ServiceName[] = ["ingest", "compliance", "notify", "api"];

/** Starts everything and waits until each part is ready. Servers named in the environment are used, not started. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const say = options.log ?? (() => undefined);
  const folder = resolve(options.folder);
  const resources = new AsyncDisposableStack();
  try {
    await mkdir(join(folder, "logs"), { recursive: true });
    const stack = await startStack({ folder: join(folder, "servers") });
    resources.defer(() => stack.close());
    say("Mosquitto, Redis and InfluxDB answer");
    const catcher = await startMailCatcher({ folder: options.mailFolder });
    resources.defer(() => catcher.close());
    const own = isolation(options.isolatedAs);
    const config = parseConfig(z.object({ ...influxEnv, ...redisEnv }), {
      ...process.env,
      ...stack.env,
      ...own,
    });
    const influx = influxFrom(config);
    resources.defer(() => influx.close());
    await influx.prepare(options.isolatedAs === undefined ? process.env.OUTFALL_RAW_RETENTION : undefined);
    const redis = { url: config.OUTFALL_REDIS_URL, prefix: config.OUTFALL_QUEUE_PREFIX };
    const queue = <Name extends QueueName>(name: Name) => {
      const made = createQueue(name, redis, silentLogger);
      resources.defer(() => made.close());
      return made;
    };
    const queues = Object.fromEntries(
      queueNames.map((name) => [name, queue(name)]),
    ) as unknown as System["queues"];

    const apiPort = options.apiPort ?? (await freePort());
    const apiUrl = `http://127.0.0.1:${apiPort}`;
    const env = {
      ...stack.env,
      // several systems may run on a machine: none takes the ports that `outfall ingest` and the others have
      OUTFALL_METRICS_PORT: process.env.OUTFALL_METRICS_PORT ?? "0",
      OUTFALL_REGISTRY: resolve(options.registryFolder),
      OUTFALL_DATA_DIR: join(folder, "data"),
      OUTFALL_API_PORT: String(apiPort),
      OUTFALL_PUBLIC_URL: process.env.OUTFALL_PUBLIC_URL ?? apiUrl,
      ...(process.env.OUTFALL_SMTP_URL === undefined ? { OUTFALL_SMTP_URL: catcher.url } : {}),
      ...own,
      ...(options.isolatedAs === undefined
        ? {}
        : { OUTFALL_SMTP_URL: catcher.url, OUTFALL_PUBLIC_URL: apiUrl }),
      ...options.env,
    };
    const services = new Map<ServiceName, ServiceProcess>();
    await Promise.all(
      (options.services ?? ALL).map(async (name) => {
        const service = await startService(name, { env, logFile: join(folder, "logs", `${name}.log`) });
        resources.defer(() => service.stop());
        services.set(name, service);
      }),
    );
    say(`${[...services.keys()].join(", ")} are ready`);
    return { stack, influx, redis, queues, apiUrl, services, close: () => resources.disposeAsync() };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}

/** Names a run's own database and queues, kept for good: a record of 1990 is older than any retention. */
function isolation(name: string | undefined): Record<string, string> {
  if (name === undefined) return {};
  const own = `outfall_${name.replace(/[^A-Za-z0-9]+/g, "_")}`;
  // an empty retention counts as unset
  return { OUTFALL_INFLUX_DATABASE: own, OUTFALL_QUEUE_PREFIX: own, OUTFALL_RAW_RETENTION: "" };
}
