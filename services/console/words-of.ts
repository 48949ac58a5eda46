/** Figures and limits as short phrases. Pure. */
import type { OverviewParameter } from "#shared/overview/overview.ts";
import type { View } from "./view.ts";

type Bounds = Pick<OverviewParameter, "limitMin" | "limitMax">;

/** "≤ 135", "5,5 – 9", or undefined without a limit. */
export function limitWords({ limitMin, limitMax }: Bounds, { words, format }: View): string | undefined {
  if (limitMin !== null && limitMax !== null) {
    return words.limitRange(format.plain(limitMin), format.plain(limitMax));
  }
  if (limitMax !== null) return words.limitMax(format.plain(limitMax));
  if (limitMin !== null) return words.limitMin(format.plain(limitMin));
  return undefined;
}

export function unitWords(unit: string): string {
  return unit === "-" ? "" : unit;
}

/** A value with one decimal more than its limit, and its unit. */
export function valueWords(
  value: number | null,
  { unit, decimals, atLeast }: Pick<OverviewParameter, "unit" | "decimals"> & { readonly atLeast?: boolean },
  { words, format }: View,
): string {
  if (value === null) return "–";
  const shown = format.number(value, decimals + 1);
  return `${atLeast ? words.limitMin(shown) : shown} ${unitWords(unit)}`.trim();
}
