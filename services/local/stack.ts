/**
 * The embedded stack: real Mosquitto, Redis and InfluxDB on free loopback ports with data of their own. In: a
 * folder; out: their addresses. Stops what it started, and only that; servers named in the environment are used as
 * they are and never touched.
 */
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { type Child, startChild } from "./child.ts";
import { freePort } from "./free-port.ts";
import { influxdb } from "./influxdb.ts";
import { mosquitto } from "./mosquitto.ts";
import { redis } from "./redis.ts";
import type { ServerKind } from "./server.ts";

const kinds: readonly ServerKind[] = [mosquitto, redis, influxdb];
export type ServerName = ServerKind["name"];

const variableOf: Record<ServerName, string> = {
  mosquitto: "OUTFALL_MQTT_URL",
  redis: "OUTFALL_REDIS_URL",
  influxdb: "OUTFALL_INFLUX_URL",
};

export interface StackOptions {
  /** Data, configuration and logs go below it. */
  readonly folder: string;
  /** Addresses of servers that already run: OUTFALL_MQTT_URL, OUTFALL_REDIS_URL, OUTFALL_INFLUX_URL. */
  readonly env?: NodeJS.ProcessEnv;
  readonly only?: readonly ServerName[];
}

export interface Stack {
  readonly mqttUrl: string;
  readonly redisUrl: string;
  readonly influxUrl: string;
  /** The addresses as environment variables, for child services. */
  readonly env: Record<string, string>;
  /** Stops one server with a signal; its port and data stay for `restart`. */
  stop(name: ServerName, signal?: NodeJS.Signals): Promise<void>;
  restart(name: ServerName): Promise<void>;
  close(): Promise<void>;
}

interface Running {
  kind: ServerKind;
  folder: string;
  port: number;
  url: string;
  child: Child;
}

/** Starts what the environment does not name and waits until each answers. @throws Error naming the server and its log. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const folder = resolve(options.folder);
  await mkdir(folder, { recursive: true });
  const given = options.env ?? process.env;
  const running = new Map<ServerName, Running>();
  const urls = new Map<ServerName, string>();

  async function launch(kind: ServerKind, port: number): Promise<void> {
    const home = join(folder, kind.name);
    const { args, url } = await kind.prepare(home, port);
    const logFile = join(folder, `${kind.name}.log`);
    const path = `${process.env.PATH ?? ""}:/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin`;
    const child = startChild({
      command: kind.command,
      args,
      cwd: home,
      logFile,
      env: { ...process.env, PATH: path },
    });
    running.set(kind.name, { kind, folder: home, port, url, child });
    urls.set(kind.name, url);
    await waitFor(
      async () => {
        if (!child.running) throw new Error(`${kind.command} ended at once`);
        return kind.answers(url);
      },
      { what: `${kind.name} answers at ${url} (log: ${logFile})`, everyMs: 50 },
    );
  }

  async function close(): Promise<void> {
    await Promise.all([...running.values()].map(({ child }) => child.stop()));
    running.clear();
  }

  const named = (name: ServerName) => given[variableOf[name]] || undefined;
  try {
    await Promise.all(
      kinds
        .filter((kind) => options.only === undefined || options.only.includes(kind.name))
        .map(async (kind) => {
          const url = named(kind.name);
          if (url === undefined) await launch(kind, await freePort());
          else urls.set(kind.name, url);
        }),
    );
  } catch (error) {
    await close();
    throw error;
  }

  const url = (name: ServerName) => urls.get(name) ?? "";
  return {
    mqttUrl: url("mosquitto"),
    redisUrl: url("redis"),
    influxUrl: url("influxdb"),
    env: Object.fromEntries([...urls].map(([name, address]) => [variableOf[name], address])),
    async stop(name, signal) {
      await running.get(name)?.child.stop(signal);
    },
    async restart(name) {
      const server = running.get(name);
      if (server === undefined) throw new Error(`${name} was not started by this stack`);
      await server.child.stop();
      await launch(server.kind, server.port);
    },
    close,
  };
}
