/** Spike: QARTOD test 6, strongly recommended (V). In: three results; out: whether the middle one is a spike. */

/**
 * Up and down again (or down and up), each step strictly above QARTOD's LOW limit: the "differential" form of ioos_qc, the
 * smaller of two opposite steps (V). QARTOD's own figure, |x(n−1) − (x(n−2) + x(n)) / 2| > LOW, then holds as well; alone
 * it calls the ordinary neighbours of a spike spikes too, and the last value before a step that stays. A neighbour that
 * is missing (NaN) gives false. There is no HIGH limit here: a spike alone is at most suspect (trade practice 1.2, P), since
 * a real spill is one too; spikes of several results escape this test, as QARTOD says of it.
 * @param low  98th percentile of |first difference|, never below 2 × resolution (P); QARTOD reports the 97th–98th as a good limit (V)
 */
export function isSpike(before: number, middle: number, after: number, low: number): boolean {
  const up = middle - before;
  const down = middle - after;
  return (up > low && down > low) || (up < -low && down < -low);
}
