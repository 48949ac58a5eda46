/**
 * What every side of a bench stands on. In: a folder; out: servers of its own (never those of the environment), and
 * fleets of stations on them.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { connectAsync } from "mqtt";
import { type Stack, startStack } from "#services/local/stack.ts";
import { createInflux, type Influx } from "#shared/influx/influx.ts";
import { subscription } from "#shared/mqtt/topic.ts";
import { createFleet, type Fleet } from "./fleet.ts";
import { ROOT } from "./load/registry.ts";

/** What every bench takes. */
export interface BenchOptions {
  /** Servers, journal and logs go below it, so the disk it lies on is measured; a temporary one when left out. */
  readonly folder?: string;
  /** Hears what is going on. */
  readonly say?: (text: string) => void;
  /** Hears why something was not measured. */
  readonly warn?: (text: string) => void;
}

export interface Rig {
  readonly folder: string;
  readonly stack: Stack;
  /** InfluxDB port to a database of the name, made on first use. */
  database(name: string): Promise<Influx>;
  /** So many stations, with a registry, a data folder and a database of their own. */
  fleet(name: string, stations: number): Promise<Fleet>;
  /** Screen jobs pile up where nobody judges; this forgets them. */
  emptyQueues(): Promise<void>;
  close(): Promise<void>;
}

/** What ingest calls itself at the broker. */
export const INGEST_CLIENT_ID = `outfall-ingest-${ROOT}-w1`;

/** Runs a bench on servers of its own and stops them. */
export async function withRig<Result>(
  options: BenchOptions,
  run: (rig: Rig, say: (text: string) => void) => Promise<Result>,
): Promise<Result> {
  const say = options.say ?? (() => undefined);
  const folder = resolve(options.folder ?? (await mkdtemp(join(tmpdir(), "outfall-bench-"))));
  try {
    say("starting Mosquitto, Redis and InfluxDB");
    const rig = await createRig(folder);
    try {
      return await run(rig, say);
    } finally {
      await rig.close();
    }
  } finally {
    if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function createRig(folder: string): Promise<Rig> {
  const resources = new AsyncDisposableStack();
  const databases = new Map<string, Influx>();
  const stack = await startStack({ folder: join(folder, "servers"), env: {} });
  resources.defer(() => stack.close());

  async function database(name: string): Promise<Influx> {
    const known = databases.get(name);
    if (known !== undefined) return known;
    const influx = createInflux({ url: stack.influxUrl, org: "outfall", database: name });
    resources.defer(() => influx.close());
    databases.set(name, influx);
    await influx.prepare();
    return influx;
  }

  return {
    folder,
    stack,
    database,
    async fleet(name, stations) {
      const influx = await database(name);
      const fleet = await createFleet({ stack, influx, name, stations, folder: join(folder, name) });
      resources.defer(() => fleet.close());
      return fleet;
    },
    async emptyQueues() {
      const { Redis } = await import("ioredis");
      const redis = new Redis(stack.redisUrl);
      await redis.flushall();
      redis.disconnect();
    },
    close: () => resources.disposeAsync(),
  };
}

/** A session for which the broker keeps everything below the root until the client comes. */
export async function leaveSession(url: string, clientId: string): Promise<void> {
  const client = await connectAsync(url, { clientId, clean: false });
  await client.subscribeAsync(subscription(ROOT), { qos: 1 });
  await client.endAsync();
}

/** Ends a session, so that the broker keeps nothing for it any more. */
export async function dropSession(url: string, clientId: string): Promise<void> {
  const client = await connectAsync(url, { clientId, clean: true });
  await client.endAsync();
}
