/** What one reading says by itself. In: a reading and the limit that opens incidents; out: one word and the ratio. Pure. */
import { breaks, type Limit, ratioTo } from "#shared/limit/limit.ts";
import type { ParameterState } from "#shared/overview/overview.ts";
import { isUsable, type Reading } from "#shared/reading/sample.ts";

/** From this share of the limit on a value is near it; the share at which a calibration before it becomes a finding (trade practice 2, not law). */
export const NEAR_SHARE = 0.9;

export function stateOfReading(
  reading: Pick<Reading, "value" | "status" | "flag">,
  limit: Pick<Limit, "min" | "max"> | undefined,
): { state: ParameterState; ratio: number | null } {
  if (reading.status === "calibrating") return { state: "calibrating", ratio: null };
  if (reading.status === "fault") return { state: "fault", ratio: null };
  if (!isUsable(reading) || reading.value === null) return { state: "untrusted", ratio: null };
  if (limit === undefined) return { state: "unlimited", ratio: null };
  const ratio = ratioTo(reading.value, limit);
  if (breaks(reading.value, limit)) return { state: "over", ratio };
  return { state: shareUsed(reading.value, limit) >= NEAR_SHARE ? "near" : "ok", ratio };
}

/** How much of what the limit allows is used: value ÷ maximum, or the distance from the middle of a range, 1 at its ends. */
function shareUsed(value: number, { min, max }: Pick<Limit, "min" | "max">): number {
  if (min !== undefined && max !== undefined) {
    const half = (max - min) / 2;
    return half > 0 ? Math.abs(value - (min + half)) / half : 0;
  }
  if (max !== undefined) return max > 0 ? value / max : 0;
  return min !== undefined && value > 0 ? min / value : 0;
}
