/** The figures of a bench for a person. In: the result; out: tables with what each figure means, and the targets. Pure. */
import { tableLines } from "#services/cli/table.ts";
import { type BacklogBench, backlogTargets } from "./backlog.ts";
import type { IngestBench } from "./figures.ts";
import { type FlatBench, flatTargets } from "./flat.ts";
import { type MemoryBench, memoryTargets } from "./memory.ts";
import type { Repeated } from "./repeat.ts";
import { ingestTargets, type Target } from "./targets.ts";
import { type VerdictsBench, verdictsTargets } from "./verdicts.ts";

const meanings: Record<keyof IngestBench, string> = {
  messages: "a side",
  valuesPerMessage: "readings in each message",
  stations: "in the registry",
  loadAverage: "of the machine before it began: other work makes every figure worse",
  registryLoadMs: "ms to read that registry",
  brokerLimit: "msg/s, a bare MQTT.js subscriber on the same queue",
  influxLimit: "msg/s, the same points as line protocol straight to InfluxDB",
  outfallDrain: "msg/s, the whole path on a queue that waited at the broker",
  outfallLive: "msg/s, the whole path while publishers publish",
  ratioToBroker: "outfallDrain ÷ brokerLimit",
  cpuMicrosPerMessage: "µs CPU of ingest a message, draining",
  pace: "msg/s asked for in the next five",
  paceReached: "msg/s published",
  ackP50Ms: "ms from PUBLISH reaching ingest to its PUBACK, median",
  ackP99Ms: "ms, 99 of 100",
  storedP50Ms: "ms from publishing to stored, checks queued, cursor on disk; median",
  storedP99Ms: "ms, 99 of 100",
  rssMiBStart: "MiB resident, ingest ready with nothing to do",
  rssMiBEnd: "MiB after draining and running live",
  rssMiBPeak: "MiB at most",
  nodeRed: "msg/s, Node-RED with node-red-contrib-influxdb on the same queue",
  nodeRedStored: "messages of that queue in InfluxDB when no more came",
  nodeRedRssMiBPeak: "MiB of Node-RED at most",
  ratioToNodeRed: "outfallDrain ÷ nodeRed",
  countryStations: "stations, one message each every 5 s",
  countryPace: "msg/s of them",
  countryStoredP50Ms: "ms from publishing to stored at that pace, median",
  countryStoredP99Ms: "ms, 99 of 100",
};

export function renderIngestBench(result: IngestBench & Partial<Repeated>): string {
  const { repeats = 1, ranges = {} } = result;
  const names = (Object.keys(meanings) as (keyof IngestBench)[]).filter((name) => result[name] !== null);
  const rows = names.map((name) => {
    const range = ranges[name];
    const span = range === undefined ? "" : `${shown(range[0])} … ${shown(range[1])}`;
    return [name, shown(result[name]), ...(repeats > 1 ? [span] : []), meanings[name]];
  });
  const head = ["figure", repeats > 1 ? "median" : "", ...(repeats > 1 ? ["range"] : []), "meaning"];
  return page([
    ...tableLines(head, rows),
    `All sides in one run on this machine${repeats > 1 ? `, ${repeats} times` : ""}; figures of different runs do not compare.`,
    "",
    ...targetLines(ingestTargets(result)),
  ]);
}

export function renderBacklogBench(result: BacklogBench): string {
  return page([
    `${shown(result.messages)} messages of ${shown(result.stations)} stations, ${result.valuesPerMessage} values each, waited at the broker`,
    `caught up in ${shown(result.backlogSeconds)} s: ${shown(result.messagesPerSecond)} msg/s, ${shown(result.cpuMicrosPerMessage)} µs CPU a message, ${shown(result.rssMiBPeak)} MiB at most`,
    "",
    ...targetLines(backlogTargets(result)),
  ]);
}

export function renderMemoryBench(result: MemoryBench): string {
  const looks = [
    ["start", shown(result.rssMiBStart)],
    ...result.rssMiBAfter.map(({ messages, rssMiB }) => [shown(messages), shown(rssMiB)]),
    ["end", shown(result.rssMiBEnd)],
    ["at most", shown(result.rssMiBPeak)],
  ];
  return page([
    `${shown(result.messages)} messages of ${shown(result.stations)} stations, ${result.valuesPerMessage} values each, at ${shown(result.messagesPerSecond)} msg/s`,
    "",
    ...tableLines(["messages", "MiB resident"], looks),
    "",
    ...targetLines(memoryTargets(result)),
  ]);
}

export function renderFlatBench(result: FlatBench): string {
  const rows = result.rows.map((row) => [
    shown(row.stations),
    shown(row.valuesPerMessage),
    shown(row.cpuMicrosPerMessage),
    shown(row.firstContactCpuMicros),
    shown(row.messagesPerSecond),
    shown(row.rssMiBPeak),
    shown(row.registryLoadMs),
  ]);
  const head = [
    "stations",
    "values",
    "µs CPU a message",
    "first contact",
    "msg/s",
    "MiB at most",
    "registry ms",
  ];
  return page([...tableLines(head, rows), "", ...targetLines(flatTargets(result))]);
}

export function renderVerdictsBench(result: VerdictsBench): string {
  const figures = Object.entries(result).map(([name, value]) => [name, shown(value as number)]);
  return page([...tableLines(["figure", ""], figures), "", ...targetLines(verdictsTargets(result))]);
}

function targetLines(targets: readonly Target[]): string[] {
  const verdict = ({ isMet }: Target) => (isMet === null ? "not measured" : isMet ? "met" : "NOT MET");
  return tableLines(
    ["target", "wanted", "found", ""],
    targets.map((target) => [target.what, target.wanted, shown(target.found), verdict(target)]),
  );
}

const page = (lines: readonly string[]) => `${lines.join("\n")}\n`;

function shown(value: number | null): string {
  return value === null ? "–" : value.toLocaleString("en", { maximumFractionDigits: 3 });
}
