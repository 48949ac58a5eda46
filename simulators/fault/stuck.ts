/** The instrument hangs: chosen parameters repeat the value they had when it began. */
import { z } from "zod";
import { type DeviceReading, eventFields, type Fault, isDuring, parameterKey, type Span } from "./fault.ts";

export const stuckEvent = z.strictObject({
  ...eventFields,
  fault: z.literal("stuck"),
  parameters: z.array(parameterKey).min(1),
});

export function stuck(span: Span, { parameters }: Pick<z.infer<typeof stuckEvent>, "parameters">): Fault {
  const held = new Map<string, DeviceReading>();
  return {
    device(readings, time) {
      if (!isDuring(span, time)) return readings;
      const changed: Record<string, DeviceReading> = { ...readings };
      for (const key of parameters) {
        const now = readings[key];
        if (now === undefined) continue;
        const first = held.get(key) ?? now;
        held.set(key, first);
        changed[key] = first;
      }
      return changed;
    },
  };
}
