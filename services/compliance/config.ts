/** What compliance reads from the environment. */
import { z } from "zod";
import { commonEnv, influxEnv, redisEnv } from "#shared/runtime/config.ts";

export const complianceConfig = z.object({
  ...commonEnv,
  ...redisEnv,
  ...influxEnv,
  OUTFALL_TICK_MS: z.coerce
    .number()
    .int()
    .min(50)
    .optional()
    .describe("how often to look for ended windows and silences, ms; default one minute of the clock"),
});
