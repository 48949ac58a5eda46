/** An air bubble or debris: a parameter shows a multiple of its value, for one or two records. */
import { z } from "zod";
import { type DeviceReading, eventFields, type Fault, isDuring, parameterKey, type Span } from "./fault.ts";

export const spikeEvent = z.strictObject({
  ...eventFields,
  fault: z.literal("spike"),
  parameter: parameterKey,
  factor: z.number().positive().default(4),
});

export function spike(
  span: Span,
  { parameter, factor }: Pick<z.infer<typeof spikeEvent>, "parameter" | "factor">,
): Fault {
  return {
    device(readings, time) {
      const now = readings[parameter];
      if (now === undefined || !isDuring(span, time)) return readings;
      const value = Number((now.value * factor).toFixed(3));
      const changed: Record<string, DeviceReading> = { ...readings, [parameter]: { ...now, value } };
      return changed;
    },
  };
}
