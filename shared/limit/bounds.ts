/** Bounds of figures and spans of days, as texts and permits have them. Pure. */

import { decimal } from "./decimal.ts";

/** The bounds that are there, times a factor: 10 × 0.6 × 1.2 is 7.2. */
export function bounds(
  figure: { min?: number | undefined; max?: number | undefined },
  factor = 1,
): { min?: number; max?: number } {
  return {
    ...(figure.min === undefined ? {} : { min: decimal(figure.min * factor) }),
    ...(figure.max === undefined ? {} : { max: decimal(figure.max * factor) }),
  };
}

/** Whether a local day lies in a span; open ends are always and for good. */
export function isWithin(day: string, from: string | undefined, until: string | undefined): boolean {
  return (from ?? "") <= day && day <= (until ?? "9999-12-31");
}
