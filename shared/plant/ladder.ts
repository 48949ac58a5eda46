/**
 * The plant ladder (trade practice 3): how far the central plant of each zone has come by a day. In: zones and plants; out:
 * step, since when, basis and source, and whether the zone's plant is proper. Pure. Unknown is never counted as missing; a
 * plant far below its capacity, or stopped for lack of flow, is normal and stays at its step.
 */
import type { Registry } from "#shared/registry/registry.ts";
import type { Zone } from "#shared/zone/zone.ts";
import { isRunning, type Plant, plantStateOfZone, stepAt } from "./plant.ts";

/** From nothing to in order; `unknown` is no step. */
export const ladder = [
  "none",
  "under-construction",
  "built",
  "running",
  "monitored",
  "connected",
  "in-order",
] as const;
export type LadderStep = (typeof ladder)[number] | "unknown";

/**
 * Worst first. missing: no plant runs. too-small: one runs, and more wastewater is generated than it can take. unknown:
 * nobody knows whether one runs. served: one runs, and capacity or wastewater is not known. proper: one runs and can take it all.
 */
export const conditions = ["missing", "too-small", "unknown", "served", "proper", "not-owed"] as const;
export type Condition = (typeof conditions)[number];

export interface Standing {
  readonly condition: Condition;
  readonly step: LadderStep;
  /** The plant the step is of; null where there is none. */
  readonly plant: string | null;
  readonly since: string | null;
  readonly basis: string | null;
  readonly source: string | null;
}

/** Where every zone stands. @param day local date */
export function standings(
  { zones, plants }: Pick<Registry, "zones" | "plants">,
  day: string,
): Map<string, Standing> {
  const serving = new Map<string, Plant[]>();
  for (const plant of plants.values()) {
    for (const zone of new Set(plant.serves)) serving.set(zone, [...(serving.get(zone) ?? []), plant]);
  }
  return new Map(
    [...zones.values()].map((zone) => [zone.id, standingOf(zone, { zones, serving, day })] as const),
  );
}

interface Country {
  readonly zones: ReadonlyMap<string, Zone>;
  /** Plants by the zones they serve. */
  readonly serving: ReadonlyMap<string, readonly Plant[]>;
  readonly day: string;
}

function standingOf(zone: Zone, country: Country): Standing {
  const { serving, day } = country;
  const plants = serving.get(zone.id) ?? [];
  const state = plantStateOfZone(zone, plants, day);
  const condition = state === "served" ? conditionOfServed(zone, country) : state;
  const best = plants
    .map((plant) => ({ plant: plant.id, ...stepAt(plant, day) }))
    .sort((a, b) => heightOf(b.state) - heightOf(a.state))[0];
  if (best === undefined) {
    const step = zone.centralPlant === "none" ? "none" : "unknown";
    return { condition, step, plant: null, since: null, basis: null, source: zone.source };
  }
  // one known not to run beside one of which nothing is known says nothing of the zone
  const step = condition === "unknown" ? "unknown" : best.state;
  const { plant, since = null, basis = null, source = null } = best;
  return { condition, step, plant, since, basis, source };
}

/** The higher the better; -1 for unknown. */
export const heightOf = (step: LadderStep): number => (ladder as readonly string[]).indexOf(step);

/** Proper: capacity of the running plants against wastewater of all zones they share. */
function conditionOfServed(zone: Zone, country: Country): Condition {
  const { plants, zones } = sharedWith(zone, country);
  const capacities = plants.map(({ capacityM3PerDay }) => capacityM3PerDay);
  const generated = zones
    .filter(({ status, wastewater }) => status === "operating" || wastewater !== undefined)
    .map(({ wastewater }) => wastewater?.m3PerDay);
  const [capacity, wastewater] = [sumOf(capacities), sumOf(generated)];
  // what is known already decides, where more could only confirm it
  if (capacity.complete && wastewater.known > capacity.known) return "too-small";
  return wastewater.complete && capacity.known >= wastewater.known ? "proper" : "served";
}

function sumOf(figures: readonly (number | undefined)[]): { known: number; complete: boolean } {
  return {
    known: figures.reduce((sum: number, figure) => sum + (figure ?? 0), 0),
    complete: figures.every((figure) => figure !== undefined),
  };
}

/** The running plants that a zone's wastewater may go to, and every zone that shares them. */
function sharedWith(zone: Zone, { zones, serving, day }: Country): { plants: Plant[]; zones: Zone[] } {
  const plants = new Set<Plant>();
  const reached = new Set([zone.id]);
  // a set grows while it is walked
  for (const id of reached) {
    for (const plant of serving.get(id) ?? []) {
      if (plants.has(plant) || !isRunning(stepAt(plant, day))) continue;
      plants.add(plant);
      for (const other of plant.serves) reached.add(other);
    }
  }
  return {
    plants: [...plants],
    zones: [...reached].map((id) => zones.get(id)).filter((known) => known !== undefined),
  };
}
