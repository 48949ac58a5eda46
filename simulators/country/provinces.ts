/**
 * How many zones each province gets. In: a total; out: former provinces (NSO-2024) with their share of it, in proportion to
 * the zones on the national environment agency's list of 2023. The four without a listed zone (Cao Bằng, Điện Biên, Sơn La,
 * Lạng Sơn) get none.
 */
import { type FormerUnit, formerUnits } from "#shared/province/province.ts";
import { apportion } from "./apportion.ts";
import listed from "./listed-zones.json" with { type: "json" };

const counts = new Map(Object.entries(listed.zones));

export function zonesByProvince(total: number): { unit: FormerUnit; zones: number }[] {
  const seats = apportion(
    formerUnits.map(({ code }) => counts.get(code) ?? 0),
    total,
  );
  return formerUnits.map((unit, index) => ({ unit, zones: seats[index] ?? 0 }));
}
