/** Provinces of zones and contacts. In: entries; out: what does not fit the geography they name. Pure. */
import { daysOf, findUnit, geographies, isOfficial, provinceKey } from "#shared/province/province.ts";
import { provinceDays, provincesOf } from "#shared/zone/zone.ts";
import type { Report } from "./complaint.ts";
import type { ContactEntry, ZoneEntry } from "./schema.ts";

/** Keys (`NSO-2025/92`) of all provinces that zones lie or lay in, successors of former ones too. */
export function provinceKeysOf(zones: readonly Pick<ZoneEntry, "provinces">[]): ReadonlySet<string> {
  return new Set(zones.flatMap((zone) => provincesOf(zone).map(provinceKey)));
}

/** An official code exists under its name and within its geography's days, and no two entries hold at once. */
export function checkZoneProvinces(
  zone: ZoneEntry,
  path: readonly (string | number)[],
  report: Report,
): void {
  zone.provinces.forEach((province, index) => {
    const at = [...path, "provinces", index];
    const { code, name, geography } = province;
    const unit = findUnit(geography, code);
    if (isOfficial(geography) && unit === undefined) {
      report([...at, "code"], `expected a province of ${geography}, found ${code}`);
    }
    if (unit !== undefined && ![unit.name.vi, unit.name.en].some((known) => name.endsWith(known))) {
      report([...at, "name"], `${provinceKey(province)} is ${unit.name.vi}, found ${name}`);
    }
    const days = daysOf(geography);
    if ((province.from ?? days.from ?? "") < (days.from ?? ""))
      report([...at, "from"], `${geography} holds from ${days.from}, found ${province.from}`);
    if ((province.until ?? days.until ?? "") > (days.until ?? "9999-12-31"))
      report([...at, "until"], `${geography} held until ${days.until}, found ${province.until}`);
    const other = zone.provinces.slice(0, index).find((earlier) => overlap(earlier, province));
    if (other !== undefined) {
      report(at, `expected days of its own: ${provinceKey(other)} holds at the same time`);
    }
  });
}

type Dated = ZoneEntry["provinces"][number];

function overlap(one: Dated, two: Dated): boolean {
  const [a, b] = [provinceDays(one), provinceDays(two)];
  return a.from <= b.until && b.from <= a.until;
}

/**
 * The key that the province of a contact or an arming means: with its geography as it stands, a plain code only where the whole registry
 * knows one geography. @returns the key, or what was expected
 */
export function namedProvince(
  text: string,
  known: ReadonlySet<string>,
): { readonly ok: true; readonly key: string } | { readonly ok: false; readonly expected: string } {
  const used = geographies.filter((geography) => [...known].some((key) => key.startsWith(`${geography}/`)));
  const [only, ...more] = used;
  if (text.includes("/") || (only !== undefined && more.length === 0)) {
    const key = text.includes("/") ? text : `${only}/${text}`;
    return known.has(key) ? { ok: true, key } : { ok: false, expected: `no zone is in province ${text}` };
  }
  const keys = used.map((geography) => `${geography}/${text}`).filter((key) => known.has(key));
  const choice = keys.length > 0 ? keys.join(" or ") : "such as NSO-2025/92";
  return {
    ok: false,
    expected: `a code means nothing without its geography: expected ${choice}, found ${text}`,
  };
}

/** The contact with every province as a key; the entry has been checked. */
export function withProvinceKeys(contact: ContactEntry, known: ReadonlySet<string>): ContactEntry {
  if (contact.provinces === undefined) return contact;
  const provinces = contact.provinces.map((text) => {
    const found = namedProvince(text, known);
    return found.ok ? found.key : text;
  });
  return { ...contact, provinces };
}
