/** All frozen: a logger that sends its last record again under new times (P, sensor-quality 2.2). In: how long every parameter has stood; out: whether that is suspect. */
import { repeatsIn } from "./flat-line.ts";
import type { Thresholds } from "./thresholds.ts";

/** Fewer may agree by chance. */
export const LEAST_FROZEN = 3;

/**
 * As of a flat line, only what the parameters' own histories make improbable, all together (P). Small, since calm water keeps
 * several of them at once: in a year of records, a tenth of one would be called frozen were they independent.
 */
const CHANCE = 1e-6;

/** What one parameter adds: the logarithm of the chance that it repeats itself so long. */
export function logChance(standsMs: number, share: number, thresholds: Pick<Thresholds, "cycleMs">): number {
  return repeatsIn(standsMs, thresholds) * Math.log(share);
}

/** @param longestCycleMs  of the station's instruments: so long records may rightly repeat */
export function isFrozen(standsMs: number, longestCycleMs: number, sumOfLogChances: number): boolean {
  return standsMs > longestCycleMs && sumOfLogChances < Math.log(CHANCE);
}
