/**
 * Commissioning (trade practice 1.11): what is not armed is observed, that is judged and listed, but not mailed about,
 * so that the first day of a province does not bring ninety mails. In: the registry's armings, a place, an instant;
 * out: whether it is armed, and the day from which it is. Pure.
 */
import type { Registry } from "#shared/registry/registry.ts";
import type { Arming } from "#shared/registry/schema.ts";
import { localDay } from "#shared/time/local-day.ts";
import { isOfProvince, provinceDays, provincesOf, type Zone } from "#shared/zone/zone.ts";

export interface Commissioning {
  readonly armed: boolean;
  /** First day of the arming that covers the place, in the registry's time zone; may be ahead. Null: there is none. */
  readonly from: string | null;
}

type Armings = Pick<Registry, "armed" | "settings">;
type Place = Pick<Zone, "id" | "provinces">;

/**
 * Armings of the zone, its province or everything hold for its stations too. Once armed is armed: a zone that a new
 * geography puts into another province stays so, since a reform must not silence anybody.
 * @param station null: the zone itself (missing plants)
 * @param at ms since epoch
 */
export function commissioningOf(
  registry: Armings,
  zone: Place,
  station: string | null,
  at: number,
): Commissioning {
  const day = localDay(at, registry.settings.timeZone);
  const days = registry.armed.filter((arming) => covers(arming, zone, station, day)).map(({ from }) => from);
  const from = days.sort()[0] ?? null;
  return { armed: from !== null && from <= day, from };
}

/** Whether incidents of the place are mailed at `at`, ms since epoch. */
export function isArmed(registry: Armings, zone: Place, station: string | null, at: number): boolean {
  return commissioningOf(registry, zone, station, at).armed;
}

/** Whether the arming is about the place, from its first day on up to `day` (or on its first day, if that is ahead). */
function covers(arming: Arming, zone: Place, station: string | null, day: string): boolean {
  if (arming.everything === true) return true;
  if (arming.zone !== undefined) return arming.zone === zone.id;
  if (arming.station !== undefined) return arming.station === station;
  const { province, from } = arming;
  return (
    province !== undefined &&
    provincesBetween(zone, from, day > from ? day : from).some((entry) => isOfProvince(entry, province))
  );
}

/** The zone's provinces in a span of days, both included; the last listed one when no period fits. */
function provincesBetween(zone: Place, first: string, last: string): readonly Zone["provinces"][number][] {
  const provinces = provincesOf(zone);
  const fitting = provinces.filter((province) => {
    const { from, until } = provinceDays(province);
    return from <= last && first <= until;
  });
  return fitting.length > 0 ? fitting : provinces.slice(-1);
}
