/** The device reports an error: status fault, and 0 instead of a value, as loggers send it. */
import { z } from "zod";
import { type DeviceReading, eventFields, type Fault, isDuring, parameterKey, type Span } from "./fault.ts";

export const deviceFaultEvent = z.strictObject({
  ...eventFields,
  fault: z.literal("device-fault"),
  /** Left out: all parameters. */
  parameters: z.array(parameterKey).min(1).optional(),
});

export function deviceFault(
  span: Span,
  { parameters }: Pick<z.infer<typeof deviceFaultEvent>, "parameters">,
): Fault {
  return {
    device(readings, time) {
      if (!isDuring(span, time)) return readings;
      const changed: Record<string, DeviceReading> = { ...readings };
      for (const key of parameters ?? Object.keys(readings)) {
        if (changed[key] !== undefined) changed[key] = { value: 0, status: "fault" };
      }
      return changed;
    },
  };
}
