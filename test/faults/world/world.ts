/**
 * What a fault run stands on. In: a folder and a seed; out: servers of its own, ingest as a process whose every
 * connection goes over a wire that can be cut, stations that publish, and whatever else can be broken.
 */
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Stack, startStack } from "#services/local/stack.ts";
import { createInflux, type Influx } from "#shared/influx/influx.ts";
import { writeRegistry } from "#test/bench/load/registry.ts";
import { createLoad, type Load } from "../load/load.ts";
import { type Link, startLink } from "../proxy.ts";
import { createWireWatch, type WireWatch } from "../wire-watch.ts";
import { createIngestLives, type IngestLives } from "./ingest-lives.ts";
import { mountSmallDisk, type SmallDisk } from "./small-disk.ts";

export interface World {
  readonly stack: Stack;
  /** Not over the wires: what is read in the end is what is there. */
  readonly influx: Influx;
  readonly ingest: IngestLives;
  readonly links: Readonly<Record<"broker" | "influxdb" | "redis", Link>>;
  readonly watch: WireWatch;
  readonly load: Load;
  readonly dataDir: string;
  /** Undefined where nothing can be mounted, or no fault asks for it. */
  readonly disk: SmallDisk | undefined;
  /** Sets ingest's wall clock wrong by so much. */
  setClock(offsetMs: number): Promise<void>;
  /** When the broker was killed, ms since epoch. */
  readonly brokerKills: number[];
  /** @param keep copies ingest's data to a place that stays, if it lies on the small disk */
  close(keep: boolean): Promise<void>;
}

export interface WorldOptions {
  readonly folder: string;
  readonly seed: string;
  readonly stations: number;
  readonly messagesPerSecond: number;
  /** How long the load will run at the most. */
  readonly atMostMs: number;
  readonly smallDisk: boolean;
}

const STEPPED_CLOCK = new URL("./stepped-clock.ts", import.meta.url);
const DATABASE = "outfall";
/** The smallest that ingest takes. */
export const JOURNAL_MAX_BYTES = 16_777_216;

export async function createWorld(options: WorldOptions): Promise<World> {
  const { folder } = options;
  const resources = new AsyncDisposableStack();
  const dataDir = join(folder, "data");
  const registry = join(folder, "registry");
  const clockFile = join(folder, "clock-offset");
  try {
    await writeRegistry(registry, options.stations);
    const disk = options.smallDisk ? await mountSmallDisk(dataDir) : undefined;
    if (disk !== undefined) resources.defer(() => disk.close());
    const stack = await startStack({ folder: join(folder, "servers"), env: {} });
    resources.defer(() => stack.close());
    const influx = createInflux({ url: stack.influxUrl, org: "outfall", database: DATABASE });
    resources.defer(() => influx.close());
    await influx.prepare();

    const watch = createWireWatch();
    const links = {
      broker: await startLink(stack.mqttUrl, watch.listener),
      influxdb: await startLink(stack.influxUrl),
      redis: await startLink(stack.redisUrl),
    };
    for (const link of Object.values(links)) resources.defer(() => link.close());
    const preload = `${STEPPED_CLOCK}?file=${encodeURIComponent(clockFile)}`;
    const ingest = createIngestLives({
      logFile: join(folder, "ingest.log"),
      env: {
        OUTFALL_MQTT_URL: links.broker.url,
        OUTFALL_INFLUX_URL: links.influxdb.url,
        OUTFALL_REDIS_URL: links.redis.url,
        OUTFALL_REGISTRY: registry,
        OUTFALL_DATA_DIR: dataDir,
        OUTFALL_INFLUX_DATABASE: DATABASE,
        OUTFALL_INFLUX_TOKEN: "",
        OUTFALL_RAW_RETENTION: "",
        OUTFALL_CLOCK: "",
        OUTFALL_LOG: "info",
        OUTFALL_JOURNAL_MAX_BYTES: String(JOURNAL_MAX_BYTES),
        NODE_OPTIONS: `--import=${preload}`,
      },
    });
    resources.defer(() => ingest.close());
    await ingest.start();
    await saveSession(stack);
    const load = createLoad({ ...options, url: stack.mqttUrl });
    resources.defer(() => load.close());

    return {
      stack,
      influx,
      ingest,
      links,
      watch,
      load,
      dataDir,
      disk,
      setClock: (offsetMs) => writeFile(clockFile, String(offsetMs)),
      brokerKills: [],
      async close(keep) {
        load.close();
        await ingest.close();
        if (keep && disk !== undefined) await cp(dataDir, join(folder, "data-kept"), { recursive: true });
        await resources.disposeAsync();
      },
    };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}

/**
 * An orderly end writes the broker's snapshot. Where it never had written one with ingest's session in it, a broker that
 * is killed would know nobody to keep the stations' resends for: so it is for seconds in the life of an installation.
 */
async function saveSession(stack: Stack): Promise<void> {
  await stack.stop("mosquitto");
  await stack.restart("mosquitto");
}
