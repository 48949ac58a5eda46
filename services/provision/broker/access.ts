/**
 * Who may do what on the broker. In: the registry; out: users, and Mosquitto's ACL. A station publishes its own data
 * and status and nothing else; ingest reads everything; nobody else gets in.
 */
import { stationTopic, subscription, type TopicRoot } from "#shared/mqtt/topic.ts";
import type { Registry } from "#shared/registry/registry.ts";

/** The user that reads: a name no station can have, ids begin with a letter or digit. */
export const INGEST_USER = "_ingest";

/** User names, ingest first. A station's user name is its id. */
export function brokerUsers(registry: Pick<Registry, "stations">): string[] {
  return [INGEST_USER, ...registry.stations.keys()];
}

/** The ACL file. Topics are spelled out per station: a station cannot even publish under another zone or plant. */
export function brokerAcl(registry: Pick<Registry, "stations">, root: TopicRoot): string {
  const lines = [
    "# Written by `outfall provision` from the registry; edits are overwritten.",
    `user ${INGEST_USER}`,
    `topic read ${subscription(root)}`,
  ];
  for (const station of registry.stations.values()) {
    const address = { zone: station.zone, plant: station.plant, station: station.id };
    lines.push(
      "",
      `user ${station.id}`,
      `topic write ${stationTopic(root, address, "data")}`,
      `topic write ${stationTopic(root, address, "status")}`,
    );
  }
  return `${lines.join("\n")}\n`;
}
