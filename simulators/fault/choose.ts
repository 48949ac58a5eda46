/** Chooses the behaviour of a scenario's event. In: the event and the story's start; out: the fault. */
import { z } from "zod";
import { aerationLoss, aerationLossEvent } from "./aeration-loss.ts";
import { calibration, calibrationEvent } from "./calibration.ts";
import { deviceFault, deviceFaultEvent } from "./device-fault.ts";
import type { Fault, Span } from "./fault.ts";
import { silence, silenceEvent } from "./silence.ts";
import { spike, spikeEvent } from "./spike.ts";
import { stuck, stuckEvent } from "./stuck.ts";

export const eventSchema = z.discriminatedUnion("fault", [
  aerationLossEvent,
  calibrationEvent,
  silenceEvent,
  stuckEvent,
  spikeEvent,
  deviceFaultEvent,
]);

export type FaultEvent = z.infer<typeof eventSchema>;

/** `storyStartMs`: what the event's `at` and `until` count from. */
export function chooseFault(event: FaultEvent, storyStartMs: number): Fault {
  const span: Span = { from: storyStartMs + event.at, until: storyStartMs + event.until };
  switch (event.fault) {
    case "aeration-loss":
      return aerationLoss(span, event);
    case "calibration":
      return calibration(span, event);
    case "silence":
      return silence(span, event);
    case "stuck":
      return stuck(span, event);
    case "spike":
      return spike(span, event);
    case "device-fault":
      return deviceFault(span, event);
  }
}
