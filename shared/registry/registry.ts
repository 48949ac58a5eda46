/** The registry as the services use it: zones, plants, stations and contacts, each by id. */
import type { Contact } from "#shared/contact/contact.ts";
import { type Instrument, type Instruments, withOwn } from "#shared/limit/instruments.ts";
import type { Plant } from "#shared/plant/plant.ts";
import type { Station } from "#shared/station/station.ts";
import type { Zone } from "#shared/zone/zone.ts";
import { provinceKeysOf, withProvinceKeys } from "./check-province.ts";
import type { Arming, ContactEntry, Settings, ZoneEntry } from "./schema.ts";

export interface Registry {
  readonly settings: Settings;
  readonly zones: ReadonlyMap<string, Zone>;
  readonly plants: ReadonlyMap<string, Plant>;
  readonly stations: ReadonlyMap<string, Station>;
  readonly contacts: readonly Contact[];
  /** What is mailed about, and from when on; everything else is observed. */
  readonly armed: readonly Arming[];
  /** Legal texts by id: the shipped ones, and the registry's own. */
  readonly instruments: Instruments;
  /** SHA-256 over the files, for verdicts and evidence. */
  readonly version: string;
}

/** Builds the indexes; the entries have been checked. */
export function buildRegistry(
  settings: Settings,
  zoneEntries: readonly ZoneEntry[],
  contactEntries: readonly ContactEntry[],
  armed: readonly Arming[],
  version: string,
  ownInstruments: readonly Instrument[] = [],
): Registry {
  const zones = new Map<string, Zone>();
  const plants = new Map<string, Plant>();
  const stations = new Map<string, Station>();
  for (const { plants: plantEntries, ...zone } of zoneEntries) {
    zones.set(zone.id, zone);
    for (const { stations: stationEntries, ...plant } of plantEntries) {
      plants.set(plant.id, { ...plant, zone: zone.id });
      for (const { interval, ...station } of stationEntries) {
        stations.set(station.id, {
          ...station,
          zone: zone.id,
          plant: plant.id,
          intervalMs: interval,
          coversFromOffsetMs: station.stamp === "end" ? -interval : 0,
        });
      }
    }
  }
  const provinces = provinceKeysOf(zoneEntries);
  const contacts = contactEntries.map((contact) => withProvinceKeys(contact, provinces));
  const instruments = withOwn(ownInstruments);
  return { settings, zones, plants, stations, contacts, armed, instruments, version };
}

/** Plants that treat a zone's wastewater, wherever they sit. */
export function plantsServing(registry: Registry, zoneId: string): Plant[] {
  return [...registry.plants.values()].filter((plant) => plant.serves.includes(zoneId));
}
