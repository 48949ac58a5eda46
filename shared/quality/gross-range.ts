/** Gross range: QARTOD test 4, required (V). In: a value and its instrument's bounds; out: bits of `flag.ts`. */
import { failed, GROSS_RANGE } from "./flag.ts";
import type { Thresholds } from "./thresholds.ts";

/**
 * Fails outside the instrument's range, or outside the band below it in which noise around zero falls (P); suspect
 * outside the band of plausible values (P). The bounds themselves pass (ioos_qc, V).
 */
export function grossRange(
  value: number,
  bounds: Pick<Thresholds, "failBelow" | "failAbove" | "suspectBelow" | "suspectAbove">,
): number {
  if (value < bounds.failBelow || value > bounds.failAbove) return failed(GROSS_RANGE);
  return value < bounds.suspectBelow || value > bounds.suspectAbove ? GROSS_RANGE : 0;
}
