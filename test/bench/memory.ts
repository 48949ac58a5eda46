/**
 * Memory of ingest under millions of messages. In: how many, and stations; out: what is resident at the start, after
 * each million, at the end and at most. Screen jobs are forgotten on the way: nobody judges here, and Redis would grow.
 */
import { createFeed, VALUES_PER_MESSAGE } from "./load/feed.ts";
import { residentMemory } from "./measure/process.ts";
import { rounded } from "./measure/rounded.ts";
import { type BenchOptions, type Rig, withRig } from "./rig.ts";
import { benchOutfallLive } from "./sides/outfall-live.ts";
import { below, RSS_MIB, type Target } from "./targets.ts";

export interface MemoryOptions extends BenchOptions {
  readonly messages: number;
  readonly stations: number;
  readonly values?: number;
  /** Looked at after so many; a million when left out. */
  readonly every?: number;
  readonly onProgress?: (stored: number, total: number) => void;
}

export interface MemoryBench {
  readonly messages: number;
  readonly stations: number;
  readonly valuesPerMessage: number;
  readonly messagesPerSecond: number;
  /** Ready with nothing to do. */
  readonly rssMiBStart: number | null;
  /** `messages` each time: a million, two … */
  readonly rssMiBAfter: readonly { readonly messages: number; readonly rssMiB: number | null }[];
  readonly rssMiBEnd: number | null;
  readonly rssMiBPeak: number | null;
  /** Highest of the second half ÷ highest of the first, while it runs: 1 is flat. */
  readonly growth: number | null;
}

const MILLION = 1_000_000;

export const benchMemory = (options: MemoryOptions): Promise<MemoryBench> =>
  withRig(options, (rig, say) => run(rig, say, options));

async function run(rig: Rig, say: (text: string) => void, options: MemoryOptions): Promise<MemoryBench> {
  const { messages, stations, every = MILLION } = options;
  const values = options.values ?? VALUES_PER_MESSAGE;
  const fleet = await rig.fleet("outfall", stations);
  const feed = createFeed({ stations, total: messages, now: Date.now(), values });
  const ingest = await fleet.startIngest();
  const start = await residentMemory(ingest.pid);
  const looks: Promise<{ messages: number; rssMiB: number | null }>[] = [];
  /** What is resident moves with the collector, so it is looked at between, too. */
  const between: Promise<number>[] = [];

  say(`${messages} messages, published as fast as they are stored`);
  const rate = await benchOutfallLive(rig.stack.mqttUrl, fleet, {
    messages,
    take: feed.messages,
    before: 0,
    onStored(stored) {
      options.onProgress?.(stored, messages);
      if (between.length < Math.floor((stored * LOOKS) / messages)) {
        between.push(residentMemory(ingest.pid).then((memory) => memory?.nowMiB ?? 0));
      }
      if (looks.length >= Math.floor(stored / every)) return;
      const reached = Math.floor(stored / every) * every;
      looks.push(
        residentMemory(ingest.pid).then((memory) => ({
          messages: reached,
          rssMiB: rounded(memory?.nowMiB ?? null, 0),
        })),
      );
      rig.emptyQueues().catch(() => undefined);
    },
  });
  const end = await residentMemory(ingest.pid);
  await ingest.stop();
  say("comparing with the database");
  await fleet.checkStored(messages);
  return {
    messages,
    stations,
    valuesPerMessage: values,
    messagesPerSecond: rounded(rate, 0),
    rssMiBStart: rounded(start?.nowMiB ?? null, 0),
    rssMiBAfter: await Promise.all(looks),
    rssMiBEnd: rounded(end?.nowMiB ?? null, 0),
    rssMiBPeak: rounded(end?.peakMiB ?? null, 0),
    growth: growthOf(await Promise.all(between)),
  };
}

const LOOKS = 200;
/** The first part fills what is bounded: compiled code, the young heap, the rings of the stations. */
const SETTLING = 0.2;

/** Highest of the last half ÷ highest of what comes before it, the settling left out; null where there is nothing to compare. */
export function growthOf(looks: readonly number[]): number | null {
  const settled = looks.slice(Math.floor(looks.length * SETTLING)).filter((look) => look > 0);
  const middle = Math.floor(settled.length / 2);
  if (middle === 0) return null;
  return rounded(Math.max(...settled.slice(middle)) / Math.max(...settled.slice(0, middle)), 2);
}

/** They hold for five million messages. */
export function memoryTargets(result: MemoryBench): Target[] {
  return [
    below("rssMiBPeak", result.rssMiBPeak, RSS_MIB, "MiB"),
    below("growth", result.growth, 1.1, "(1 is flat)"),
  ];
}
