/** Gap: QARTOD test 1, required (V). In: the time since the reading before; out: whether the two still belong together. */
import type { Thresholds } from "./thresholds.ts";

/**
 * More than 3 intervals without a reading (P): rate of change, spike and flat line do not look across it. What did not
 * arrive has no row, so no flag of its own: it lacks in completeness, and the silence of a station is judged apart.
 */
export function isGap(sinceLastMs: number, { gapMs }: Pick<Thresholds, "gapMs">): boolean {
  return !(sinceLastMs <= gapMs);
}
