/** What a legal text must fulfil beyond its shape: parameters and units that we know, sources that are listed, one figure a day. Pure. */
import { reportedBases } from "#shared/parameter/basis.ts";
import { findParameter, parameterNamed } from "#shared/parameter/parameter.ts";
import { canonicalUnit } from "#shared/parameter/unit.ts";
import type { Banded, Figure, Instrument, InstrumentRow } from "./instrument-schema.ts";

type Path = readonly (string | number)[];
type Report = (path: Path, message: string) => void;

export function checkInstrument(instrument: Instrument, path: Path, report: Report): void {
  checkDates(instrument, path, report);
  checkSources(instrument, path, report);
  checkFactors(instrument, path, report);
  instrument.limits.forEach((row, index) => {
    checkRow(row, instrument, [...path, "limits", index], report);
  });
  checkOverlaps(instrument, path, report);
}

function checkDates(
  { inForceFrom, supersededOn, transitionalUntil }: Instrument,
  path: Path,
  report: Report,
): void {
  if (supersededOn !== undefined && supersededOn <= inForceFrom)
    report(
      [...path, "supersededOn"],
      `expected a day after inForceFrom, ${inForceFrom}, found ${supersededOn}`,
    );
  if (transitionalUntil === undefined) return;
  if (supersededOn === undefined || transitionalUntil < supersededOn)
    report(
      [...path, "transitionalUntil"],
      `expected a day on or after supersededOn, ${supersededOn ?? "which is missing"}`,
    );
}

/** Every key of a source, wherever one is quoted, is in the text's list. */
function checkSources(instrument: Instrument, path: Path, report: Report): void {
  const walk = (value: unknown, at: Path): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      const here = [...at, Array.isArray(value) ? Number(key) : key];
      if (key !== "sources" || !Array.isArray(inner)) walk(inner, here);
      else
        for (const source of inner) {
          if (!Object.hasOwn(instrument.sources, source))
            report(here, `expected the key of a source in sources, found ${source}; add it there`);
        }
    }
  };
  walk(instrument, path);
}

function checkFactors({ formula, factors, exclusions }: Instrument, path: Path, report: Report): void {
  if (formula === undefined && (factors !== undefined || exclusions !== undefined))
    report(path, "factors without a formula: expected formula, with its clause and source");
  exclusions?.parameters.forEach((parameter, index) => {
    checkParameter(parameter, [...path, "exclusions", "parameters", index], report);
  });
  for (const [name, factor] of Object.entries(factors ?? {})) {
    if (factor !== undefined && "bands" in factor)
      checkBands(factor, [...path, "factors", name, "bands"], report);
  }
}

function checkBands({ bands }: Banded, path: Path, report: Report): void {
  bands.forEach(({ upTo }, index) => {
    const isLast = index === bands.length - 1;
    const before = bands[index - 1]?.upTo ?? 0;
    if (isLast ? upTo !== undefined : upTo === undefined || upTo <= before)
      report([...path, index], "expected bands that rise by upTo, and a last one without upTo");
  });
}

function checkRow(row: InstrumentRow, instrument: Instrument, path: Path, report: Report): void {
  const parameter = checkParameter(row.parameter, [...path, "parameter"], report);
  if (parameter !== undefined && canonicalUnit(row.unit) !== parameter.unit)
    report(
      [...path, "unit"],
      `expected ${parameter.unit}, the unit of ${parameter.key}, found ${row.unit}; convert the figures`,
    );
  const bases = reportedBases(row.parameter);
  if (bases.length > 0 ? row.as === undefined || !bases.includes(row.as) : row.as !== undefined)
    report(
      path,
      bases.length > 0
        ? `${row.parameter} must say its basis: expected as: ${bases.join(" or ")}`
        : `${row.parameter} has no basis: expected no as`,
    );
  row.figures.forEach((figure, index) => {
    checkFigure(figure, instrument, [...path, "figures", index], report);
  });
}

function checkParameter(key: string, path: Path, report: Report) {
  const parameter = findParameter(key);
  if (parameter === undefined) {
    const meant = parameterNamed(key)?.key;
    report(
      path,
      `expected a known parameter, found ${key}; ${meant === undefined ? "docs/registry.md lists them" : `write ${meant}`}`,
    );
  }
  return parameter;
}

function checkFigure(figure: Figure, instrument: Instrument, path: Path, report: Report): void {
  const { min, max, from, until, column } = figure;
  if (min === undefined && max === undefined) report(path, "expected min, max or both");
  if (min !== undefined && max !== undefined && min >= max)
    report(path, `expected min below max, found ${min} and ${max}`);
  if (from !== undefined && until !== undefined && until < from)
    report([...path, "until"], `expected a day on or after from, ${from}, found ${until}`);
  const columns = Object.keys(instrument.columns ?? {});
  if (columns.length > 0 && (column === undefined || !columns.includes(column)))
    report(path, `expected column: one of ${columns.join(", ")}, found ${column ?? "none"}`);
  if (columns.length === 0 && column !== undefined)
    report([...path, "column"], "expected no column, or columns: of the text with their meaning");
}

/** One parameter, one column, one window: at most one figure on a day. */
function checkOverlaps(instrument: Instrument, path: Path, report: Report): void {
  const known = new Map<string, Figure[]>();
  instrument.limits.forEach((row, r) => {
    row.figures.forEach((figure, f) => {
      const key = JSON.stringify([row.parameter, figure.column, figure.over]);
      const others = known.get(key) ?? [];
      const other = others.find((earlier) => overlaps(earlier, figure));
      if (other !== undefined)
        report(
          [...path, "limits", r, "figures", f],
          `a second figure for ${[row.parameter, figure.column && `column ${figure.column}`].filter(Boolean).join(", ")} on the same days (${span(other)} and ${span(figure)}): expected one; end the earlier with until, or give another over`,
        );
      known.set(key, [...others, figure]);
    });
  });
}

const overlaps = (one: Figure, other: Figure): boolean =>
  (one.from ?? "") <= (other.until ?? "9999-12-31") && (other.from ?? "") <= (one.until ?? "9999-12-31");

const span = ({ from, until }: Figure): string => `${from ?? "always"} to ${until ?? "for good"}`;
