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
import { influxEnv, parseConfig } from "#shared/runtime/config.ts";
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
    const influx = influxFrom(parseConfig(z.object(influxEnv), { ...process.env, ...stack.env }));
    resources.defer(() => influx.close());
    await influx.prepare(process.env.OUTFALL_RAW_RETENTION);
    const redis = { url: stack.redisUrl, prefix: process.env.OUTFALL_QUEUE_PREFIX ?? "outfall" };
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
      OUTFALL_REGISTRY: resolve(options.registryFolder),
      OUTFALL_DATA_DIR: join(folder, "data"),
      OUTFALL_API_PORT: String(apiPort),
      OUTFALL_PUBLIC_URL: apiUrl,
      ...(process.env.OUTFALL_SMTP_URL === undefined ? { OUTFALL_SMTP_URL: catcher.url } : {}),
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
