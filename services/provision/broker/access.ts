/**
 * Who may do what on the broker. In: the registry; out: users, and Mosquitto's ACL. A station publishes its own data
 * and status and nothing else; the bridge every station's data; ingest, and the doctor under its name, reads everything; nobody else gets in.
 */
import { canaryTopic, markTopic } from "#shared/mqtt/control-topics.ts";
import { stationTopic, subscription, type TopicRoot, topicKinds } from "#shared/mqtt/topic.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Station } from "#shared/station/station.ts";

/** The user that reads: a name no station can have, ids begin with a letter or digit. */
export const INGEST_USER = "_ingest";

/** Beside the root, so that ingest never sees it: where `outfall doctor` tries what the broker keeps. */
export const PROBE_TOPIC = "outfall-doctor";

/** Publishes the data of all stations, from their loggers' files. Its password is derived as a station's is. */
export const BRIDGE_USER = "_bridge";

/** User names, ingest first. A station's user name is its id. */
export function brokerUsers(registry: Pick<Registry, "stations">): string[] {
  return [INGEST_USER, BRIDGE_USER, ...registry.stations.keys()];
}

/** The ACL file. Topics are spelled out per station: a station cannot even publish under another zone or plant. */
export function brokerAcl(registry: Pick<Registry, "stations">, root: TopicRoot): string {
  const lines = [
    "# Written by `outfall provision` from the registry; edits are overwritten.",
    `user ${INGEST_USER}`,
    `topic read ${subscription(root)}`,
    `topic readwrite ${markTopic(root, "#")}`,
    // for `outfall doctor`, which comes under the same name
    `topic write ${canaryTopic(root, "+")}`,
    `topic readwrite ${PROBE_TOPIC}/#`,
    "topic read $SYS/#",
  ];
  lines.push("", `user ${BRIDGE_USER}`);
  for (const station of registry.stations.values())
    lines.push(`topic write ${stationTopic(root, addressOf(station), "data")}`);
  for (const station of registry.stations.values()) {
    const address = addressOf(station);
    const topics = topicKinds.map((kind) => `topic write ${stationTopic(root, address, kind)}`);
    lines.push("", `user ${station.id}`, ...topics);
  }
  return `${lines.join("\n")}\n`;
}

const addressOf = ({ zone, plant, id }: Station) => ({ zone, plant, station: id });
