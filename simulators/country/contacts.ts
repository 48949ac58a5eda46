/** Who is told in a simulated country. In: its zones; out: officers, and board and department of each province under both geographies; all `.example`. Pure. */
import { type ProvinceUnit, provinceKey, successorOf } from "#shared/province/province.ts";
import { slugOf } from "./names.ts";
import type { Draft } from "./zones.ts";

export function officerOf({ id, name }: Draft): object {
  return {
    id: `${id}-officer`,
    name: `Cán bộ môi trường ${name.vi}`,
    duty: "zone-officer",
    language: "vi",
    email: `moitruong@${id}.example`,
    zones: [id],
  };
}

/** The department changed its name with the reform; both are invented offices here. */
const DEPARTMENT = { "NSO-2024": "Sở Tài nguyên và Môi trường", "NSO-2025": "Sở Nông nghiệp và Môi trường" };

export const officeId = (duty: "department" | "board", unit: ProvinceUnit): string =>
  `sim-${duty}-${unit.geography.toLowerCase()}-${unit.code}`;

function officesOf(unit: ProvinceUnit): object[] {
  const place = `${slugOf(unit.name.vi)}-${unit.geography.toLowerCase()}.example`;
  const provinces = [provinceKey(unit)];
  const common = { language: "vi", provinces };
  return [
    {
      id: officeId("department", unit),
      name: `${DEPARTMENT[unit.geography]} ${unit.name.vi} (mô phỏng)`,
      duty: "provincial-department",
      email: `so@${place}`,
      ...common,
    },
    {
      id: officeId("board", unit),
      name: `Ban quản lý các KCN ${unit.name.vi} (mô phỏng)`,
      duty: "management-board",
      email: `banquanly@${place}`,
      ...common,
    },
  ];
}

/** Offices of every province that zones lay or lie in, and one engineer for all of them. */
export function countryContacts(drafts: readonly Draft[]): object[] {
  const units = new Map<string, ProvinceUnit>();
  for (const { unit } of drafts) units.set(provinceKey(unit), unit);
  for (const { unit } of drafts) {
    const successor = successorOf(unit.code);
    if (successor !== undefined) units.set(provinceKey(successor), successor);
  }
  const engineer = {
    id: "sim-engineer",
    name: "Kỹ sư vận hành Outfall",
    duty: "engineer",
    language: "vi",
    email: "kysu@outfall.example",
    provinces: [...units.keys()],
  };
  return [...[...units.values()].flatMap(officesOf), engineer];
}
