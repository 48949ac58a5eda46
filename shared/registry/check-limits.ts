/** What a plant's permits and limit sets must fulfil beyond their shape. Pure. */
import type { Instruments } from "#shared/limit/instruments.ts";
import { reportedBases } from "#shared/parameter/basis.ts";
import { findParameter } from "#shared/parameter/parameter.ts";
import { checkLimitSet } from "./check-limit-set.ts";
import type { Path, Report } from "./complaint.ts";
import type { Permit } from "./limit-schema.ts";
import type { PlantEntry } from "./schema.ts";

export function checkLimits(
  plant: Pick<PlantEntry, "permit" | "limits">,
  instruments: Instruments,
  path: Path,
  report: Report,
): void {
  const permits = listed(plant.permit, [...path, "permit"]);
  for (const [permit, at] of permits) checkPermit(permit, at, report);
  checkSuccession(permits, report);
  for (const [set, at] of listed(plant.limits, [...path, "limits"])) {
    checkLimitSet(set, plant.permit !== undefined, instruments, at, report);
  }
}

/** One or a list, each entry with its path. */
function listed<Entry extends object>(
  value: Entry | readonly Entry[] | undefined,
  path: Path,
): [entry: Entry, path: Path][] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [[value as Entry, path]];
  return value.map((entry: Entry, index) => [entry, [...path, index]]);
}

function checkPermit(permit: Permit, path: Path, report: Report): void {
  for (const [parameter, figures] of Object.entries(permit.limits)) {
    const at = [...path, "limits", parameter];
    checkParameter(parameter, at, report);
    const seen = new Set<string>();
    for (const [figure, place] of listed(figures, at)) {
      checkBasis(parameter, figure.as, place, report);
      const over = figure.over ?? "";
      if (seen.has(over))
        report(
          place,
          `two figures for ${parameter} ${over === "" ? "without over" : `over ${over}`}: expected one, or another over`,
        );
      seen.add(over);
      if (over !== "" && over !== "hour" && over !== "day" && isJudgedByMinutes(parameter))
        report(
          place,
          `${parameter} is judged by minutes of an hour or a day: expected over hour or day, found ${over}`,
        );
    }
  }
  for (const [parameter, load] of Object.entries(permit.loads ?? {})) {
    const at = [...path, "loads", parameter];
    checkParameter(parameter, at, report);
    checkBasis(parameter, load.as, at, report);
    const unit = findParameter(parameter)?.unit;
    if (unit !== undefined && unit !== "mg/L")
      report(at, `expected a parameter in mg/L: ${parameter} in ${unit} has no load`);
  }
}

const isJudgedByMinutes = (parameter: string): boolean =>
  findParameter(parameter)?.judgedBy === "minutes-outside";

function checkParameter(parameter: string, path: Path, report: Report): void {
  if (findParameter(parameter) === undefined) report(path, `expected a known parameter, found ${parameter}`);
}

function checkBasis(parameter: string, as: string | undefined, path: Path, report: Report): void {
  const bases = reportedBases(parameter);
  if (as === undefined || bases.includes(as)) return;
  report(
    [...path, "as"],
    bases.length === 0 ? `${parameter} has no basis: expected no as` : `expected as: ${bases.join(" or ")}`,
  );
}

/** At most one permit holds on a day: two would be two limits, and nobody could say which. */
function checkSuccession(permits: readonly [Permit, Path][], report: Report): void {
  permits.forEach(([permit, path], index) => {
    const other = permits
      .slice(0, index)
      .find(([earlier]) => firstDay(permit) <= lastDay(earlier) && firstDay(earlier) <= lastDay(permit));
    if (other === undefined) return;
    report(
      permit.from === undefined ? path : [...path, "from"],
      `permit ${permit.number} overlaps ${other[0].number}: expected one permit a day; give the earlier one an until before the other's from`,
    );
  });
}

const firstDay = ({ from }: Permit) => from ?? "";
const lastDay = ({ until }: Permit) => until ?? "9999-12-31";
