/** An industrial zone and its home province, which changes with the geography in force. */
import type { ZoneEntry } from "#shared/registry/schema.ts";

export type Zone = Omit<ZoneEntry, "plants">;
export type Province = ZoneEntry["provinces"][number];

/** The province the zone belongs to at `time` (ms since epoch); the last listed one when no period fits. */
export function provinceAt(zone: Pick<Zone, "provinces">, time: number): Province {
  const day = new Date(time).toISOString().slice(0, 10);
  const fitting = zone.provinces.find(
    (province) => (province.from ?? "") <= day && day <= (province.until ?? "9999-12-31"),
  );
  return fitting ?? (zone.provinces.at(-1) as Province);
}

/** Whether `code`, plain ("92") or with its geography ("NSO-2025/92"), means this province. */
export function isOfProvince(
  { code, geography }: Pick<Province, "code" | "geography">,
  asked: string,
): boolean {
  return asked === code || asked === `${geography}/${code}`;
}
