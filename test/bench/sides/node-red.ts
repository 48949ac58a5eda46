/**
 * Node-RED drains the same queue into InfluxDB. In: a session with the queue before it; out: messages a second from
 * the broker's CONNACK until InfluxDB has the last it will get, how many it has, and the memory it took. Node-RED
 * acknowledges on receipt: what is in its memory when a write fails, or when it ends, is gone, so they are counted.
 */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Influx } from "#shared/influx/influx.ts";
import { subscription } from "#shared/mqtt/topic.ts";
import { pause, waitFor } from "#shared/runtime/wait-for.ts";
import { ROOT } from "../load/registry.ts";
import { residentMemory } from "../measure/process.ts";
import { flowOf, settingsOf } from "../node-red/flow.ts";

export const NODE_RED_CLIENT_ID = "bench-node-red";

export interface NodeRedDrain {
  readonly messagesPerSecond: number;
  /** Of those that waited. */
  readonly stored: number;
  readonly rssMiBPeak: number | null;
}

const LOOK_MS = 20;
/** Without a new point for so long: no more will come. */
const SETTLED_MS = 15_000;

export async function benchNodeRed(options: {
  /** node-red's red.js */
  program: string;
  folder: string;
  mqttUrl: string;
  influxUrl: string;
  influx: Influx;
  database: string;
  messages: number;
  onStored?: (stored: number) => void;
}): Promise<NodeRedDrain> {
  const { folder, influx, messages } = options;
  await mkdir(folder, { recursive: true });
  const flow = flowOf({
    mqttUrl: options.mqttUrl,
    influxUrl: options.influxUrl,
    database: options.database,
    clientId: NODE_RED_CLIENT_ID,
    subscription: subscription(ROOT),
  });
  await writeFile(join(folder, "flow.json"), JSON.stringify(flow));
  // .cjs: the folder may lie in a package of modules
  const settings = join(folder, "settings.cjs");
  await writeFile(settings, settingsOf(folder));
  const logFile = join(folder, "node-red.log");
  const log = openSync(logFile, "w");
  const before = await pointsWritten(influx);
  const child = spawn(process.execPath, [options.program, "--settings", settings, "--userDir", folder], {
    cwd: folder,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  try {
    const connectedAt = await connection(logFile, () => child.exitCode === null);
    let last = { stored: 0, at: connectedAt };
    while (last.stored < messages && Date.now() - last.at < SETTLED_MS && child.exitCode === null) {
      const at = Date.now();
      const stored = (await pointsWritten(influx)) - before;
      if (stored !== last.stored) {
        last = { stored, at };
        options.onStored?.(stored);
      }
      await pause(LOOK_MS);
    }
    const memory = await residentMemory(child.pid ?? 0);
    return {
      messagesPerSecond: (last.stored * 1000) / Math.max(1, last.at - connectedAt),
      stored: await pointsStored(influx),
      rssMiBPeak: memory?.peakMiB ?? null,
    };
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

/** When it was connected, by its own log. @throws Error with what it said last */
async function connection(logFile: string, isRunning: () => boolean): Promise<number> {
  const found = await waitFor(
    async () => {
      const at = timeOf(await readFile(logFile, "utf8"), /Connected to broker/i);
      return at ?? (isRunning() ? undefined : ENDED);
    },
    { what: "Node-RED connects to the broker", everyMs: 5 },
  ).catch(() => ENDED);
  if (found !== ENDED) return found;
  const said = (await readFile(logFile, "utf8")).trimEnd().split("\n").slice(-5).join(" ");
  throw new Error(`Node-RED does not connect to the broker: ${said.slice(-500)}`);
}

const ENDED = -1;

/** What InfluxDB counts as taken over HTTP: cheap to ask while it works. */
async function pointsWritten(influx: Influx): Promise<number> {
  const [series] = await influx.query("SHOW STATS FOR 'httpd'");
  const column = series?.columns.indexOf("pointsWrittenOK") ?? -1;
  return Number(series?.values[0]?.[column] ?? 0);
}

async function pointsStored(influx: Influx): Promise<number> {
  const [series] = await influx.query('SELECT count(ph) FROM "raw"."effluent"');
  return Number(series?.values[0]?.[1] ?? 0);
}

/** When the first log line of this text was written. */
function timeOf(text: string, pattern: RegExp): number | undefined {
  for (const line of text.split("\n").slice(0, -1)) {
    try {
      const entry = JSON.parse(line) as { time: number; text: string };
      if (pattern.test(entry.text)) return entry.time;
    } catch {
      // Node-RED's own banner
    }
  }
  return undefined;
}
