/**
 * A fleet: so many stations with a registry, a data folder and a database of their own. In: the rig's servers; out:
 * ingest for them, as a process of its own.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ServiceProcess, startService } from "#services/local/service-process.ts";
import type { Stack } from "#services/local/stack.ts";
import type { Influx } from "#shared/influx/influx.ts";
import { writeRegistry } from "./load/registry.ts";
import { readProgress } from "./measure/progress.ts";

export interface Fleet {
  readonly stations: number;
  readonly influx: Influx;
  /** Of its registry. */
  readonly registryFolder: string;
  readonly dataDir: string;
  readonly logFile: string;
  readonly cursorFile: string;
  /** Starts ingest; a second one goes on where the first one stopped. */
  startIngest(env?: Readonly<Record<string, string>>): Promise<IngestProcess>;
  /** @throws Error unless ledger and database both hold so many samples: figures are only worth something then. */
  checkStored(expected: number): Promise<void>;
  /** Ends what it started. */
  close(): Promise<void>;
}

export interface IngestProcess {
  readonly pid: number;
  /** When the broker accepted its connection, ms since epoch: from then on messages flow. */
  readonly connectedAt: number;
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 600_000;

export async function createFleet(options: {
  stack: Stack;
  influx: Influx;
  folder: string;
  name: string;
  stations: number;
}): Promise<Fleet> {
  const { stack, influx, folder, name, stations } = options;
  const registryFolder = join(folder, "registry");
  const dataDir = join(folder, "data");
  const logFile = join(folder, "ingest.log");
  const cursorFile = join(dataDir, "ingest", "cursor.log");
  const started: ServiceProcess[] = [];
  await writeRegistry(registryFolder, stations);

  return {
    stations,
    influx,
    registryFolder,
    dataDir,
    logFile,
    cursorFile,
    async startIngest(env = {}) {
      const service = await startService("ingest", {
        env: {
          ...stack.env,
          OUTFALL_REGISTRY: registryFolder,
          OUTFALL_DATA_DIR: dataDir,
          OUTFALL_INFLUX_DATABASE: name,
          OUTFALL_INFLUX_TOKEN: "",
          OUTFALL_RAW_RETENTION: "",
          OUTFALL_CLOCK: "",
          OUTFALL_LOG: "info",
          OUTFALL_METRICS_PORT: "0",
          ...env,
        },
        logFile,
        readyTimeoutMs: READY_TIMEOUT_MS,
      });
      started.push(service);
      return { pid: pidOf(service), connectedAt: await lastConnection(logFile), stop: () => service.stop() };
    },
    async checkStored(expected) {
      const [series] = await influx.query('SELECT count(received) FROM "raw"."effluent"');
      const count = Number(series?.values[0]?.[1] ?? 0);
      const { stored } = await readProgress(cursorFile);
      if (count !== expected || stored !== expected) {
        throw new Error(`published ${expected}, the ledger says ${stored} stored, InfluxDB has ${count}`);
      }
    },
    async close() {
      await Promise.all(started.map((service) => service.stop()));
    },
  };
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
