/** Figures for people. In: a number, or null where nothing was measured; out: the same with so many decimals. Pure. */

export function rounded<T extends number | null>(value: T, decimals: number): T {
  return (value === null ? null : Number(value.toFixed(decimals))) as T;
}
