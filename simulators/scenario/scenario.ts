/** A scenario: which stations publish, how much lies behind them, and what goes wrong when. Times count from the story's start. */
import { z } from "zod";
import { duration, id } from "#shared/registry/schema.ts";
import { eventSchema } from "#simulators/fault/choose.ts";

export const scenarioSchema = z.strictObject({
  name: z.string().min(1),
  /** The same seed gives the same feed, byte for byte. */
  seed: z.union([z.string().min(1), z.number()]).transform(String),
  stations: z.union([z.literal("all"), z.array(id).min(1)], 'expected "all" or a list of station ids'),
  /** History sent before the story starts. */
  backlog: duration.prefault("0m"),
  events: z
    .array(eventSchema.refine((event) => event.until > event.at, "expected until to be later than at"))
    .default([]),
});

export type Scenario = z.infer<typeof scenarioSchema>;
