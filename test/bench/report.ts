/** The figures of a bench for a person. In: the result; out: a table, one figure a line with what it means. Pure. */
import type { IngestBench } from "./ingest.ts";

const meanings: Record<keyof IngestBench, string> = {
  messages: "a side",
  valuesPerMessage: "readings in each message",
  stations: "in the registry",
  brokerLimit: "msg/s, a bare MQTT.js subscriber on the same queue",
  influxLimit: "msg/s, the same points as line protocol straight to InfluxDB",
  outfallDrain: "msg/s, the whole path on a queue that waited at the broker",
  outfallLive: "msg/s, the whole path while publishers publish",
  ratioToBroker: "outfallDrain ÷ brokerLimit",
  cpuMicrosPerMessage: "µs CPU of ingest a message, draining",
  pace: "msg/s in the next three",
  ackP50Ms: "ms from PUBLISH reaching ingest to its PUBACK, median",
  ackP99Ms: "ms, 99 of 100",
  storedP99Ms: "ms from publishing to stored, checks queued; 99 of 100",
  rssMiBStart: "MiB resident, ingest ready with nothing to do",
  rssMiBEnd: "MiB after draining and running live",
  rssMiBPeak: "MiB at most",
};

export function renderIngestBench(result: IngestBench): string {
  const rows = (Object.keys(meanings) as (keyof IngestBench)[]).map((name) => {
    const value = result[name];
    const shown = value === null ? "–" : value.toLocaleString("en", { maximumFractionDigits: 3 });
    return `${name.padEnd(20)} ${shown.padStart(10)}  ${meanings[name]}`;
  });
  return `${rows.join("\n")}\nAll sides in one run on this machine; figures of different runs do not compare.\n`;
}
