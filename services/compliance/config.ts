/** What compliance reads from the environment. */
import { z } from "zod";
import { metricsEnv } from "#shared/metrics/metrics-config.ts";
import { commonEnv, influxEnv, redisEnv } from "#shared/runtime/config.ts";

export const complianceConfig = z.object({
  ...commonEnv,
  ...redisEnv,
  ...influxEnv,
  ...metricsEnv,
  OUTFALL_TICK_MS: z.coerce
    .number()
    .int()
    .min(50)
    .optional()
    .describe("how often to look for ended windows and silences, ms; default one minute of the clock"),
});
