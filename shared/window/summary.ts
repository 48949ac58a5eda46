/** What a window holds of one parameter. In: its readings; out: counts, mean, extremes. Pure. */
import { isUsable, type Reading } from "#shared/reading/sample.ts";

export interface WindowSummary {
  readonly mean: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly sum: number;
  /** Usable readings: they count in the mean. */
  readonly usable: number;
  readonly calibrating: number;
  readonly faulty: number;
  /** Records owed in the window. */
  readonly owed: number;
  /** usable ÷ owed time, 0..1 */
  readonly completeness: number;
}

/** @param owed records that the station owes in the window; each covers the same time. */
export function summarize(readings: readonly Reading[], owed: number): WindowSummary {
  let sum = 0;
  let usable = 0;
  let calibrating = 0;
  let faulty = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const reading of readings) {
    if (reading.status === "calibrating") calibrating += 1;
    else if (reading.status === "fault") faulty += 1;
    if (!isUsable(reading) || reading.value === null) continue;
    usable += 1;
    sum += reading.value;
    if (reading.value < min) min = reading.value;
    if (reading.value > max) max = reading.value;
  }
  return {
    // never beyond the extremes: three times 0.1 must not average to 0.10000000000000002 and break a limit of 0.1
    mean: usable === 0 ? null : Math.min(max, Math.max(min, sum / usable)),
    min: usable === 0 ? null : min,
    max: usable === 0 ? null : max,
    sum,
    usable,
    calibrating,
    faulty,
    owed,
    completeness: owed === 0 ? 0 : Math.min(1, usable / owed),
  };
}
