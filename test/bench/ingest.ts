/**
 * The ingest bench: every side in one run, on the same machine, on servers of its own. In: how many messages and
 * stations; out: one object of figures. A side is one file below sides/; figures of different runs do not compare.
 */
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import { loadRegistry } from "#shared/registry/load.ts";
import { type Figures, type IngestBench, noFigures, withRatios } from "./figures.ts";
import type { Fleet, IngestProcess } from "./fleet.ts";
import { createFeed, type Feed, type FeedMessage, VALUES_PER_MESSAGE } from "./load/feed.ts";
import { fillQueues } from "./load/publisher.ts";
import { startAckWatch } from "./measure/ack-watch.ts";
import { percentile } from "./measure/percentile.ts";
import { cpuMicros, type Memory, residentMemory } from "./measure/process.ts";
import { rounded } from "./measure/rounded.ts";
import { installNodeRed } from "./node-red/install.ts";
import { type BenchOptions, dropSession, INGEST_CLIENT_ID, leaveSession, type Rig, withRig } from "./rig.ts";
import { BARE_CLIENT_ID, benchBrokerLimit } from "./sides/broker-limit.ts";
import { benchInfluxLimit } from "./sides/influx-limit.ts";
import { benchNodeRed, NODE_RED_CLIENT_ID } from "./sides/node-red.ts";
import { benchOutfallDrain } from "./sides/outfall-drain.ts";
import { benchOutfallLive } from "./sides/outfall-live.ts";
import { benchOutfallPace } from "./sides/outfall-pace.ts";

/** In the order in which they run. */
export const sideNames = ["influx", "broker", "drain", "live", "pace", "node-red", "country"] as const;
export type SideName = (typeof sideNames)[number];

export interface IngestBenchOptions extends BenchOptions {
  readonly messages: number;
  readonly stations: number;
  /** Values a message; 6 when left out. */
  readonly values?: number;
  /** All of them when left out. */
  readonly sides?: readonly SideName[];
  /** Messages in the latency side, behind one a station; five seconds of them when left out. */
  readonly paceMessages?: number;
  /** Messages a second in the latency side; PACE_PER_SECOND when left out. */
  readonly pace?: number;
  /** Stations of the country, one message each every 5 s; 2,000 when left out. */
  readonly countryStations?: number;
  /** How long, behind one message a station; 15 s when left out. */
  readonly countrySeconds?: number;
  /** Where Node-RED is installed, or found; left out, that side is not run. */
  readonly nodeRedFolder?: string | undefined;
  /** Writes a CPU profile of the ingest process that drains and runs live into this folder. */
  readonly profileFolder?: string | undefined;
}

/** What the live path shall carry with its latencies. */
const PACE_PER_SECOND = 30_000;
const PACE_SECONDS = 5;
const COUNTRY_STATIONS = 2_000;
const COUNTRY_EVERY_SECONDS = 5;
const COUNTRY_SECONDS = 15;

export const benchIngest = (options: IngestBenchOptions): Promise<IngestBench> =>
  withRig(options, (rig, say) => runSides(rig, { ...options, say }));

type Run = IngestBenchOptions & { readonly say: (text: string) => void };

async function runSides(rig: Rig, options: Run): Promise<IngestBench> {
  const { messages, stations, say } = options;
  const values = options.values ?? VALUES_PER_MESSAGE;
  const chosen = new Set(options.sides ?? sideNames);
  const pace = options.pace ?? PACE_PER_SECOND;
  const paceMessages = stations + (options.paceMessages ?? pace * PACE_SECONDS);
  const total = 2 * messages + paceMessages;
  const feed = createFeed({ stations, total, now: Date.now(), values });
  const fleet = await rig.fleet("outfall", stations);
  const figures = noFigures({ messages, valuesPerMessage: values, stations });
  figures.loadAverage = rounded(loadavg()[0] ?? null, 1);

  say(`reading a registry of ${stations} stations`);
  const startedAt = performance.now();
  await loadRegistry(fleet.registryFolder);
  figures.registryLoadMs = rounded(performance.now() - startedAt, 0);

  if (chosen.has("influx")) {
    say(`influxLimit: ${messages} points straight to InfluxDB`);
    figures.influxLimit = rounded(
      await benchInfluxLimit(await rig.database("direct"), feed.samples(0, messages)),
      0,
    );
  }
  // the other queues wait until their sides come
  const queues = [
    ...(chosen.has("broker") ? [BARE_CLIENT_ID] : []),
    ...(chosen.has("drain") ? [INGEST_CLIENT_ID] : []),
    ...(chosen.has("node-red") && options.nodeRedFolder !== undefined ? [NODE_RED_CLIENT_ID] : []),
  ];
  const startCpuMicros = await measureStart(fleet, figures, say);
  if (queues.length > 0) {
    say(`filling the broker's queues: ${messages} messages for ${queues.length} session(s)`);
    for (const clientId of queues) await leaveSession(rig.stack.mqttUrl, clientId);
    await fillQueues(rig.stack.mqttUrl, feed.messages(0, messages));
  }
  if (chosen.has("broker")) {
    say("brokerLimit: a bare subscriber drains its queue");
    figures.brokerLimit = rounded(await benchBrokerLimit(rig.stack.mqttUrl, messages), 0);
  }
  let stored = await runDrainAndLive(rig, fleet, feed, { ...options, chosen, startCpuMicros, figures });
  if (chosen.has("node-red")) Object.assign(figures, await runNodeRed(rig, options));
  if (chosen.has("pace")) {
    const from = 2 * messages;
    Object.assign(
      figures,
      await runPace(rig, fleet, {
        messages: feed.messages(from, from + paceMessages),
        pace,
        before: stored,
        say,
      }),
    );
    stored += paceMessages;
  }
  if (stored > 0) await fleet.checkStored(stored);
  if (chosen.has("country")) Object.assign(figures, await runCountry(rig, options));
  return withRatios(figures);
}

/** What a start without anything to do costs, in CPU and memory. */
async function measureStart(fleet: Fleet, figures: Figures, say: Run["say"]): Promise<number | null> {
  say("what a start of ingest costs");
  const idle = await fleet.startIngest();
  const micros = await cpuMicros(idle.pid);
  figures.rssMiBStart = rounded((await residentMemory(idle.pid))?.nowMiB ?? null, 0);
  await idle.stop();
  return micros;
}

/** Both in one process, so that its memory afterwards says something. Out: samples stored. */
async function runDrainAndLive(
  rig: Rig,
  fleet: Fleet,
  feed: Feed,
  options: Run & { chosen: ReadonlySet<SideName>; startCpuMicros: number | null; figures: Figures },
): Promise<number> {
  const { messages, chosen, say, profileFolder, figures } = options;
  if (!chosen.has("drain") && !chosen.has("live")) return 0;
  const counted = (what: string) => (stored: number) => say(`${what}: ${stored} stored`);
  const ingest: IngestProcess = await fleet.startIngest(profiling(profileFolder));
  let stored = 0;
  if (chosen.has("drain")) {
    say("outfallDrain: ingest drains its queue");
    const drain = await benchOutfallDrain(fleet, ingest, {
      messages,
      startCpuMicros: options.startCpuMicros,
      onStored: counted("outfallDrain"),
    });
    figures.outfallDrain = rounded(drain.messagesPerSecond, 0);
    figures.cpuMicrosPerMessage = rounded(drain.cpuMicrosPerMessage, 1);
    stored += messages;
  }
  if (chosen.has("live")) {
    say("outfallLive: publishers and ingest at once");
    const live = feed.messages(messages, 2 * messages);
    const rate = await benchOutfallLive(rig.stack.mqttUrl, fleet, {
      messages,
      take: (from, to) => live.slice(from, to),
      before: stored,
      onStored: counted("outfallLive"),
    });
    figures.outfallLive = rounded(rate, 0);
    stored += messages;
  }
  const memory: Memory | null = await residentMemory(ingest.pid);
  figures.rssMiBEnd = rounded(memory?.nowMiB ?? null, 0);
  figures.rssMiBPeak = rounded(memory?.peakMiB ?? null, 0);
  await ingest.stop();
  return stored;
}

const profiling = (folder: string | undefined): Record<string, string> =>
  folder === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${resolve(folder)}` };

/** A wire between broker and ingest reads along. */
async function runPace(
  rig: Rig,
  fleet: Fleet,
  options: { messages: readonly FeedMessage[]; pace: number; before: number; say: Run["say"] },
): Promise<Partial<Figures>> {
  const { messages, pace, before, say } = options;
  say(`latency at ${pace} messages a second`);
  const watch = await startAckWatch(rig.stack.mqttUrl);
  const ingest = await fleet.startIngest({ OUTFALL_MQTT_URL: watch.url });
  const latency = await benchOutfallPace(rig.stack.mqttUrl, fleet, watch, {
    messages,
    messagesPerSecond: pace,
    before,
    firstRound: fleet.stations,
    onStored: (stored) => say(`latency at ${pace} messages a second: ${stored} stored`),
  });
  await ingest.stop();
  await watch.close();
  return {
    pace,
    paceReached: rounded(latency.pace, 0),
    ackP50Ms: rounded(percentile(latency.acknowledgedMs, 0.5), 1),
    ackP99Ms: rounded(percentile(latency.acknowledgedMs, 0.99), 1),
    storedP50Ms: rounded(percentile(latency.storedMs, 0.5), 1),
    storedP99Ms: rounded(percentile(latency.storedMs, 0.99), 1),
  };
}

/** The same at the pace of a country, with as many stations, and nothing between broker and ingest. */
async function runCountry(rig: Rig, options: Run): Promise<Partial<Figures>> {
  const stations = options.countryStations ?? COUNTRY_STATIONS;
  const pace = stations / COUNTRY_EVERY_SECONDS;
  options.say(`the pace of a country: ${stations} stations, ${pace} messages a second`);
  const fleet = await rig.fleet("country", stations);
  const total = stations + Math.ceil(pace * (options.countrySeconds ?? COUNTRY_SECONDS));
  const feed = createFeed({ stations, total, now: Date.now(), values: options.values ?? VALUES_PER_MESSAGE });
  const ingest = await fleet.startIngest();
  const latency = await benchOutfallPace(
    rig.stack.mqttUrl,
    fleet,
    { acknowledgedMs: [] },
    { messages: feed.messages(0, total), messagesPerSecond: pace, before: 0, firstRound: stations },
  );
  await ingest.stop();
  await fleet.checkStored(total);
  return {
    countryStations: stations,
    countryPace: rounded(latency.pace, 0),
    countryStoredP50Ms: rounded(percentile(latency.storedMs, 0.5), 1),
    countryStoredP99Ms: rounded(percentile(latency.storedMs, 0.99), 1),
  };
}

/** No figures where it cannot be installed; the reason is said. */
async function runNodeRed(rig: Rig, options: Run): Promise<Partial<Figures>> {
  const { nodeRedFolder, messages, say, warn } = options;
  if (nodeRedFolder === undefined) return {};
  try {
    say("nodeRed: installing it with npm, or finding it");
    const program = await installNodeRed(nodeRedFolder);
    say("nodeRed: Node-RED drains its queue");
    const drain = await benchNodeRed({
      program,
      folder: join(rig.folder, "node-red"),
      mqttUrl: rig.stack.mqttUrl,
      influxUrl: rig.stack.influxUrl,
      influx: await rig.database("node_red"),
      database: "node_red",
      messages,
      onStored: (stored) => say(`nodeRed: ${stored} stored`),
    });
    return {
      nodeRed: rounded(drain.messagesPerSecond, 0),
      nodeRedStored: drain.stored,
      nodeRedRssMiBPeak: rounded(drain.rssMiBPeak, 0),
    };
  } catch (error) {
    (warn ?? say)(`nodeRed is not measured: ${error instanceof Error ? error.message : String(error)}`);
    return {};
  } finally {
    await dropSession(rig.stack.mqttUrl, NODE_RED_CLIENT_ID);
  }
}
