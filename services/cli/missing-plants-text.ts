/** The missing-plant register for a terminal. In: the register, a mark for simulated rows; out: lines. Pure. */
import type { Count, Register, RegisterHead, RegisterRow } from "#shared/plant/register.ts";
import { tableLines } from "./table.ts";

const HEAD = [
  "zone",
  "name",
  "province",
  "condition",
  "step",
  "since",
  "m³/day",
  "capacity",
  "due",
  "overdue",
  "letter",
];
const PROVINCES_SHOWN = 10;

export function missingPlantLines(
  register: Register,
  rows: readonly RegisterRow[],
  mark: string | undefined,
): string[] {
  const worst = register.provinces.filter(({ head }) => head.missing.zones > 0);
  return [
    ...(mark === undefined ? [] : [mark, ""]),
    `${register.day}, provinces of ${register.geography}`,
    ...headLines(register.head),
    ...(worst.length > 1
      ? ["", "most zones without a running plant:", ...worst.slice(0, PROVINCES_SHOWN).map(provinceLine)]
      : []),
    "",
    ...(rows.length === 0 ? ["no zone to list"] : tableLines(HEAD, rows.map(cellsOf))),
  ];
}

function headLines(head: RegisterHead): string[] {
  return [
    `operating ${head.operating}; working plant ${counted(head.working)}; monitored ${counted(head.monitored)}; linked ${counted(head.linked)}`,
    `without a running plant ${counted(head.missing)}; plant known too small ${counted(head.tooSmall)}; known proper ${counted(head.proper)}`,
    `unknown, in none of these: ${counted(head.unknown)}`,
  ];
}

const counted = ({ zones, share }: Count) => `${zones} (${(share * 100).toFixed(1)} %)`;

const provinceLine = ({ key, name, head }: Register["provinces"][number]) =>
  `  ${key} ${name}: ${head.missing.zones} of ${head.operating} operating, ${head.unknown.zones} unknown`;

const cellsOf = (row: RegisterRow): string[] => [
  row.zone,
  row.name.vi,
  row.province === null ? "?" : `${row.province.key} ${row.province.name}`,
  row.condition,
  row.step,
  row.since ?? "?",
  String(row.wastewater?.m3PerDay ?? "?"),
  row.plants.map(({ capacityM3PerDay }) => capacityM3PerDay ?? "?").join(" + ") || "-",
  row.obligation?.due ?? "-",
  row.obligation === null ? "-" : `${row.obligation.overdueDays} d`,
  row.lastLetter?.number ?? "-",
];
