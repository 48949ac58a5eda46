/** Stored rows to screen jobs: the very lines that were written, a group a job. Pure. */
import type { ScreenJob } from "#shared/queue/queues.ts";
import type { RowGroup } from "../store/rows.ts";

export const screenJobs = (rows: readonly RowGroup[]): ScreenJob[] =>
  rows.map(({ text }) => ({ rows: text }));
