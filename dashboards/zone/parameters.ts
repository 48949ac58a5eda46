/** The parameters on the zone dashboard: which, in what order, and how each is bounded. */
import { findParameter, type Parameter } from "#shared/parameter/parameter.ts";

/** How a parameter is bounded: above, on both sides, or not by an hourly limit. */
export type Bounds = "max" | "range" | "none";

export interface ShownParameter {
  /** Key in the catalogue, and field of `effluent`. */
  readonly key: string;
  readonly bounds: Bounds;
}

/** The parameters with a panel of their own, in the order shown. */
export const shown: readonly ShownParameter[] = [
  { key: "cod", bounds: "max" },
  { key: "tss", bounds: "max" },
  { key: "nh4", bounds: "max" },
  { key: "ph", bounds: "range" },
  { key: "temp", bounds: "max" },
  { key: "flow", bounds: "none" },
];

/** The catalogue's entry. @throws Error for a key it does not have */
export function known(key: string): Parameter {
  const parameter = findParameter(key);
  if (parameter === undefined) throw new Error(`no parameter ${key} in the catalogue`);
  return parameter;
}

/** Vietnamese first; once where both are the same. */
export function nameOf({ name }: Parameter): string {
  return name.vi === name.en ? name.vi : `${name.vi} · ${name.en}`;
}
