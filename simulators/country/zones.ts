/** The zones of a simulated country as registry entries. In: options; out: entries by former province, and what is true of them. Pure. */
import { type FormerUnit, provinceKey, reform, successorOf } from "#shared/province/province.ts";
import { type Random, seededRandom } from "../plant/random.ts";
import { drawFates, type Fate, pick } from "./fate.ts";
import { inventedName, slugOf } from "./names.ts";
import { capacityFor, drawWastewater, permitOf, plantOf, stationOf, stepsTo } from "./plants.ts";
import { zonesByProvince } from "./provinces.ts";

export interface CountryOptions {
  readonly seed: number;
  readonly zones: number;
  readonly operating: number;
  /** Share of the operating zones that no running plant serves, 0 to 1. */
  readonly withoutPlant: number;
  readonly stationsPerPlant: number;
  /** Stations of the whole country, over its connected plants as evenly as can be; wins over `stationsPerPlant`. */
  readonly stations?: number | undefined;
}

export interface Draft {
  readonly id: string;
  readonly name: { readonly vi: string; readonly en: string };
  readonly unit: FormerUnit;
  readonly fate: Fate;
  readonly wastewaterM3PerDay: number;
  /** The zone whose plant takes its wastewater. */
  host?: Draft;
  /** Zones whose wastewater its plant takes too. */
  readonly guests: Draft[];
}

/** Every zone with its fate, and who shares a plant with whom. */
export function draftZones(options: CountryOptions): Draft[] {
  const random = seededRandom(`country ${options.seed} zones`);
  const offset = Math.floor(random.uniform() * 1000);
  const fates = drawFates(options);
  const drafts: Draft[] = [];
  for (const { unit, zones } of zonesByProvince(options.zones)) {
    const own = Array.from({ length: zones }, (_, number): Draft => {
      const index = drafts.length + number;
      return {
        id: `sim-${slugOf(unit.name.vi)}-${String(number + 1).padStart(2, "0")}`,
        name: inventedName(index, offset),
        unit,
        fate: fates[index] as Fate,
        wastewaterM3PerDay: drawWastewater(random),
        guests: [],
      };
    });
    for (const draft of own) settleGuest(draft, own);
    drafts.push(...own);
  }
  return drafts;
}

/** A guest goes to the first zone of its province that has a plant of its own. */
function settleGuest(draft: Draft, neighbours: readonly Draft[]): void {
  if (draft.fate.kind !== "served" || !draft.fate.guest) return;
  const host = neighbours.find(({ fate }) => fate.kind === "served" && !fate.guest);
  if (host === undefined) return;
  draft.host = host;
  host.guests.push(draft);
}

/** Whether its own plant sends readings. */
export function isConnected({ fate, host }: Draft): boolean {
  return (
    host === undefined && fate.kind === "served" && (fate.step === "connected" || fate.step === "in-order")
  );
}

/** @param stations of its plant, if that is connected */
export function zoneEntry(draft: Draft, seed: number, stations: number): object {
  const { id, name, fate, unit, host } = draft;
  const random = seededRandom(`country ${seed} ${id}`);
  const isOperating = fate.kind !== "idle";
  const unsaid = fate.kind === "served" && fate.size === "unsaid";
  return {
    id,
    name,
    simulated: true,
    status: isOperating ? "operating" : fate.status,
    ...(isOperating ? { statusAsOf: "2024-12-31" } : {}),
    centralPlant: centralPlantOf(draft),
    provinces: provincesOf(unit),
    developer: `Công ty hạ tầng ${id} (mô phỏng)`,
    ...(isOperating ? registerFacts(draft, random, unsaid) : {}),
    source: "invented for the simulation",
    ...(host === undefined ? { plants: plantsOf(draft, random, stations) } : {}),
  };
}

function centralPlantOf({ fate, host, guests }: Draft): string {
  if (host !== undefined || guests.length > 0) return "shared";
  if (fate.kind === "served") return "yes";
  if (fate.kind === "idle") return "none";
  if (fate.plant === "none") return fate.kind === "missing" ? "none" : "unknown";
  return fate.kind === "missing" ? "yes" : "unknown";
}

function provincesOf(unit: FormerUnit): object[] {
  const successor = successorOf(unit.code);
  if (successor === undefined) throw new Error(`${provinceKey(unit)} has no successor`);
  return [
    { code: unit.code, name: unit.name.vi, geography: unit.geography, until: reform.lastDayBefore },
    { code: successor.code, name: successor.name.vi, geography: successor.geography, from: reform.firstDay },
  ];
}

function registerFacts(draft: Draft, random: Random, unsaid: boolean): object {
  const { fate, wastewaterM3PerDay: m3PerDay } = draft;
  const facts = {
    occupancyPercent: 30 + Math.floor(random.uniform() * 70),
    tenants: 5 + Math.floor(random.uniform() * 80),
    ...(unsaid
      ? {}
      : { wastewater: { m3PerDay, asOf: "2024-12-31", source: "invented for the simulation" } }),
  };
  if (fate.kind !== "missing") return facts;
  const due = `${2021 + Math.floor(random.uniform() * 4)}-12-31`;
  const letter = {
    number: `MP-${Math.floor(random.uniform() * 900) + 100}`,
    date: "2024-10-15",
    deadline: "2025-03-31",
  };
  return {
    ...facts,
    obligation: { basis: "giấy phép môi trường (mô phỏng)", due },
    interim: pick(random, ["own plants of the tenants", "hauled to another zone", "unknown"]),
    ...(random.uniform() < 0.7 ? { lastLetter: letter } : {}),
  };
}

function plantsOf(draft: Draft, random: Random, stations: number): object[] {
  const { id, fate, guests, wastewaterM3PerDay } = draft;
  const serves = [id, ...guests.map((guest) => guest.id)];
  if (fate.kind === "idle") return [];
  if (fate.kind !== "served" && fate.plant === "none") return [];
  if (fate.kind === "unknown") return [plantOf(draft, { state: "unknown", serves })];
  if (fate.kind === "missing") {
    const capacityM3PerDay = capacityFor("ample", wastewaterM3PerDay, random);
    return [plantOf(draft, { steps: stepsTo(fate.plant, random), serves, capacityM3PerDay })];
  }
  const total = wastewaterM3PerDay + guests.reduce((sum, guest) => sum + guest.wastewaterM3PerDay, 0);
  const capacity = capacityFor(fate.size, total, random);
  const capacityM3PerDay = fate.size === "unsaid" ? undefined : capacity;
  return [
    plantOf(
      draft,
      {
        steps: stepsTo(fate.step, random),
        serves,
        ...(capacityM3PerDay === undefined ? {} : { capacityM3PerDay }),
      },
      {
        permit: permitOf(id, random),
        // room for the hours of most flow
        stations: Array.from({ length: stations }, (_, number) =>
          stationOf(id, number + 1, Math.ceil(capacity / 8)),
        ),
      },
    ),
  ];
}
