/** The blowers stop: nitrification fails, ammonium and COD approach the raw water's level, and come back after the repair. */
import { z } from "zod";
import { duration } from "#shared/registry/schema.ts";
import { effluentRow } from "#simulators/plant/effluent-table.ts";
import { eventFields, type Fault, type Span } from "./fault.ts";

export const aerationLossEvent = z.strictObject({
  ...eventFields,
  fault: z.literal("aeration-loss"),
  /** Levels that the outflow approaches, mg/L. */
  nh4: z.number().positive().default(16),
  cod: z.number().positive().default(200),
  /** Time constant of the approach, and of the recovery. */
  within: duration.prefault("1h"),
});

type Options = Pick<z.infer<typeof aerationLossEvent>, "nh4" | "cod" | "within">;

export function aerationLoss(span: Span, options: Options): Fault {
  const levels = { nh4: options.nh4, cod: options.cod };
  return {
    water(water, time) {
      const share = shareReached(span, options.within, time);
      if (share === 0) return water;
      const changed: Record<string, number> = { ...water };
      for (const [key, level] of Object.entries(levels)) {
        const value = water[key];
        if (value !== undefined)
          changed[key] = value + share * (level - (effluentRow(key)?.typical ?? value));
      }
      return changed;
    },
  };
}

/** First-order approach: 0 before, towards 1 while it lasts, decaying afterwards; under a thousandth is 0. */
function shareReached(span: Span, constantMs: number, time: number): number {
  if (time < span.from) return 0;
  const reached = 1 - Math.exp(-(Math.min(time, span.until) - span.from) / constantMs);
  const share = time < span.until ? reached : reached * Math.exp(-(time - span.until) / constantMs);
  return share < 0.001 ? 0 : share;
}
