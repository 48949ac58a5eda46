/** Figures as the decimals that people write. In: a double; out: the same without binary noise. Pure. */

const DIGITS = 12;
/** Doubles further apart than this cannot be one decimal of so many digits. */
const NEAR = 1e-11;

/** Takes binary noise away and nothing else: 12 significant digits. */
export const decimal = (value: number): number => Number(value.toPrecision(DIGITS));

/** Whether two figures are one decimal: 7.2 and 10 × 0.6 × 1.2 are. */
export function isSameDecimal(one: number, other: number): boolean {
  if (one === other) return true;
  return Math.abs(one - other) <= NEAR * Math.abs(other) && decimal(one) === decimal(other);
}
