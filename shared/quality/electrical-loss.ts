/** Electrical loss: a 4–20 mA loop without current. In: a value and where such a loop would read; out: bits of `flag.ts`. */
import { ELECTRICAL_LOSS, failed } from "./flag.ts";
import type { Thresholds } from "./thresholds.ts";

/**
 * Linear scaling of 0 mA gives the bottom of the range minus a quarter of its span: pH −3.5 of 0–14, COD −125 of
 * 0–500 (D). Fails within half a per cent of the span around it (P); where no range is known there is no such value.
 */
export function electricalLoss(value: number, bounds: Pick<Thresholds, "loopFrom" | "loopTo">): number {
  return value >= bounds.loopFrom && value <= bounds.loopTo ? failed(ELECTRICAL_LOSS) : 0;
}
