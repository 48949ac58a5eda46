/** The line is cut: the connection drops (the last will goes out) and nothing arrives; with `backlog` the logger sends it afterwards. */
import { z } from "zod";
import { eventFields, type Fault, isDuring, type Span } from "./fault.ts";

export const silenceEvent = z.strictObject({
  ...eventFields,
  fault: z.literal("silence"),
  /** True: records are kept and sent on return, oldest first. */
  backlog: z.boolean().default(false),
});

export function silence(span: Span, { backlog }: Pick<z.infer<typeof silenceEvent>, "backlog">): Fault {
  return { delivery: (time) => (!isDuring(span, time) ? "send" : backlog ? "hold" : "drop") };
}
