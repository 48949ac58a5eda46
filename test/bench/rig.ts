/**
 * What every side of a bench stands on. In: a folder, a number of stations; out: servers of its own (never those of
 * the environment), a registry, the persistent sessions, and ingest as a process of its own.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { type ServiceProcess, startService } from "#services/local/service-process.ts";
import { type Stack, startStack } from "#services/local/stack.ts";
import { createInflux, type Influx } from "#shared/influx/influx.ts";
import { subscription } from "#shared/mqtt/topic.ts";
import { ROOT, writeRegistry } from "./load/registry.ts";

export interface Rig {
  readonly stack: Stack;
  readonly cursorFile: string;
  /** InfluxDB port to a database of the name, made on first use. */
  database(name: string): Promise<Influx>;
  /** Starts ingest; a second one goes on where the first one stopped. */
  startIngest(env?: Readonly<Record<string, string>>): Promise<IngestProcess>;
  close(): Promise<void>;
}

export interface IngestProcess {
  readonly pid: number;
  /** When the broker accepted its connection, ms since epoch: from then on messages flow. */
  readonly connectedAt: number;
  stop(): Promise<void>;
}

/** What ingest calls itself at the broker. */
export const INGEST_CLIENT_ID = `outfall-ingest-${ROOT}-w1`;
export const INGEST_DATABASE = "outfall";

export async function createRig(folder: string, stations: number): Promise<Rig> {
  const resources = new AsyncDisposableStack();
  const databases = new Map<string, Influx>();
  const registry = join(folder, "registry");
  const dataDir = join(folder, "data");
  try {
    await writeRegistry(registry, stations);
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

    async function startIngest(env: Readonly<Record<string, string>> = {}): Promise<IngestProcess> {
      const logFile = join(folder, "ingest.log");
      const service = await startService("ingest", {
        env: {
          ...stack.env,
          OUTFALL_REGISTRY: registry,
          OUTFALL_DATA_DIR: dataDir,
          OUTFALL_INFLUX_DATABASE: INGEST_DATABASE,
          OUTFALL_INFLUX_TOKEN: "",
          OUTFALL_RAW_RETENTION: "",
          OUTFALL_CLOCK: "",
          OUTFALL_LOG: "info",
          ...env,
        },
        logFile,
      });
      resources.defer(() => service.stop());
      return { pid: pidOf(service), connectedAt: await lastConnection(logFile), stop: () => service.stop() };
    }

    await database(INGEST_DATABASE);
    return {
      stack,
      cursorFile: join(dataDir, "ingest", "cursor.json"),
      database,
      startIngest,
      close: () => resources.disposeAsync(),
    };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}

/** A session for which the broker keeps everything below the root until the client comes. */
export async function leaveSession(url: string, clientId: string): Promise<void> {
  const client = await connectAsync(url, { clientId, clean: false });
  await client.subscribeAsync(subscription(ROOT), { qos: 1 });
  await client.endAsync();
}

function pidOf({ pid }: ServiceProcess): number {
  if (pid === undefined) throw new Error("ingest ended at once");
  return pid;
}

/** From ingest's own log: nobody outside sees the moment. */
async function lastConnection(logFile: string): Promise<number> {
  const text = await readFile(logFile, "utf8");
  const found = text
    .split("\n")
    .filter((line) => line.includes('"connected to the broker"'))
    .at(-1);
  if (found === undefined) throw new Error(`ingest did not log its connection: ${logFile}`);
  return Number((JSON.parse(found) as { time: number }).time);
}
