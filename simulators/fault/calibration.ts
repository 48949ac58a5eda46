/** The technician calibrates: the chosen parameters show buffer values, one after the other, with status calibrating. */
import { z } from "zod";
import { type DeviceReading, eventFields, type Fault, isDuring, parameterKey, type Span } from "./fault.ts";

/** The third COD and ammonium standard lies above every limit: a buffer spike that must raise no alarm. */
const usualBuffers = { cod: [0, 100, 450], nh4: [0, 5, 40] };

export const calibrationEvent = z.strictObject({
  ...eventFields,
  fault: z.literal("calibration"),
  /** Buffer values by parameter, in the order shown; each takes an equal part of the span. */
  buffers: z.record(parameterKey, z.array(z.number()).min(1)).default(usualBuffers),
});

export function calibration(
  span: Span,
  { buffers }: Pick<z.infer<typeof calibrationEvent>, "buffers">,
): Fault {
  return {
    device(readings, time) {
      if (!isDuring(span, time)) return readings;
      const share = (time - span.from) / (span.until - span.from);
      const changed: Record<string, DeviceReading> = { ...readings };
      for (const [key, values] of Object.entries(buffers)) {
        const value = values[Math.floor(share * values.length)];
        if (changed[key] !== undefined && value !== undefined)
          changed[key] = { value, status: "calibrating" };
      }
      return changed;
    },
  };
}
