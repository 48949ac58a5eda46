/** A central wastewater plant: one home zone, serving one or more. */
import type { PlantEntry } from "#shared/registry/schema.ts";
import type { Zone } from "#shared/zone/zone.ts";

export type Plant = Omit<PlantEntry, "stations"> & { readonly zone: string };

const RUNNING: readonly Plant["state"][] = ["running", "monitored", "connected", "in-order"];

/** Whether the plant treats wastewater today; below capacity or short of flow is a normal state and still running. */
export function isRunning(plant: Pick<Plant, "state">): boolean {
  return RUNNING.includes(plant.state);
}

export type ZonePlantState = "served" | "missing" | "unknown" | "not-owed";

/**
 * Whether an operating zone has a running plant that serves it, wherever that plant sits.
 * Unknown is never counted as missing: it needs `centralPlant: none`, or plants that are all known not to run.
 */
export function plantStateOfZone(
  zone: Pick<Zone, "id" | "status" | "centralPlant">,
  plants: Iterable<Pick<Plant, "serves" | "state">>,
): ZonePlantState {
  if (zone.status !== "operating") return "not-owed";
  const serving = [...plants].filter((plant) => plant.serves.includes(zone.id));
  if (serving.some(isRunning)) return "served";
  if (serving.length === 0) return zone.centralPlant === "none" ? "missing" : "unknown";
  return serving.some((plant) => plant.state === "unknown") ? "unknown" : "missing";
}
