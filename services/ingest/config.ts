/** What ingest reads from the environment. */
import { z } from "zod";
import { commonEnv, influxEnv, mqttEnv, redisEnv } from "#shared/runtime/config.ts";

const DAY_MS = 86_400_000;
/** Twice what one commit may hold, so that a commit always fits into an empty journal. */
const SMALLEST_JOURNAL_BYTES = 16_777_216;

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
    .min(SMALLEST_JOURNAL_BYTES)
    .optional()
    .describe("bound of the live journal, at least 16 MiB"),
});

/** "400d" as ms. */
export function retentionMs(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text.slice(0, -1)) * DAY_MS;
}
