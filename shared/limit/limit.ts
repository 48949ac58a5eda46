/**
 * Which limit holds for a station's parameter at a time. In: plant, parameter, instant; out: limits with clause,
 * instrument and confidence. An explicit permit limit always wins over a table.
 */
import { factorIntoStored } from "#shared/parameter/basis.ts";
import { findParameter } from "#shared/parameter/parameter.ts";
import type { Plant } from "#shared/plant/plant.ts";
import type { LimitSet } from "#shared/registry/schema.ts";
import { hoursOf, type WindowRule } from "#shared/window/window-rule.ts";
import { bounds, isWithin } from "./bounds.ts";
import { type Confidence, findInstrument, type Instrument } from "./instruments.ts";
import { permitLimits, permitOn } from "./permit-limits.ts";

export type LimitPurpose = LimitSet["purpose"];

export interface Limit {
  readonly parameter: string;
  /** value: mean of the parameter (pH: minutes outside); load: its mass, kg a day; volume: of `flow`, m³ a day. */
  readonly quantity: "value" | "load" | "volume";
  readonly min?: number;
  readonly max?: number;
  /** Canonical unit of the parameter; `kg/day` of a load, `m³/day` of a volume. */
  readonly unit: string;
  /** The averaging window the figure is written for; absent: the windows of the registry's rules. */
  readonly over?: WindowRule;
  /** "permit" or the instrument with its column, e.g. `qcvn-40-2011/B`. */
  readonly instrument: string;
  /** Where the figure stands: permit number and clause, or table and row, with the formula when factors apply. */
  readonly clause: string;
  readonly confidence: Confidence;
  readonly purpose: LimitPurpose;
  /** Cmax = C × Kq × Kf, where factors apply; `c` in the unit and basis of the limit. */
  readonly formula?: { readonly c: number; readonly kq: number; readonly kf: number };
}

/**
 * All limits on one parameter at `time` (ms since epoch), in the unit and basis in which values are stored. Several may
 * act side by side: a plain figure, one over 30 days, a load, a volume. Would-be ones come last and open no incidents.
 * @param timeZone whose days the dates of permits and instruments are
 */
export function limitsOf(
  plant: Pick<Plant, "permit" | "limits">,
  parameter: string,
  time: number,
  timeZone = "UTC",
): Limit[] {
  const day = localDay(time, timeZone);
  const permit = permitOn(plant.permit, day);
  const permitted = permit === undefined ? [] : permitLimits(permit, parameter);
  const tabled = [plant.limits ?? []]
    .flat()
    .filter((set) => isWithin(day, set.from, set.until))
    .map((set) => tableLimit(set, parameter, day))
    .filter((limit) => limit !== undefined);
  const wouldBe = tabled.filter((limit) => limit.purpose === "would-be");
  // a permit's load does not lift the table's concentration, its concentration does
  const acting = permitted.some(({ quantity }) => quantity === "value")
    ? undefined
    : tabled.find((limit) => limit.purpose !== "would-be");
  return [...(acting === undefined ? [] : [acting]), ...permitted, ...wouldBe];
}

/** The plain one of the values that open incidents: without a window of its own, or else over the shortest. */
export function actingLimitOf(...of: Parameters<typeof limitsOf>): Limit | undefined {
  const acting = limitsOf(...of).filter(
    ({ purpose, quantity }) => purpose !== "would-be" && quantity === "value",
  );
  const hours = ({ over }: Limit) => (over === undefined ? 0 : hoursOf(over));
  return acting.toSorted((one, other) => hours(one) - hours(other))[0];
}

/** Whether a limit is a value judged over the windows of the rules, and not over one of its own. */
export function isPlain({ quantity, over }: Pick<Limit, "quantity" | "over">): boolean {
  return quantity === "value" && over === undefined;
}

const localDay = (time: number, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone).toPlainDate().toString();

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
  const applied = factor === 1 ? "" : `: ${figure.max} × Kq ${set.kq} × Kf ${set.kf}`;
  const intoStored = factorIntoStored(parameter, row.as);
  const c = (figure.max ?? Number.NaN) * intoStored;
  return {
    parameter,
    quantity: "value",
    ...bounds(figure, factor * intoStored),
    unit: known.unit,
    instrument: `${set.instrument}/${set.column}`,
    clause: `${instrument.title.en}, ${instrument.table}, row ${row.row}, column ${set.column}${applied}`,
    confidence: figure.confidence,
    purpose: set.purpose,
    ...(factor === 1 ? {} : { formula: { c, kq: set.kq, kf: set.kf } }),
  };
}

function isInForce(instrument: Instrument, day: string): boolean {
  return isWithin(day, instrument.inForceFrom, instrument.transitionalUntil);
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
