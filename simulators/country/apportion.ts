/** Whole seats by weight, by the largest-remainder method. In: weights and a total; out: seats that add up to it. Pure. */

/** @returns seats in the order of the weights; none for a weight of 0; of equal remainders the first wins */
export function apportion(weights: readonly number[], total: number): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  if (sum === 0) throw new Error("nothing to go by: every weight is 0");
  const quotas = weights.map((weight) => (weight / sum) * total);
  const seats = quotas.map(Math.floor);
  const left = total - seats.reduce((a, b) => a + b, 0);
  const byRemainder = quotas
    .map((quota, index) => ({ index, remainder: quota - Math.floor(quota) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder.slice(0, left)) seats[index] = (seats[index] ?? 0) + 1;
  return seats;
}
