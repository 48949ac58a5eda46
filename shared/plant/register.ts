/**
 * The missing-plant register (trade practice 3). In: registry, a day, a geography; out: a row for each operating zone, worst
 * first, and the head counts. Pure. What nobody knows is counted apart, never as missing.
 */
import { findUnit, type Geography, provinceKey, reform } from "#shared/province/province.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { type Province, provinceIn, type Zone } from "#shared/zone/zone.ts";
import { type Condition, conditions, heightOf, type LadderStep, type Standing, standings } from "./ladder.ts";
import { type Plant, type PlantState, stepAt } from "./plant.ts";

export interface RegisterPlant {
  readonly id: string;
  readonly name: Plant["name"];
  readonly state: PlantState;
  readonly since: string | null;
  readonly capacityM3PerDay: number | null;
  /** Other zones whose wastewater it takes. */
  readonly alsoServes: readonly string[];
}

export interface RegisterRow extends Omit<Standing, "plant"> {
  readonly zone: string;
  readonly name: Zone["name"];
  readonly simulated: boolean;
  /** Under the geography asked for; null where it cannot be said. */
  readonly province: { readonly key: string; readonly name: string } | null;
  /** The province of before 1 July 2025, where it is known. */
  readonly formerProvince: { readonly key: string; readonly name: string } | null;
  readonly developer: string | null;
  readonly developerPhone: string | null;
  readonly occupancyPercent: number | null;
  readonly tenants: number | null;
  readonly wastewater: { m3PerDay: number; asOf: string | null; source: string } | null;
  readonly plants: readonly RegisterPlant[];
  readonly obligation: { basis: string; due: string; overdueDays: number } | null;
  readonly stations: readonly { readonly id: string; readonly connectedOn: string }[];
  readonly interim: string | null;
  readonly lastLetter: { number: string; date: string; deadline: string | null } | null;
}

/** A number of zones, and its share of the operating ones, 0 to 1 (0 of none). */
export interface Count {
  readonly zones: number;
  readonly share: number;
}

export interface RegisterHead {
  readonly operating: number;
  /** Served by a plant that runs, whatever its size. */
  readonly working: Count;
  /** Of them: known to take all wastewater, and known not to. */
  readonly proper: Count;
  readonly tooSmall: Count;
  readonly monitored: Count;
  readonly linked: Count;
  readonly missing: Count;
  /** Nobody knows; not among the missing. */
  readonly unknown: Count;
}

export interface Register {
  readonly day: string;
  readonly geography: Geography;
  readonly head: RegisterHead;
  readonly provinces: readonly { key: string; name: string; head: RegisterHead }[];
  readonly rows: readonly RegisterRow[];
}

export interface RegisterQuestion {
  /** Local date. */
  readonly day: string;
  /** That of the day unless said. */
  readonly geography?: Geography | undefined;
  /** Key or plain code under the geography, or name; all provinces unless said. */
  readonly province?: string | undefined;
}

/** The geography in force on a local date. */
export const geographyOn = (day: string): Geography => (day < reform.firstDay ? "NSO-2024" : "NSO-2025");

export function missingPlantRegister(
  registry: Pick<Registry, "zones" | "plants" | "stations">,
  { day, geography = geographyOn(day), province }: RegisterQuestion,
): Register {
  const found = standings(registry, day);
  const plants = [...registry.plants.values()];
  const stations = Map.groupBy(registry.stations.values(), ({ plant }) => plant);
  const rows = [...registry.zones.values()]
    .filter(({ status }) => status === "operating")
    .map((zone) => {
      const serving = plants.filter(({ serves }) => serves.includes(zone.id));
      const { plant: _, ...standing } = found.get(zone.id) as Standing;
      return { ...standing, ...factsOf(zone, serving, stations, { day, geography }) };
    })
    .filter((row) => province === undefined || isNamed(row, geography, province))
    .sort(worstFirst);
  const byProvince = Map.groupBy(rows, (row) => row.province?.key ?? "");
  return {
    day,
    geography,
    head: headOf(rows),
    provinces: [...byProvince]
      .map(([key, own]) => ({ key, name: own[0]?.province?.name ?? "", head: headOf(own) }))
      .sort((a, b) => b.head.missing.zones - a.head.missing.zones || a.key.localeCompare(b.key)),
    rows,
  };
}

function factsOf(
  zone: Zone,
  plants: readonly Plant[],
  stations: ReadonlyMap<string, readonly { id: string; connectedOn: string }[]>,
  { day, geography }: { day: string; geography: Geography },
) {
  const { obligation, wastewater, lastLetter } = zone;
  return {
    zone: zone.id,
    name: zone.name,
    simulated: zone.simulated,
    province: keyed(provinceIn(zone, geography) ?? inventedProvince(zone)),
    formerProvince: keyed(provinceIn(zone, "NSO-2024")),
    developer: zone.developer ?? null,
    developerPhone: zone.developerPhone ?? null,
    occupancyPercent: zone.occupancyPercent ?? null,
    tenants: zone.tenants ?? null,
    wastewater: wastewater === undefined ? null : { ...wastewater, asOf: wastewater.asOf ?? null },
    plants: plants.map((plant): RegisterPlant => {
      const { state, since } = stepAt(plant, day);
      const alsoServes = plant.serves.filter((id) => id !== zone.id);
      const { id, name, capacityM3PerDay = null } = plant;
      return { id, name, state, since: since ?? null, capacityM3PerDay, alsoServes };
    }),
    obligation:
      obligation === undefined ? null : { ...obligation, overdueDays: daysBetween(obligation.due, day) },
    stations: plants.flatMap(({ id }) =>
      (stations.get(id) ?? [])
        .filter(({ connectedOn }) => connectedOn <= day)
        .map(({ id: station, connectedOn }) => ({ id: station, connectedOn })),
    ),
    interim: zone.interim ?? null,
    lastLetter: lastLetter === undefined ? null : { ...lastLetter, deadline: lastLetter.deadline ?? null },
  };
}

/** Zones of the sample registry lie in no real province. */
const inventedProvince = ({ provinces }: Zone) =>
  provinces.findLast(({ geography }) => geography === "SIM" || geography === "OTHER");

const keyed = (province: Province | undefined) =>
  province === undefined ? null : { key: provinceKey(province), name: province.name };

function isNamed({ province }: RegisterRow, geography: Geography, text: string): boolean {
  if (province === null) return false;
  const code = province.key.split("/")[1] ?? "";
  const unit = findUnit(geography, code);
  const names = [province.key, code, province.name, unit?.name.vi, unit?.name.en];
  return names.some((name) => name?.toLowerCase() === text.toLowerCase());
}

/** Whole days from one local date to another; 0 where the second is not later. */
function daysBetween(from: string, to: string): number {
  return Math.max(
    0,
    Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: "day" }).days,
  );
}

const placeOf = (condition: Condition) => conditions.indexOf(condition);

/** Condition, then the lower step, then the longest overdue, then the most wastewater. */
function worstFirst(a: RegisterRow, b: RegisterRow): number {
  return (
    placeOf(a.condition) - placeOf(b.condition) ||
    heightOf(a.step) - heightOf(b.step) ||
    (b.obligation?.overdueDays ?? 0) - (a.obligation?.overdueDays ?? 0) ||
    (b.wastewater?.m3PerDay ?? 0) - (a.wastewater?.m3PerDay ?? 0) ||
    a.zone.localeCompare(b.zone)
  );
}

function headOf(rows: readonly RegisterRow[]): RegisterHead {
  const count = (fits: (row: RegisterRow) => boolean): Count => {
    const zones = rows.filter(fits).length;
    return { zones, share: rows.length === 0 ? 0 : zones / rows.length };
  };
  const atLeast = (step: LadderStep) => (row: RegisterRow) =>
    row.condition !== "unknown" && heightOf(row.step) >= heightOf(step);
  return {
    operating: rows.length,
    working: count(atLeast("running")),
    proper: count(({ condition }) => condition === "proper"),
    tooSmall: count(({ condition }) => condition === "too-small"),
    monitored: count(atLeast("monitored")),
    linked: count(atLeast("connected")),
    missing: count(({ condition }) => condition === "missing"),
    unknown: count(({ condition }) => condition === "unknown"),
  };
}

/** What the list is about: zones without a plant that runs, with one known too small, or of which nobody knows. */
export const isListed = ({ condition }: Pick<RegisterRow, "condition">): boolean =>
  condition === "missing" || condition === "too-small" || condition === "unknown";
