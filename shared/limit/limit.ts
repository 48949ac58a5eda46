/**
 * Which limit holds for a station's parameter at a time. In: plant, parameter, instant; out: limits with clause,
 * instrument and confidence. An explicit permit limit always wins over a table.
 */
import { factorIntoStored } from "#shared/parameter/basis.ts";
import { findParameter } from "#shared/parameter/parameter.ts";
import type { Plant } from "#shared/plant/plant.ts";
import type { LimitSet } from "#shared/registry/schema.ts";
import { type Confidence, findInstrument, type Instrument } from "./instruments.ts";

export type LimitPurpose = LimitSet["purpose"];

export interface Limit {
  readonly parameter: string;
  readonly min?: number;
  readonly max?: number;
  /** Canonical unit of the parameter. */
  readonly unit: string;
  /** "permit" or the instrument with its column, e.g. `qcvn-40-2011/B`. */
  readonly instrument: string;
  /** Where the figure stands: permit number and clause, or table and row, with the formula when factors apply. */
  readonly clause: string;
  readonly confidence: Confidence;
  readonly purpose: LimitPurpose;
}

/**
 * All limits on one parameter at `time` (ms since epoch), in the unit and basis in which values are stored: at most one
 * that opens incidents, and any number of would-be ones.
 * @param timeZone whose days the dates of permits and instruments are
 */
export function limitsOf(
  plant: Pick<Plant, "permit" | "limits">,
  parameter: string,
  time: number,
  timeZone = "UTC",
): Limit[] {
  const day = Temporal.Instant.fromEpochMilliseconds(time)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();
  const permitted = permitLimit(plant, parameter, day);
  const sets = plant.limits === undefined ? [] : [plant.limits].flat();
  const tabled = sets
    .filter((set) => isWithin(day, set.from, set.until))
    .map((set) => tableLimit(set, parameter, day))
    .filter((limit) => limit !== undefined);
  const wouldBe = tabled.filter((limit) => limit.purpose === "would-be");
  const acting = permitted ?? tabled.find((limit) => limit.purpose !== "would-be");
  return acting === undefined ? wouldBe : [acting, ...wouldBe];
}

/** The one of them that opens incidents, if there is one. */
export function actingLimitOf(...of: Parameters<typeof limitsOf>): Limit | undefined {
  return limitsOf(...of).find(({ purpose }) => purpose !== "would-be");
}

function permitLimit(plant: Pick<Plant, "permit">, parameter: string, day: string): Limit | undefined {
  const figure = plant.permit?.limits[parameter];
  const known = findParameter(parameter);
  if (plant.permit === undefined || figure === undefined || known === undefined) return undefined;
  if (!isWithin(day, plant.permit.from, plant.permit.until)) return undefined;
  return {
    parameter,
    ...bounds(figure),
    unit: known.unit,
    instrument: "permit",
    clause: [plant.permit.number, figure.clause].filter(Boolean).join(", "),
    confidence: "permit",
    purpose: "binding",
  };
}

/** QCVN 40:2011 section 2.1: Cmax = C × Kq × Kf (two secondary sources); the factors come from the registry, with their source. */
function tableLimit(set: LimitSet, parameter: string, day: string): Limit | undefined {
  const instrument = findInstrument(set.instrument);
  const known = findParameter(parameter);
  const row = instrument?.limits.find((candidate) => candidate.parameter === parameter);
  if (instrument === undefined || known === undefined || row === undefined) return undefined;
  if (set.purpose === "binding" && !isInForce(instrument, day)) return undefined;
  const figure = row[set.column];
  if (figure.confidence === "unverified") return undefined;
  const factor = set.factorsApplyTo?.includes(parameter) ? set.kq * set.kf : 1;
  const formula = factor === 1 ? "" : `: ${figure.max} × Kq ${set.kq} × Kf ${set.kf}`;
  return {
    parameter,
    ...bounds(figure, factor * factorIntoStored(parameter, row.as)),
    unit: known.unit,
    instrument: `${set.instrument}/${set.column}`,
    clause: `${instrument.title.en}, ${instrument.table}, row ${row.row}, column ${set.column}${formula}`,
    confidence: figure.confidence,
    purpose: set.purpose,
  };
}

function bounds(
  figure: { min?: number | undefined; max?: number | undefined },
  factor = 1,
): { min?: number; max?: number } {
  return {
    ...(figure.min === undefined ? {} : { min: figure.min * factor }),
    ...(figure.max === undefined ? {} : { max: figure.max * factor }),
  };
}

function isInForce(instrument: Instrument, day: string): boolean {
  return isWithin(day, instrument.inForceFrom, instrument.transitionalUntil);
}

function isWithin(day: string, from: string | undefined, until: string | undefined): boolean {
  return (from ?? "") <= day && day <= (until ?? "9999-12-31");
}

/** Whether a value breaks the limit; equal counts as within, compared unrounded. */
export function breaks(value: number, limit: Pick<Limit, "min" | "max">): boolean {
  return (limit.max !== undefined && value > limit.max) || (limit.min !== undefined && value < limit.min);
}

/** value ÷ limit on the side that is broken or nearer; null where a ratio means nothing (ranges such as pH). */
export function ratioTo(value: number, limit: Pick<Limit, "min" | "max">): number | null {
  if (limit.max === undefined || limit.min !== undefined || limit.max <= 0) return null;
  return value / limit.max;
}
