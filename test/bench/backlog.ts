/**
 * A national backlog: what 2,000 stations sent in 24 hours, every five minutes, waits at the broker. Out: how long
 * ingest takes from its connection until all of it is stored.
 */
import { createFeed, VALUES_PER_MESSAGE } from "./load/feed.ts";
import { fillQueues } from "./load/publisher.ts";
import { cpuMicros, residentMemory } from "./measure/process.ts";
import { rounded } from "./measure/rounded.ts";
import { type BenchOptions, INGEST_CLIENT_ID, leaveSession, type Rig, withRig } from "./rig.ts";
import { benchOutfallDrain } from "./sides/outfall-drain.ts";
import { below, RSS_MIB, type Target } from "./targets.ts";

export interface BacklogOptions extends BenchOptions {
  readonly stations?: number;
  readonly messagesPerStation?: number;
  readonly values?: number;
  /** Samples stored, of how many. */
  readonly onProgress?: (stored: number, total: number) => void;
}

export interface BacklogBench {
  readonly stations: number;
  readonly messages: number;
  readonly valuesPerMessage: number;
  /** From the broker's CONNACK until all is stored. */
  readonly backlogSeconds: number;
  readonly messagesPerSecond: number;
  /** CPU time of ingest, its start included. */
  readonly cpuMicrosPerMessage: number | null;
  readonly rssMiBPeak: number | null;
}

const STATIONS = 2_000;
/** 24 hours of five-minute records. */
const MESSAGES_PER_STATION = 288;
/** Messages made and published at once. */
const CHUNK = 20_000;

export const benchBacklog = (options: BacklogOptions): Promise<BacklogBench> =>
  withRig(options, (rig, say) => run(rig, say, options));

async function run(rig: Rig, say: (text: string) => void, options: BacklogOptions): Promise<BacklogBench> {
  const stations = options.stations ?? STATIONS;
  const values = options.values ?? VALUES_PER_MESSAGE;
  const messages = stations * (options.messagesPerStation ?? MESSAGES_PER_STATION);
  const fleet = await rig.fleet("outfall", stations);
  const feed = createFeed({ stations, total: messages, now: Date.now(), values });
  await leaveSession(rig.stack.mqttUrl, INGEST_CLIENT_ID);
  for (let from = 0; from < messages; from += CHUNK) {
    say(`filling the broker's queue: ${from} of ${messages}`);
    await fillQueues(rig.stack.mqttUrl, feed.messages(from, Math.min(messages, from + CHUNK)));
  }
  say("ingest catches up");
  const ingest = await fleet.startIngest();
  const drain = await benchOutfallDrain(fleet, ingest, {
    messages,
    startCpuMicros: 0,
    onStored: (stored) => options.onProgress?.(stored, messages),
  });
  const cpu = await cpuMicros(ingest.pid);
  const memory = await residentMemory(ingest.pid);
  await ingest.stop();
  say("comparing with the database");
  await fleet.checkStored(messages);
  return {
    stations,
    messages,
    valuesPerMessage: values,
    backlogSeconds: rounded(messages / drain.messagesPerSecond, 1),
    messagesPerSecond: rounded(drain.messagesPerSecond, 0),
    cpuMicrosPerMessage: cpu === null ? null : rounded(cpu / messages, 1),
    rssMiBPeak: rounded(memory?.peakMiB ?? null, 0),
  };
}

/** They hold for a country's day: 576,000 messages. */
export function backlogTargets(result: BacklogBench): Target[] {
  const isNational = result.messages >= STATIONS * MESSAGES_PER_STATION;
  return [
    below("backlogSeconds", isNational ? result.backlogSeconds : null, 20, "s for 576,000 messages"),
    below("rssMiBPeak", result.rssMiBPeak, RSS_MIB, "MiB"),
  ];
}
