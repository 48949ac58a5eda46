/** Amounts out of sums over time. Pure. */
const HOUR_MS = 3_600_000;

/** Σ m³/h × ms as m³. */
export const m3Of = (sum: number): number => sum / HOUR_MS;

/** Σ mg/L × m³/h × ms as kg: mg/L is g/m³. */
export const kgOf = (loadSum: number): number => loadSum / 1000 / HOUR_MS;
