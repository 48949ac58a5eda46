/** The register as CSV for spreadsheets: UTF-8 with BOM, a row a zone; the first line says when it is simulated. Pure. */
import type { Register, RegisterRow } from "./register.ts";

const BOM = "\uFEFF";

const columns: readonly (readonly [string, (row: RegisterRow) => string | number | null | undefined])[] = [
  ["zone", (row) => row.zone],
  ["name_vi", (row) => row.name.vi],
  ["name_en", (row) => row.name.en],
  ["province", (row) => row.province?.key],
  ["province_name", (row) => row.province?.name],
  ["former_province", (row) => row.formerProvince?.key],
  ["former_province_name", (row) => row.formerProvince?.name],
  ["developer", (row) => row.developer],
  ["developer_phone", (row) => row.developerPhone],
  ["condition", (row) => row.condition],
  ["step", (row) => row.step],
  ["since", (row) => row.since],
  ["basis", (row) => row.basis],
  ["source", (row) => row.source],
  ["occupancy_percent", (row) => row.occupancyPercent],
  ["tenants", (row) => row.tenants],
  ["wastewater_m3_per_day", (row) => row.wastewater?.m3PerDay],
  ["wastewater_as_of", (row) => row.wastewater?.asOf],
  ["wastewater_source", (row) => row.wastewater?.source],
  ["plants", (row) => row.plants.map(({ id }) => id).join(" ")],
  [
    "capacity_m3_per_day",
    (row) => row.plants.map(({ capacityM3PerDay }) => capacityM3PerDay ?? "?").join(" "),
  ],
  ["also_serves", (row) => row.plants.flatMap(({ alsoServes }) => alsoServes).join(" ")],
  ["obligation", (row) => row.obligation?.basis],
  ["due", (row) => row.obligation?.due],
  ["days_overdue", (row) => row.obligation?.overdueDays],
  ["stations", (row) => row.stations.map(({ id }) => id).join(" ")],
  ["connected_on", (row) => row.stations.map(({ connectedOn }) => connectedOn).join(" ")],
  ["interim_handling", (row) => row.interim],
  ["last_letter", (row) => row.lastLetter?.number],
  ["last_letter_date", (row) => row.lastLetter?.date],
  ["last_letter_deadline", (row) => row.lastLetter?.deadline],
];

/** @param mark the words that say the rows are simulated; undefined for real ones */
export function registerCsv({ rows }: Pick<Register, "rows">, mark: string | undefined): string {
  const lines = [
    ...(mark === undefined ? [] : [mark]),
    columns.map(([head]) => head).join(","),
    ...rows.map((row) => columns.map(([, cellOf]) => cell(String(cellOf(row) ?? ""))).join(",")),
  ];
  return `${BOM}${lines.join("\r\n")}\r\n`;
}

function cell(text: string): string {
  // a spreadsheet takes a cell that begins so for a formula
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
