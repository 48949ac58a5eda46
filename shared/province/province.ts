/**
 * Provinces under the two geographies: 63 until 30 June 2025 (NSO-2024), 34 since (NSO-2025). In: a geography and a code;
 * out: the unit, its successor or predecessors. Pure. A code means nothing without its geography: seven have changed owner.
 */
import table from "./provinces.json" with { type: "json" };

/** The statistics office's codes before and since the reform; invented ones; any other. */
export const geographies = ["NSO-2024", "NSO-2025", "SIM", "OTHER"] as const;
export type Geography = (typeof geographies)[number];
/** Geographies whose units are known here. */
export type OfficialGeography = "NSO-2024" | "NSO-2025";

export interface ProvinceUnit {
  readonly geography: OfficialGeography;
  readonly code: string;
  readonly name: { readonly vi: string; readonly en: string };
}

export interface FormerUnit extends ProvinceUnit {
  /** Code of the NSO-2025 unit it became part of. */
  readonly successor: string;
}

/** Last day of the one, first of the other, as local dates. */
export const reform = { lastDayBefore: table["NSO-2024"].until, firstDay: table["NSO-2025"].from };

export const formerUnits: readonly FormerUnit[] = table["NSO-2024"].units.map((unit) => ({
  geography: "NSO-2024",
  ...unit,
}));
export const currentUnits: readonly ProvinceUnit[] = table["NSO-2025"].units.map((unit) => ({
  geography: "NSO-2025",
  ...unit,
}));

const former = new Map(formerUnits.map((unit) => [unit.code, unit]));
const current = new Map(currentUnits.map((unit) => [unit.code, unit]));

/** The days for which a geography holds, where it has any. */
export function daysOf(geography: Geography): { from?: string; until?: string } {
  if (geography === "NSO-2024") return { until: reform.lastDayBefore };
  return geography === "NSO-2025" ? { from: reform.firstDay } : {};
}

export const isOfficial = (geography: Geography): geography is OfficialGeography =>
  geography === "NSO-2024" || geography === "NSO-2025";

/** The unit with that code in that geography; undefined where there is none, or the geography is not an official one. */
export function findUnit(geography: Geography, code: string): ProvinceUnit | undefined {
  if (geography === "NSO-2024") return former.get(code);
  return geography === "NSO-2025" ? current.get(code) : undefined;
}

/** The NSO-2025 unit that a former province (NSO-2024) became part of. */
export function successorOf(code: string): ProvinceUnit | undefined {
  return current.get(former.get(code)?.successor ?? "");
}

/** The former provinces that a current one was made of; one of them where it only went on. */
export function predecessorsOf(code: string): FormerUnit[] {
  return formerUnits.filter(({ successor }) => successor === code);
}

/** Codes that were another province's until 30 June 2025. */
export function reusedCodes(): { code: string; former: FormerUnit; current: ProvinceUnit }[] {
  return formerUnits.flatMap((unit) => {
    const now = current.get(unit.code);
    return now === undefined || now.name.vi === unit.name.vi
      ? []
      : [{ code: unit.code, former: unit, current: now }];
  });
}

/** `NSO-2025/92`: a province by geography and code, as contacts name it. */
export function provinceKey({ geography, code }: { geography: Geography; code: string }): string {
  return `${geography}/${code}`;
}
