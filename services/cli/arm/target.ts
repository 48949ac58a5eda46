/** What is to be armed. In: options of the command line and the registry; out: the entry of `armed:`, or an error with what there is. Pure. */

import { namedProvince, provinceKeysOf } from "#shared/registry/check-province.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Arming } from "#shared/registry/schema.ts";
import { isOfProvince } from "#shared/zone/zone.ts";

export interface TargetOptions {
  readonly province?: string;
  readonly zone?: string;
  readonly station?: string;
  readonly everything?: true;
  readonly from?: string;
  readonly by?: string;
  readonly note?: string;
}

/** @throws Error unless exactly one place is named that the registry knows, and a day */
export function armingOf(registry: Registry, options: TargetOptions): Arming {
  const { province, zone, station, everything, from, by, note } = options;
  const named = Object.entries({ province, zone, station, everything }).filter(
    ([, value]) => value !== undefined,
  );
  if (named.length !== 1) throw new Error("expected one of --province, --zone, --station and --everything");
  if (from === undefined) throw new Error("expected --from <date>: the first day that is mailed about");
  if (province !== undefined) checkProvince(registry, province);
  if (zone !== undefined) checkKnown("zone", zone, registry.zones);
  if (station !== undefined) checkKnown("station", station, registry.stations);
  return {
    ...Object.fromEntries(named),
    from,
    ...(by === undefined ? {} : { by }),
    ...(note === undefined ? {} : { note }),
  };
}

/** "province NSO-2025/92", "everything". */
export function targetText({ province, zone, station }: Arming): string {
  if (province !== undefined) return `province ${province}`;
  if (zone !== undefined) return `zone ${zone}`;
  return station === undefined ? "everything" : `station ${station}`;
}

/** The same place, whatever the day. */
export const isSameTarget = (a: Arming, b: Arming): boolean => targetText(a) === targetText(b);

function checkProvince({ zones }: Registry, province: string): void {
  const provinces = [...zones.values()].flatMap((zone) => zone.provinces);
  const found = namedProvince(province, provinceKeysOf([...zones.values()]));
  if (found.ok) return;
  if (provinces.some((entry) => isOfProvince(entry, province))) throw new Error(found.expected);
  const known = [
    ...new Set(provinces.map(({ code, geography, name }) => `${geography}/${code} ${name}`)),
  ].sort();
  throw new Error(`no zone of the registry is in province ${province}; there are ${known.join(", ")}`);
}

const SHOWN = 20;

function checkKnown(what: string, id: string, known: ReadonlyMap<string, unknown>): void {
  if (known.has(id)) return;
  const ids = [...known.keys()].sort();
  const more = ids.length > SHOWN ? ` and ${ids.length - SHOWN} more` : "";
  throw new Error(`the registry has no ${what} ${id}; there are ${ids.slice(0, SHOWN).join(", ")}${more}`);
}
