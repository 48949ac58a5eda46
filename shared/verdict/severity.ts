/** How grave an exceedance is, as steps. In: how far a limit is exceeded; out: 0 to 6. Pure. */
import type { Limit } from "#shared/limit/limit.ts";
import type { Rules } from "#shared/registry/schema.ts";

/**
 * Steps reached by a ratio above 1. The usual steps 1.1, 1.5, 3, 5, 10 are those of Decree 45/2022/ND-CP: 1.1 and 1.5 from two
 * secondary sources, 3, 5 and 10 recalled and not verified. A scale to sort by, not a legal finding.
 */
export function severityOfRatio(ratio: number, { severity }: Pick<Rules, "severity">): number {
  return ratio <= 1 ? 0 : 1 + severity.ratios.filter((step) => ratio >= step).length;
}

/** The same for a range such as pH, by the distance of the worst value outside it; steps of this project. */
export function severityOfDistance(
  limit: Pick<Limit, "min" | "max">,
  extremes: { readonly min: number | null; readonly max: number | null },
  { severity }: Pick<Rules, "severity">,
): number {
  const below = limit.min === undefined || extremes.min === null ? 0 : limit.min - extremes.min;
  const above = limit.max === undefined || extremes.max === null ? 0 : extremes.max - limit.max;
  // 5.5 - 5 is 0.5, but 9.1 - 9 is not quite 0.1
  const distance = Number(Math.max(below, above).toPrecision(12));
  return distance <= 0 ? 0 : 1 + severity.phDistances.filter((step) => distance >= step).length;
}
