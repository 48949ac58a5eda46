/** An industrial zone and its home province, which changes with the geography in force. */
import {
  daysOf,
  type Geography,
  type ProvinceUnit,
  predecessorsOf,
  successorOf,
} from "#shared/province/province.ts";
import type { ZoneEntry } from "#shared/registry/schema.ts";
import { localDay } from "#shared/time/local-day.ts";

export type Zone = Omit<ZoneEntry, "plants">;
export type Province = ZoneEntry["provinces"][number];

/**
 * The province whose department is in charge of the zone at an instant: the listed one whose days fit, a geography's own
 * days (NSO-2024 until 30 June 2025, NSO-2025 since) standing in for those not given. A zone listed under its former
 * province alone has gone to that province's successor. Where nothing fits, the last one.
 * @param time ms since epoch
 * @param timeZone the registry's, whose days the dates are
 */
export function provinceAt(zone: Pick<Zone, "provinces">, time: number, timeZone: string): Province {
  const day = localDay(time, timeZone);
  const candidates = provincesOf(zone);
  const fitting = candidates.find((province) => {
    const { from, until } = provinceDays(province);
    return from <= day && day <= until;
  });
  return fitting ?? (candidates.at(-1) as Province);
}

/** First and last day of an entry, local dates: its own, or its geography's. */
export function provinceDays({ geography, from, until }: Province): { from: string; until: string } {
  const days = daysOf(geography);
  return { from: from ?? days.from ?? "", until: until ?? days.until ?? "9999-12-31" };
}

/** The zone's province under a geography, whatever the date: as listed, or as it follows from the reform; the newest of several. */
export function provinceIn(zone: Pick<Zone, "provinces">, geography: Geography): Province | undefined {
  const listed = provincesOf(zone).findLast((province) => province.geography === geography);
  if (listed !== undefined || geography !== "NSO-2024") return listed;
  const now = zone.provinces.findLast((province) => province.geography === "NSO-2025");
  // of several former provinces nothing says which
  const [only, ...others] = now === undefined ? [] : predecessorsOf(now.code);
  return only === undefined || others.length > 0 ? undefined : asProvince(only);
}

/** What is listed, and the successor of a former province where nothing is listed under the geography of today. */
export function provincesOf({ provinces }: Pick<Zone, "provinces">): readonly Province[] {
  if (provinces.some(({ geography }) => geography === "NSO-2025")) return provinces;
  const former = provinces.findLast(({ geography }) => geography === "NSO-2024");
  const successor = former && successorOf(former.code);
  return successor === undefined ? provinces : [...provinces, asProvince(successor)];
}

const asProvince = ({ code, name, geography }: ProvinceUnit): Province => ({
  code,
  name: name.vi,
  geography,
  ...daysOf(geography),
});

/** Whether `code`, plain ("92") or with its geography ("NSO-2025/92"), means this province. */
export function isOfProvince(
  { code, geography }: Pick<Province, "code" | "geography">,
  asked: string,
): boolean {
  return asked === code || asked === `${geography}/${code}`;
}
