/** What ingest reads from the environment. */
import { z } from "zod";
import { metricsEnv } from "#shared/metrics/metrics-config.ts";
import { commonEnv, influxEnv, mqttEnv, redisEnv } from "#shared/runtime/config.ts";
import { QUARANTINE_DAYS, QUARANTINE_MAX_BYTES } from "./quarantine/quarantine.ts";

const DAY_MS = 86_400_000;
/** Twice what one commit may hold, so that a commit always fits into an empty journal. */
const SMALLEST_JOURNAL_BYTES = 16_777_216;
const ARCHIVE_DAYS = 400;
const SMALLEST_QUARANTINE_BYTES = 16_777_216;

/** As many as topics and folders have room for. */
const MOST_WORKERS = 1_000;
const workerNumber = z.coerce.number().int().min(1).max(MOST_WORKERS);

export const ingestConfig = z.object({
  ...commonEnv,
  ...mqttEnv,
  ...redisEnv,
  ...influxEnv,
  ...metricsEnv,
  OUTFALL_INGEST_WORKER: workerNumber
    .default(1)
    .describe("which worker this process is; above the number of workers it hands over and ends"),
  OUTFALL_INGEST_WORKERS: workerNumber.default(1).describe("among how many workers the zones are shared"),
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
  OUTFALL_CRASH_AT: z.string().optional().describe("POINT:N: ends the process there, for fault runs"),
  OUTFALL_ARCHIVE_DAYS: z.coerce
    .number()
    .int()
    .min(0)
    .default(ARCHIVE_DAYS)
    .describe("days that finished journal files are kept, compressed; 0 deletes them at once"),
  OUTFALL_QUARANTINE_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .default(QUARANTINE_DAYS)
    .describe("whole days that refusals are kept after the day of their receipt"),
  OUTFALL_QUARANTINE_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(SMALLEST_QUARANTINE_BYTES)
    .default(QUARANTINE_MAX_BYTES)
    .describe("bound of the quarantine's files, at least 16 MiB"),
});

/** "400d" as ms. */
export function retentionMs(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text.slice(0, -1)) * DAY_MS;
}
