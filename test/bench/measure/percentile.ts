/** Percentiles of measured times. In: numbers in any order; out: the nearest-rank percentile. Pure. */

/** @param share 0.5 for the median, 0.99 … ; NaN when nothing was measured */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
