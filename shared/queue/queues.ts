/** Queue names and payloads. Services meet only here and in stored data; job data is checked with zod on both sides. */
import { z } from "zod";

export const queueNames = ["screen", "window", "presence", "rejudge", "notify"] as const;
export type QueueName = (typeof queueNames)[number];

/** Rows as ingest has stored them: lines of `effluent`, at most SAMPLES_PER_SCREEN_JOB of them, separated by \n. */
export const screenJob = z.object({ rows: z.string() });
export type ScreenJob = z.infer<typeof screenJob>;

/** "Look": the worker goes from its stored watermark to now, or to `until` (ms) where a recorded feed has ended. */
export const windowJob = z.object({ until: z.number().optional() });
export type WindowJob = z.infer<typeof windowJob>;

export const presenceJob = z.object({ what: z.enum(["stations", "zones", "ledger"]) });
export type PresenceJob = z.infer<typeof presenceJob>;

/** Windows that late data touched after they were judged. */
export const rejudgeJob = z.object({
  windows: z.array(
    z.object({ station: z.string(), rule: z.enum(["hour", "day", "month"]), from: z.number() }),
  ),
});
export type RejudgeJob = z.infer<typeof rejudgeJob>;

/** One recorded revision of an incident to tell the contacts in charge about. */
export const notifyJob = z.object({ incident: z.string(), seq: z.number().int() });
export type NotifyJob = z.infer<typeof notifyJob>;

export interface JobData {
  screen: ScreenJob;
  window: WindowJob;
  presence: PresenceJob;
  rejudge: RejudgeJob;
  notify: NotifyJob;
}

export const jobSchemas = {
  screen: screenJob,
  window: windowJob,
  presence: presenceJob,
  rejudge: rejudgeJob,
  notify: notifyJob,
} satisfies Record<QueueName, z.ZodType>;

export const SAMPLES_PER_SCREEN_JOB = 200;
