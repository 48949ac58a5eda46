/** The figures of the ingest bench, in the order of reading. */
import { rounded } from "./measure/rounded.ts";

/** Rates are messages a second. `null`: the side was not run, or the system does not tell (no /proc). */
export interface IngestBench {
  readonly messages: number;
  readonly valuesPerMessage: number;
  readonly stations: number;
  /** Of the machine in the minute before: other work makes every figure worse. */
  readonly loadAverage: number | null;
  /** Reading the registry of so many stations, once a start. */
  readonly registryLoadMs: number | null;
  /** A bare MQTT.js subscriber drains the same queue. */
  readonly brokerLimit: number | null;
  /** The same points as line protocol straight to InfluxDB, 5,000 a batch. */
  readonly influxLimit: number | null;
  /** The whole path drains a queue that waited at the broker, until stored. */
  readonly outfallDrain: number | null;
  /** The whole path while publishers publish as fast as it keeps up with. */
  readonly outfallLive: number | null;
  /** outfallDrain ÷ brokerLimit. */
  readonly ratioToBroker: number | null;
  /** CPU time of the ingest process while it drains, all threads. */
  readonly cpuMicrosPerMessage: number | null;
  /** Messages a second in the four that follow: asked for, and really published. */
  readonly pace: number | null;
  readonly paceReached: number | null;
  /** From PUBLISH passing on the wire to ingest until its PUBACK passes back, after the fdatasync. */
  readonly ackP50Ms: number | null;
  readonly ackP99Ms: number | null;
  /** From being published until InfluxDB has it, its check is queued and the cursor is on disk. */
  readonly storedP50Ms: number | null;
  readonly storedP99Ms: number | null;
  /** Of the ingest process: ready with nothing to do; after draining and running live; at most. */
  readonly rssMiBStart: number | null;
  readonly rssMiBEnd: number | null;
  readonly rssMiBPeak: number | null;
  /** Node-RED with node-red-contrib-influxdb drains the same queue into InfluxDB. */
  readonly nodeRed: number | null;
  /** Of the messages that waited, what InfluxDB had when nothing more came: Node-RED acknowledges on receipt. */
  readonly nodeRedStored: number | null;
  readonly nodeRedRssMiBPeak: number | null;
  /** outfallDrain ÷ nodeRed. */
  readonly ratioToNodeRed: number | null;
  /** The pace of a whole country: one message a station every 5 s. */
  readonly countryStations: number | null;
  readonly countryPace: number | null;
  readonly countryStoredP50Ms: number | null;
  readonly countryStoredP99Ms: number | null;
}

export type Figures = { -readonly [Key in keyof IngestBench]: IngestBench[Key] };

/** Nothing measured yet. */
export function noFigures(known: Pick<IngestBench, "messages" | "valuesPerMessage" | "stations">): Figures {
  return {
    messages: known.messages,
    valuesPerMessage: known.valuesPerMessage,
    stations: known.stations,
    loadAverage: null,
    registryLoadMs: null,
    brokerLimit: null,
    influxLimit: null,
    outfallDrain: null,
    outfallLive: null,
    ratioToBroker: null,
    cpuMicrosPerMessage: null,
    pace: null,
    paceReached: null,
    ackP50Ms: null,
    ackP99Ms: null,
    storedP50Ms: null,
    storedP99Ms: null,
    rssMiBStart: null,
    rssMiBEnd: null,
    rssMiBPeak: null,
    nodeRed: null,
    nodeRedStored: null,
    nodeRedRssMiBPeak: null,
    ratioToNodeRed: null,
    countryStations: null,
    countryPace: null,
    countryStoredP50Ms: null,
    countryStoredP99Ms: null,
  };
}

/** The same with what follows from two sides. */
export function withRatios(figures: Figures): IngestBench {
  const ratioTo = (other: number | null) =>
    figures.outfallDrain !== null && other ? rounded(figures.outfallDrain / other, 3) : null;
  return {
    ...figures,
    ratioToBroker: ratioTo(figures.brokerLimit),
    ratioToNodeRed: ratioTo(figures.nodeRed),
  };
}
