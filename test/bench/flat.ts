/**
 * What a message costs as the country grows. In: numbers of stations and of values; out: for each pair the CPU time a
 * message, at the first contact with a station and from then on, and what the registry costs at the start. Ingest is
 * stopped (SIGSTOP) while its queue fills, so that it drains with the histories of its stations in memory.
 */
import { loadRegistry } from "#shared/registry/load.ts";
import type { Fleet, IngestProcess } from "./fleet.ts";
import { createFeed } from "./load/feed.ts";
import { createLoadPublisher } from "./load/publisher.ts";
import { cpuMicros, residentMemory } from "./measure/process.ts";
import { followUntil } from "./measure/progress.ts";
import { rounded } from "./measure/rounded.ts";
import { type BenchOptions, type Rig, withRig } from "./rig.ts";
import type { Target } from "./targets.ts";

export interface FlatOptions extends BenchOptions {
  /** Messages of each measurement, behind one a station. */
  readonly messages: number;
  readonly stations: readonly number[];
  readonly values: readonly number[];
}

export interface FlatRow {
  readonly stations: number;
  readonly valuesPerMessage: number;
  readonly messages: number;
  /** Reading the registry, once a start. */
  readonly registryLoadMs: number;
  /** The first message of each station: ingest asks the database for its history. */
  readonly firstContactCpuMicros: number | null;
  readonly cpuMicrosPerMessage: number | null;
  readonly messagesPerSecond: number;
  readonly rssMiBPeak: number | null;
}

export interface FlatBench {
  readonly rows: readonly FlatRow[];
}

const LOOK_MS = 10;
const CHUNK = 5_000;
const CONNECTIONS = 4;

export async function benchFlat(options: FlatOptions): Promise<FlatBench> {
  const rows: FlatRow[] = [];
  for (const stations of options.stations) {
    for (const values of options.values) {
      // servers of their own: what the database holds must not weigh on the next one
      rows.push(await withRig(options, (rig, say) => measure(rig, say, options, stations, values)));
    }
  }
  return { rows };
}

async function measure(
  rig: Rig,
  say: (text: string) => void,
  { messages }: FlatOptions,
  stations: number,
  values: number,
): Promise<FlatRow> {
  const what = `${stations} stations, ${values} values`;
  say(`${what}: writing and reading the registry`);
  const fleet = await rig.fleet(`outfall-${stations}-${values}`, stations);
  const startedAt = performance.now();
  await loadRegistry(fleet.registryFolder);
  const registryLoadMs = rounded(performance.now() - startedAt, 0);
  const ingest = await fleet.startIngest();
  const feed = createFeed({ stations, total: stations + messages, now: Date.now(), values });
  const drain = (from: number, to: number) =>
    drainStopped(rig, fleet, ingest, {
      take: feed.messages,
      from,
      to,
      onStored: (stored) => say(`${what}: ${stored} stored`),
    });
  const first = await drain(0, stations);
  await rig.emptyQueues();
  const then = await drain(stations, stations + messages);
  const memory = await residentMemory(ingest.pid);
  await ingest.stop();
  await fleet.checkStored(stations + messages);
  return {
    stations,
    valuesPerMessage: values,
    messages,
    registryLoadMs,
    firstContactCpuMicros: rounded(first.cpuMicrosPerMessage, 1),
    cpuMicrosPerMessage: rounded(then.cpuMicrosPerMessage, 1),
    messagesPerSecond: rounded(then.messagesPerSecond, 0),
    rssMiBPeak: rounded(memory?.peakMiB ?? null, 0),
  };
}

/** Fills the queue of an ingest that stands still, then lets it run. */
async function drainStopped(
  rig: Rig,
  fleet: Fleet,
  ingest: IngestProcess,
  options: {
    take: (from: number, to: number) => ReturnType<ReturnType<typeof createFeed>["messages"]>;
    from: number;
    to: number;
    onStored: (stored: number) => void;
  },
): Promise<{ messagesPerSecond: number; cpuMicrosPerMessage: number | null }> {
  const { take, from, to, onStored } = options;
  const publisher = await createLoadPublisher(rig.stack.mqttUrl, CONNECTIONS);
  process.kill(ingest.pid, "SIGSTOP");
  try {
    for (let at = from; at < to; at += CHUNK) await publisher.publish(take(at, Math.min(to, at + CHUNK)));
    await publisher.settled();
  } finally {
    publisher.close();
    process.kill(ingest.pid, "SIGCONT");
  }
  const before = await cpuMicros(ingest.pid);
  const startedAt = Date.now();
  const end = await followUntil({
    cursorFile: fleet.cursorFile,
    total: to,
    everyMs: LOOK_MS,
    onStep: ({ stored }) => onStored(stored),
  });
  const after = await cpuMicros(ingest.pid);
  return {
    messagesPerSecond: ((to - from) * 1000) / Math.max(1, end.at - startedAt),
    cpuMicrosPerMessage: before === null || after === null ? null : (after - before) / (to - from),
  };
}

/** Twice the cost would not be flat; less than that is what caches cost. */
const FLAT = 2;

/** Of each number of values: the dearest row against that of the fewest stations. */
export function flatTargets({ rows }: FlatBench): Target[] {
  return [...Map.groupBy(rows, ({ valuesPerMessage }) => valuesPerMessage)].map(([values, some]) => {
    const costs = some.toSorted((a, b) => a.stations - b.stations).map((row) => row.cpuMicrosPerMessage);
    const [fewest] = costs;
    const known = costs.filter((cost) => cost !== null);
    const found =
      fewest && known.length === costs.length && costs.length > 1
        ? rounded(Math.max(...known) / fewest, 2)
        : null;
    return {
      what: `CPU a message with ${values} values, most ÷ fewest stations`,
      wanted: `at most ${FLAT}`,
      found,
      isMet: found === null ? null : found <= FLAT,
    };
  });
}
