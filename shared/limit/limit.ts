/**
 * Which limit holds for a station's parameter at a time. In: plant, parameter, instant; out: limits with clause,
 * instrument and confidence. An explicit permit limit always wins over a table.
 */
import type { Plant } from "#shared/plant/plant.ts";
import type { LimitSet } from "#shared/registry/limit-schema.ts";
import { hoursOf, type WindowRule } from "#shared/window/window-rule.ts";
import { isWithin } from "./bounds.ts";
import { decimal, isSameDecimal } from "./decimal.ts";
import { type Confidence, type Instruments, shippedInstruments } from "./instruments.ts";
import { permitLimits, permitOn } from "./permit-limits.ts";
import { tableLimits } from "./table-limits.ts";

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
 * @param instruments  the legal texts that plants may be bound to: `registry.instruments`, which has a registry's own
 */
export function limitsOf(
  plant: Pick<Plant, "permit" | "limits">,
  parameter: string,
  time: number,
  timeZone = "UTC",
  instruments: Instruments = shippedInstruments,
): Limit[] {
  const day = localDay(time, timeZone);
  const permit = permitOn(plant.permit, day);
  const permitted = permit === undefined ? [] : permitLimits(permit, parameter);
  const tabled = [plant.limits ?? []]
    .flat()
    .filter((set) => isWithin(day, set.from, set.until))
    .map((set) => {
      const instrument = instruments.get(set.instrument);
      return instrument === undefined ? [] : tableLimits(set, instrument, parameter, day);
    });
  const wouldBe = tabled.flat().filter((limit) => limit.purpose === "would-be");
  // a permit's load does not lift the table's concentration, its concentration does
  const acting = permitted.some(({ quantity }) => quantity === "value")
    ? []
    : tabled.find(([limit]) => limit !== undefined && limit.purpose !== "would-be");
  return [...(acting ?? []), ...permitted, ...wouldBe];
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

/** Whether a value breaks the limit; equal counts as within, compared unrounded but for binary noise. */
export function breaks(value: number, { min, max }: Pick<Limit, "min" | "max">): boolean {
  if (max !== undefined && value > max) return !isSameDecimal(value, max);
  return min !== undefined && value < min && !isSameDecimal(value, min);
}

/** value ÷ limit on the side that is broken or nearer; null where a ratio means nothing (ranges such as pH). */
export function ratioTo(value: number, limit: Pick<Limit, "min" | "max">): number | null {
  if (limit.max === undefined || limit.min !== undefined || limit.max <= 0) return null;
  return decimal(value / limit.max);
}
