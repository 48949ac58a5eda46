/**
 * A worker's retained mark on the broker: whose session is there, and whether anybody reads it. Online while the worker
 * is connected, offline by its last will, empty once it has retired. An offline mark that stays is an orphaned session.
 */
import { z } from "zod";

const workerMark = z.object({
  /** Of the persistent session. */
  client: z.string().max(128),
  online: z.boolean(),
  /** Since when, ms since epoch; of a last will, when the connection began. */
  since: z.number(),
});
export type WorkerMark = z.infer<typeof workerMark>;

export const encodeWorkerMark = (mark: WorkerMark): string => JSON.stringify(mark);

/** @returns undefined for what is no mark: an empty payload above all, which ends one */
export function decodeWorkerMark(payload: Buffer): WorkerMark | undefined {
  try {
    return workerMark.safeParse(JSON.parse(payload.toString("utf8"))).data;
  } catch {
    return undefined;
  }
}
