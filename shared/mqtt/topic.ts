/** Topics. In: an MQTT topic; out: zone, plant, station and kind, or undefined when it is not one of ours. */

export type TopicRoot = "outfall" | "outfall-sim";
/** Simulated and replayed feeds have a root of their own: they can never be taken for real ones. */
export const topicRootOf = (simulated: boolean): TopicRoot => (simulated ? "outfall-sim" : "outfall");

/** Line protocol; the unit of its times is in the name, and nanoseconds, the protocol's own, where none is. */
export const lineKinds = ["line", "line-us", "line-ms", "line-s"] as const;
export type LineKind = (typeof lineKinds)[number];

export type TopicKind = "data" | "status" | LineKind;
export const topicKinds: readonly TopicKind[] = ["data", "status", ...lineKinds];
const kinds: ReadonlySet<string> = new Set(topicKinds);

export interface StationTopic {
  readonly zone: string;
  readonly plant: string;
  readonly station: string;
  readonly kind: TopicKind;
}

/** `outfall/v1/<zone>/<plant>/<station>/data`, `.../status` or `.../line`; simulated feeds use `outfall-sim/`. */
export function stationTopic(root: TopicRoot, address: Omit<StationTopic, "kind">, kind: TopicKind): string {
  return `${root}/v1/${address.zone}/${address.plant}/${address.station}/${kind}`;
}

export function parseTopic(root: TopicRoot, topic: string): StationTopic | undefined {
  const levels = topic.split("/");
  const [head, version, zone, plant, station, kind] = levels;
  if (levels.length !== 6 || head !== root || version !== "v1") return undefined;
  if (!zone || !plant || !station || kind === undefined || !kinds.has(kind)) return undefined;
  return { zone, plant, station, kind: kind as TopicKind };
}

/** What ingest subscribes to: everything below the root, so that strange topics are quarantined too. */
export function subscription(root: TopicRoot): string {
  return `${root}/v1/#`;
}

/** One zone's part of it. @param zone its id, or `#` for every zone */
export function zoneSubscription(root: TopicRoot, zone: string): string {
  return zone === "#" ? subscription(root) : `${root}/v1/${zone}/#`;
}
