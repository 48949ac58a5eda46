/**
 * Limits as somebody asks "what if": another text, column, factor or figure in place of a plant's own. In: plant, question,
 * parameter, instant; out: the limits it would be judged by. Nothing of the registry is changed. Pure.
 */
import { findParameter } from "#shared/parameter/parameter.ts";
import type { Plant } from "#shared/plant/plant.ts";
import { checkLimitSet } from "#shared/registry/check-limit-set.ts";
import type { LimitSet } from "#shared/registry/limit-schema.ts";
import { localDay } from "#shared/time/local-day.ts";
import { type Instruments, unverifiedIn } from "./instruments.ts";
import { type Limit, limitsOf } from "./limit.ts";
import { tableLimits } from "./table-limits.ts";

export interface AskedLimits {
  /** Left out: the text that the plant is bound to. */
  readonly instrument?: string | undefined;
  readonly column?: string | undefined;
  readonly kq?: number | undefined;
  readonly kf?: number | undefined;
  readonly factorsApplyTo?: readonly string[] | undefined;
  readonly acceptUnverified: readonly string[];
  /** Whether the text's figures stand in place of the permit's. Loads and discharge of a permit stay. */
  readonly setAsidePermit: boolean;
  /** Plain upper figures by parameter, in its stored unit and basis. */
  readonly figures: ReadonlyMap<string, number>;
}

type Bound = Pick<Plant, "permit" | "limits">;

/** Whether another text is asked for, or only figures. */
const asksText = ({ instrument, column, kq, kf }: AskedLimits): boolean =>
  [instrument, column, kq, kf].some((given) => given !== undefined);

/**
 * The set a plant would be bound to: what is not asked for stays as it is in its own set of that text, factors that nobody
 * gives are 1. Undefined where no text is asked for, or none is named and the plant has none.
 * @throws Error with every mistake
 */
export function askedSet(plant: Bound, asked: AskedLimits, instruments: Instruments): LimitSet | undefined {
  if (!asksText(asked)) return undefined;
  const sets = [plant.limits ?? []].flat();
  const text = asked.instrument ?? sets.find(({ purpose }) => purpose !== "would-be")?.instrument;
  if (text === undefined) return undefined;
  const own = sets.find(({ instrument }) => instrument === text);
  const hasFactors = instruments.get(text)?.formula !== undefined;
  const column = asked.column ?? own?.column;
  const applyTo = asked.factorsApplyTo ?? own?.factorsApplyTo;
  const set: LimitSet = {
    instrument: text,
    ...(column === undefined ? {} : { column }),
    ...(hasFactors ? factorsFor(asked, own) : {}),
    ...(hasFactors && applyTo !== undefined ? { factorsApplyTo: [...applyTo] } : {}),
    acceptUnverified: [...asked.acceptUnverified],
    source: own?.source ?? "asked for",
    purpose: "back-test",
  };
  const complaints: string[] = [];
  checkLimitSet(set, false, instruments, [], (path, message) =>
    complaints.push([path.join("."), message].filter(Boolean).join(": ")),
  );
  if (complaints.length > 0) throw new Error(complaints.join("; "));
  return set;
}

function factorsFor({ kq, kf }: AskedLimits, own: LimitSet | undefined): Partial<LimitSet> {
  const water = own?.kq ?? own?.receivingWater;
  const size = own?.kf ?? own?.dischargeM3PerDay;
  return {
    ...(kq !== undefined
      ? { kq }
      : typeof water === "object"
        ? { receivingWater: water }
        : { kq: water ?? 1 }),
    ...(kf !== undefined
      ? { kf }
      : own?.kf === undefined && size !== undefined
        ? { dischargeM3PerDay: size }
        : { kf: size ?? 1 }),
  };
}

/** Would-be limits of the registry have no part in the question. */
export function presentLimits(
  plant: Bound,
  parameter: string,
  time: number,
  timeZone: string,
  instruments: Instruments,
): Limit[] {
  return limitsOf(plant, parameter, time, timeZone, instruments).filter(
    ({ purpose }) => purpose !== "would-be",
  );
}

/** @param set of `askedSet` */
export function limitsAsked(
  plant: Bound,
  asked: AskedLimits,
  set: LimitSet | undefined,
  parameter: string,
  time: number,
  timeZone: string,
  instruments: Instruments,
): Limit[] {
  const present = presentLimits(plant, parameter, time, timeZone, instruments);
  const amounts = present.filter(({ quantity }) => quantity !== "value");
  const max = asked.figures.get(parameter);
  if (max !== undefined) return [plainLimit(parameter, max), ...amounts];
  const instrument = set && instruments.get(set.instrument);
  if (set === undefined || instrument === undefined) return present;
  const isPermitted = present.some(({ quantity, instrument: by }) => quantity === "value" && by === "permit");
  if (isPermitted && !asked.setAsidePermit) return present;
  return [...tableLimits(set, instrument, parameter, localDay(time, timeZone)), ...amounts];
}

const plainLimit = (parameter: string, max: number): Limit => ({
  parameter,
  quantity: "value",
  max,
  unit: findParameter(parameter)?.unit ?? "",
  instrument: "asked",
  clause: `asked for: ${parameter} ≤ ${max}`,
  confidence: "project-rule",
  purpose: "back-test",
});

/** Why a text gives no figure for a parameter. */
export function whyNoFigure(set: LimitSet, parameter: string, instruments: Instruments): string {
  const instrument = instruments.get(set.instrument);
  const name = set.column === undefined ? parameter : `${set.column}/${parameter}`;
  if (instrument !== undefined && unverifiedIn(instrument).includes(name))
    return `unverified, and not accepted: --accept-unverified ${name}`;
  return `${[set.instrument, set.column].filter(Boolean).join("/")} has no figure`;
}
