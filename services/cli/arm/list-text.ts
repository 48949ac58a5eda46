/** What is armed and what is observed, by province. In: registry, now; out: lines for a terminal. Pure. */
import { commissioningOf } from "#shared/commissioning/commissioning.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { provinceAt } from "#shared/zone/zone.ts";
import { tableLines } from "../table.ts";
import { targetText } from "./target.ts";

export interface Counts {
  armed: number;
  observing: number;
}

/** Stations that are armed at `now` and that are not. */
export function stationCounts(registry: Registry, now: number): Counts {
  const counts: Counts = { armed: 0, observing: 0 };
  for (const { id, zone } of registry.stations.values()) note(counts, registry, zone, id, now);
  return counts;
}

export function armedLines(registry: Registry, now: number): string[] {
  const provinces = new Map<string, { zones: Counts; stations: Counts }>();
  const of = (zoneId: string) => {
    const zone = registry.zones.get(zoneId);
    const { geography, code, name } =
      zone === undefined ? noProvince : provinceAt(zone, now, registry.settings.timeZone);
    const key = `${geography}/${code} ${name}`;
    const found = provinces.get(key) ?? { zones: { ...none }, stations: { ...none } };
    provinces.set(key, found);
    return found;
  };
  for (const zone of registry.zones.keys()) note(of(zone).zones, registry, zone, null, now);
  for (const { id, zone } of registry.stations.values()) note(of(zone).stations, registry, zone, id, now);
  const rows = [...provinces]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { zones, stations }]) => [
      name,
      ...[zones.armed, zones.observing, stations.armed, stations.observing].map(String),
    ]);
  return [
    ...tableLines(["province", "zones armed", "observing", "stations armed", "observing"], rows),
    "",
    ...registry.armed.map((arming) =>
      [`armed from ${arming.from}: ${targetText(arming)}`, arming.by, arming.note]
        .filter(Boolean)
        .join(" · "),
    ),
    ...(registry.armed.length === 0 ? ["nothing is armed: nobody is mailed"] : []),
  ];
}

const none: Counts = { armed: 0, observing: 0 };
const noProvince = { geography: "OTHER", code: "", name: "" };

function note(counts: Counts, registry: Registry, zoneId: string, station: string | null, now: number): void {
  const zone = registry.zones.get(zoneId);
  if (zone === undefined) return;
  counts[commissioningOf(registry, zone, station, now).armed ? "armed" : "observing"] += 1;
}
