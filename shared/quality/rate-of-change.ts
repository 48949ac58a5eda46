/** Rate of change: QARTOD test 7, strongly recommended (V). In: a step and how the series varies; out: whether it is out of the ordinary. */
import type { Thresholds } from "./thresholds.ts";

/**
 * |x(n) − x(n−1)| > 3 SD over 25 h (N_DEV, TIM_DEV: P; values of QARTOD's manuals, V). The manuals take the SD of the series
 * (phytoplankton) or that of its first differences (wind): the larger counts here, since a noisy, level series steps by
 * 3 SD of itself in 3 % of its readings. Never below 2 × resolution (P). At most suspect, as in QARTOD.
 */
export function isAbrupt(
  step: number,
  seriesVariance: number,
  stepVariance: number,
  { rateFactor, leastStep }: Pick<Thresholds, "rateFactor" | "leastStep">,
): boolean {
  return Math.abs(step) > leastStep && step * step > rateFactor * Math.max(seriesVariance, stepVariance);
}
