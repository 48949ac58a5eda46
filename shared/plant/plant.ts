/** A central wastewater plant: one home zone, serving one or more, and how far it has come by a day. Pure. */
import type { PlantEntry } from "#shared/registry/schema.ts";
import type { Zone } from "#shared/zone/zone.ts";

export type Plant = Omit<PlantEntry, "stations"> & { readonly zone: string };
export type PlantState = NonNullable<PlantEntry["state"]>;

/** Where a plant stands on the ladder, since when, and who says so. */
export interface Step {
  readonly state: PlantState;
  /** First day, local date. */
  readonly since?: string | undefined;
  readonly basis?: string | undefined;
  readonly source?: string | undefined;
}

const RUNNING: readonly PlantState[] = ["running", "monitored", "connected", "in-order"];

/** Whether a plant at this step treats wastewater; below capacity or short of flow is a normal state and still running. */
export function isRunning({ state }: Pick<Step, "state">): boolean {
  return RUNNING.includes(state);
}

type Steps = Pick<Plant, "state" | "stateSince" | "steps" | "source">;

/** The last step that has begun by a day (local date). Before the first one nothing is known. */
export function stepAt(plant: Steps, day: string): Step {
  const steps = plant.steps ?? [
    { state: plant.state ?? "unknown", since: plant.stateSince, source: plant.source },
  ];
  return steps.findLast(({ since }) => (since ?? "") <= day) ?? { state: "unknown" };
}

export type ZonePlantState = "served" | "missing" | "unknown" | "not-owed";

/**
 * Whether an operating zone has a running plant that serves it, wherever that plant sits.
 * Unknown is never counted as missing: it needs `centralPlant: none`, or plants that are all known not to run.
 */
export function plantStateOfZone(
  zone: Pick<Zone, "id" | "status" | "centralPlant">,
  plants: Iterable<Pick<Plant, "serves"> & Steps>,
  day: string,
): ZonePlantState {
  if (zone.status !== "operating") return "not-owed";
  const steps = [...plants]
    .filter((plant) => plant.serves.includes(zone.id))
    .map((plant) => stepAt(plant, day));
  if (steps.some(isRunning)) return "served";
  if (steps.length === 0) return zone.centralPlant === "none" ? "missing" : "unknown";
  return steps.some(({ state }) => state === "unknown") ? "unknown" : "missing";
}
