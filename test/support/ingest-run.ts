/** `outfall ingest` as a person or a pod runs it, changed while it runs. In: arguments; out: processes, and what they left on the broker. */
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect, connectAsync } from "mqtt";
import { onTestFinished } from "vitest";
import { zonesTopic } from "#shared/mqtt/control-topics.ts";
import { decodeWorkerZones, type WorkerZones } from "#shared/mqtt/worker-zones.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { startOutfall } from "./outfall.ts";
import type { TestPublisher } from "./publisher.ts";
import type { TestStack } from "./stack.ts";

export interface IngestRun {
  /** Ends what runs with SIGTERM and starts it anew. One that ends by itself with an error is started again. */
  run(...args: string[]): Promise<void>;
  /** The exit code. */
  stop(): Promise<number | null>;
  /** Of one that ends by itself. */
  readonly finished: Promise<number | null>;
  /** What this worker keeps on its disk, and its process id. */
  worker(name: "ingest" | `ingest-w${number}`): Promise<{ storing: boolean; pid: number }>;
}

/** @param name of its data folder */
export function createIngestRun(stack: TestStack, registry: string, name: string): IngestRun {
  const data = join(registry, name);
  const env = {
    ...stack.stack.env,
    OUTFALL_REGISTRY: registry,
    OUTFALL_DATA_DIR: data,
    OUTFALL_METRICS_PORT: "off",
  };
  let running: ReturnType<typeof startOutfall> | undefined;
  let stopping = false;
  let ended: Promise<number | null> = Promise.resolve(null);
  async function keepRunning(args: readonly string[]): Promise<number | null> {
    for (;;) {
      running = startOutfall(["ingest", ...args], { env });
      running.child.stderr?.pipe(createWriteStream(join(registry, `${name}.log`), { flags: "a" }));
      const { code } = await running.finished;
      if (stopping || code === 0) return code;
    }
  }
  const stop = () => {
    stopping = true;
    running?.child.kill("SIGTERM");
    return ended;
  };
  onTestFinished(async () => void (await stop()));
  return {
    stop,
    get finished() {
      return ended;
    },
    async run(...args) {
      await stop();
      stopping = false;
      ended = keepRunning(args);
    },
    async worker(folder) {
      const zones = JSON.parse(await readFile(join(data, folder, "zones.json"), "utf8")) as WorkerZones;
      return { storing: zones.storing, pid: Number(await readFile(join(data, folder, "lock"), "utf8")) };
    },
  };
}

/** A folder with these files, below the stack's own. */
export async function writeRegistry(
  stack: TestStack,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = await mkdtemp(join(stack.folder, "registry-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

/** These workers store, nobody else has a record, and nothing is being left. */
export function handedOver(stack: TestStack, ...workers: string[]): Promise<unknown> {
  return waitFor(
    async () => {
      const records = await readRecords(stack.stack.mqttUrl);
      const settled = [...records.values()].every(({ storing, leaving }) => storing && leaving.length === 0);
      return settled && [...records.keys()].sort().join() === workers.join();
    },
    { what: `${workers} have all zones`, timeoutMs: 25_000, everyMs: 100 },
  );
}

/** The workers' records as the broker retains them. */
async function readRecords(url: string): Promise<Map<string, WorkerZones>> {
  const found = new Map<string, WorkerZones>();
  const client = await connectAsync(url, { clean: true });
  const end = "ingest-run/end";
  let all = false;
  client.on("message", (topic, payload) => {
    all ||= topic === end;
    const record = decodeWorkerZones(payload);
    if (record !== undefined) found.set(topic.split("/")[2] ?? "", record);
  });
  await client.subscribeAsync([zonesTopic("outfall-sim", "+"), end], { qos: 1 });
  await client.publishAsync(end, "", { qos: 1 });
  await waitFor(() => all, { what: "all records" });
  await client.endAsync();
  return found;
}

/** Asked under the worker's own name; the session is gone after that. */
export async function hasSession(stack: TestStack, worker: string): Promise<boolean> {
  const clientId = `outfall-ingest-outfall-sim-${worker}`;
  const { mqttUrl } = stack.stack;
  const client = connect(mqttUrl, { clientId, clean: false, reconnectPeriod: 0 });
  const sessionPresent = await new Promise<boolean>((resolve) => {
    client.once("connect", (connack) => resolve(connack.sessionPresent));
  });
  await client.endAsync();
  const last = await connectAsync(mqttUrl, { clientId, clean: true });
  await last.endAsync();
  return sessionPresent;
}

/** Stations that do not pause: each sends its next record soon after the one before is acknowledged, five minutes later by its clock. */
export function startStations(publisher: TestPublisher, topics: readonly string[]) {
  const start = Date.UTC(2026, 0, 1);
  let published = 0;
  let going = true;
  const ended = Promise.all(
    topics.map(async (topic) => {
      for (let index = 0; going; index += 1) {
        const time = start + index * 300_000;
        await publisher.publish(topic, { time, readings: { cod: index % 97 } });
        published += 1;
        await new Promise((resolve) => setTimeout(resolve, 4));
      }
    }),
  );
  return {
    get published() {
      return published;
    },
    /** How many the broker has taken. */
    async stop() {
      going = false;
      await ended;
      return published;
    },
  };
}
