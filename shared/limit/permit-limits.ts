/** Limits of a plant's permits. In: permits, parameter, local day; out: the figures of the permit in force. Pure. */
import { factorIntoStored } from "#shared/parameter/basis.ts";
import { findParameter } from "#shared/parameter/parameter.ts";
import type { Permit } from "#shared/registry/schema.ts";
import { bounds, isWithin } from "./bounds.ts";
import type { Limit } from "./limit.ts";

/** Which parameter carries the permitted discharge. */
const DISCHARGE = "flow";

/** The permit in force on a day; the registry has at most one. */
export function permitOn(permits: Permit | readonly Permit[] | undefined, day: string): Permit | undefined {
  return [permits ?? []].flat().find(({ from, until }) => isWithin(day, from, until));
}

/** What a permit says of a parameter: its values, its load, and of the outflow the largest discharge. */
export function permitLimits(permit: Permit, parameter: string): Limit[] {
  const known = findParameter(parameter);
  if (known === undefined) return [];
  const common = {
    parameter,
    instrument: "permit",
    confidence: "permit",
    purpose: "binding",
  } as const;
  const clauseOf = (clause: string | undefined) => [permit.number, clause].filter(Boolean).join(", ");
  const limits: Limit[] = [own(permit.limits, parameter) ?? []].flat().map((figure) => ({
    ...common,
    quantity: "value",
    ...bounds(figure, factorIntoStored(parameter, figure.as)),
    unit: known.unit,
    ...(figure.over === undefined ? {} : { over: figure.over }),
    clause: clauseOf(figure.clause),
  }));
  const load = own(permit.loads ?? {}, parameter);
  if (load !== undefined)
    limits.push({
      ...common,
      quantity: "load",
      max: load.maxKgPerDay * factorIntoStored(parameter, load.as),
      unit: "kg/day",
      over: load.over,
      clause: clauseOf(load.clause),
    });
  if (permit.discharge !== undefined && parameter === DISCHARGE)
    limits.push({
      ...common,
      quantity: "volume",
      max: permit.discharge.maxM3PerDay,
      unit: "m³/day",
      over: "day",
      clause: clauseOf(permit.discharge.clause),
    });
  return limits;
}

const own = <Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
