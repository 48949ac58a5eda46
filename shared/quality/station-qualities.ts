/** The quality tests of a registry's stations. In: a station's id and what is stored of it lately; out: its tests, with the limits of now. */
import { actingLimitOf } from "#shared/limit/limit.ts";
import type { Sample } from "#shared/reading/sample.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { createQualityMemory } from "./memory.ts";
import { createStationQuality, type StationQuality } from "./station-quality.ts";

/**
 * One memory for all stations. Limits are those of the moment when a station is first asked for: they only say what is
 * suspect, and from where on a flat line fails nothing.
 * @param now  ms since epoch
 */
export function createStationQualities(
  registry: Pick<Registry, "stations" | "plants" | "settings" | "instruments">,
  now: () => number,
): (stationId: string, recent?: readonly Sample[]) => StationQuality {
  const memory = createQualityMemory();
  return (stationId, recent = []) => {
    const station = registry.stations.get(stationId);
    if (station === undefined) throw new Error(`the registry has no station ${stationId}`);
    const plant = registry.plants.get(station.plant);
    const limitOf = (parameter: string) =>
      plant && actingLimitOf(plant, parameter, now(), registry.settings.timeZone, registry.instruments);
    return createStationQuality(station, limitOf, recent, memory);
  };
}
