/**
 * The ingest bench: every side in one run, on the same machine, on servers of its own. In: how many messages and
 * stations; out: one object of figures. A side is one file below sides/; figures of different runs do not compare.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createFeed, VALUES_PER_MESSAGE } from "./load/feed.ts";
import { createLoadPublisher } from "./load/publisher.ts";
import { startAckWatch } from "./measure/ack-watch.ts";
import { percentile } from "./measure/percentile.ts";
import { cpuMicros, residentMemory } from "./measure/process.ts";
import { readProgress } from "./measure/progress.ts";
import { createRig, INGEST_CLIENT_ID, INGEST_DATABASE, leaveSession, type Rig } from "./rig.ts";
import { BARE_CLIENT_ID, benchBrokerLimit } from "./sides/broker-limit.ts";
import { benchInfluxLimit } from "./sides/influx-limit.ts";
import { benchOutfallDrain } from "./sides/outfall-drain.ts";
import { benchOutfallLive } from "./sides/outfall-live.ts";
import { benchOutfallPace } from "./sides/outfall-pace.ts";

export interface IngestBenchOptions {
  readonly messages: number;
  readonly stations: number;
  /** Servers, journal and logs go below it, so the disk it lies on is measured; a temporary one when left out. */
  readonly folder?: string;
  /** Hears what is going on. */
  readonly say?: (text: string) => void;
  /** Messages in the latency side; 10,000 when left out. */
  readonly paceMessages?: number;
  /** Writes a CPU profile of the ingest process that drains and runs live into this folder. */
  readonly profileFolder?: string;
}

/** Rates are messages a second. `null`: the system does not tell (no /proc). */
export interface IngestBench {
  readonly messages: number;
  readonly valuesPerMessage: number;
  readonly stations: number;
  /** A bare MQTT.js subscriber drains the same queue. */
  readonly brokerLimit: number;
  /** The same points as line protocol straight to InfluxDB, 5,000 a batch. */
  readonly influxLimit: number;
  /** The whole path drains a queue that waited at the broker, until stored. */
  readonly outfallDrain: number;
  /** The whole path while publishers publish as fast as it keeps up with. */
  readonly outfallLive: number;
  /** outfallDrain ÷ brokerLimit. */
  readonly ratioToBroker: number;
  /** CPU time of the ingest process while it drains, all threads. */
  readonly cpuMicrosPerMessage: number | null;
  /** Messages a second in the three that follow. */
  readonly pace: number;
  /** From PUBLISH passing on the wire to ingest until its PUBACK passes back, after the fdatasync. */
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  /** From being published until InfluxDB has it, its check is queued and the cursor is on disk. */
  readonly storedP99Ms: number;
  /** Of the ingest process: ready with nothing to do; after draining and running live; at most. */
  readonly rssMiBStart: number | null;
  readonly rssMiBEnd: number | null;
  readonly rssMiBPeak: number | null;
}

const PACE_PER_SECOND = 2_000;
const PACE_MESSAGES = 10_000;
const FILL_CONNECTIONS = 4;

export async function benchIngest(options: IngestBenchOptions): Promise<IngestBench> {
  const say = options.say ?? (() => undefined);
  const folder = resolve(options.folder ?? (await mkdtemp(join(tmpdir(), "outfall-bench-"))));
  say("starting Mosquitto, Redis and InfluxDB");
  const rig = await createRig(folder, options.stations);
  try {
    return await runSides(rig, { ...options, say });
  } finally {
    await rig.close();
    if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function runSides(
  rig: Rig,
  options: IngestBenchOptions & { say: (text: string) => void },
): Promise<IngestBench> {
  const { messages, stations, say, profileFolder } = options;
  const { mqttUrl } = rig.stack;
  const total = 2 * messages + stations + (options.paceMessages ?? PACE_MESSAGES);
  const feed = createFeed({ stations, total, now: Date.now() });
  const counted = (what: string) => (stored: number) => say(`${what}: ${stored} stored`);

  say("what a start of ingest costs");
  const idle = await rig.startIngest();
  const startCpuMicros = await cpuMicros(idle.pid);
  const memoryStart = await residentMemory(idle.pid);
  await idle.stop();

  say(`influxLimit: ${messages} points straight to InfluxDB`);
  const influxLimit = await benchInfluxLimit(await rig.database("direct"), feed.samples(0, messages));

  say(`filling the broker's queues: ${messages} messages for two sessions`);
  await leaveSession(mqttUrl, INGEST_CLIENT_ID);
  await leaveSession(mqttUrl, BARE_CLIENT_ID);
  const backlog = feed.messages(0, messages);
  const publisher = await createLoadPublisher(mqttUrl, FILL_CONNECTIONS);
  await publisher.publish(backlog);
  await publisher.settled();
  publisher.close();

  say("brokerLimit: a bare subscriber drains its queue");
  const brokerLimit = await benchBrokerLimit(mqttUrl, messages);

  say("outfallDrain: ingest drains its queue");
  const nodeOptions =
    profileFolder === undefined ? "" : `--cpu-prof --cpu-prof-dir=${resolve(profileFolder)}`;
  const ingest = await rig.startIngest({ NODE_OPTIONS: nodeOptions });
  const drain = await benchOutfallDrain(rig, ingest, {
    messages,
    startCpuMicros,
    onStored: counted("outfallDrain"),
  });

  say("outfallLive: publishers and ingest at once");
  const outfallLive = await benchOutfallLive(rig, {
    messages: feed.messages(messages, 2 * messages),
    before: messages,
    onStored: counted("outfallLive"),
  });
  const memoryEnd = await residentMemory(ingest.pid);
  await ingest.stop();

  say(`latency at ${PACE_PER_SECOND} messages a second`);
  const watch = await startAckWatch(mqttUrl);
  const paced = await rig.startIngest({ OUTFALL_MQTT_URL: watch.url });
  const latency = await benchOutfallPace(rig, watch, {
    messages: feed.messages(2 * messages, total),
    messagesPerSecond: PACE_PER_SECOND,
    before: 2 * messages,
    firstRound: stations,
  });
  await paced.stop();
  await watch.close();
  await checkStored(rig, total);

  return {
    messages,
    valuesPerMessage: VALUES_PER_MESSAGE,
    stations,
    brokerLimit: Math.round(brokerLimit),
    influxLimit: Math.round(influxLimit),
    outfallDrain: Math.round(drain.messagesPerSecond),
    outfallLive: Math.round(outfallLive),
    ratioToBroker: rounded(drain.messagesPerSecond / brokerLimit, 3),
    cpuMicrosPerMessage: rounded(drain.cpuMicrosPerMessage, 1),
    pace: PACE_PER_SECOND,
    ackP50Ms: rounded(percentile(latency.acknowledgedMs, 0.5), 1),
    ackP99Ms: rounded(percentile(latency.acknowledgedMs, 0.99), 1),
    storedP99Ms: rounded(percentile(latency.storedMs, 0.99), 1),
    rssMiBStart: rounded(memoryStart?.nowMiB ?? null, 0),
    rssMiBEnd: rounded(memoryEnd?.nowMiB ?? null, 0),
    rssMiBPeak: rounded(memoryEnd?.peakMiB ?? null, 0),
  };
}

/** The ledger's word is good, but the figures are only worth something if the database agrees. */
async function checkStored(rig: Rig, expected: number): Promise<void> {
  const influx = await rig.database(INGEST_DATABASE);
  const [series] = await influx.query('SELECT count(cod) FROM "raw"."effluent"');
  const count = Number(series?.values[0]?.[1] ?? 0);
  const { stored } = await readProgress(rig.cursorFile);
  if (count !== expected || stored !== expected) {
    throw new Error(`published ${expected}, the ledger says ${stored} stored, InfluxDB has ${count}`);
  }
}

function rounded<T extends number | null>(value: T, decimals: number): T {
  return (value === null ? null : Number(value.toFixed(decimals))) as T;
}
