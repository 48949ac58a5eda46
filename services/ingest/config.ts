/** What ingest reads from the environment. */
import { z } from "zod";
import { commonEnv, influxEnv, mqttEnv, redisEnv } from "#shared/runtime/config.ts";

const DAY_MS = 86_400_000;

export const ingestConfig = z.object({
  ...commonEnv,
  ...mqttEnv,
  ...redisEnv,
  ...influxEnv,
  OUTFALL_RAW_RETENTION: z
    .string()
    .regex(/^\d+d$/, "expected days, e.g. 400d")
    .optional()
    .describe("how long readings are kept; unset keeps them for good"),
  OUTFALL_JOURNAL_MAX_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .optional()
    .describe("bound of the live journal"),
});

/** "400d" as ms. */
export function retentionMs(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text.slice(0, -1)) * DAY_MS;
}
