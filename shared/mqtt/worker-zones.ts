/**
 * A worker's retained record of its zones on the broker: what its session is subscribed to, what it still has of zones it
 * gives away, and whether it stores. Written by this worker alone; empty once it has retired. How workers hand zones over
 * by these records stands in services/ingest/workers/handover.ts.
 */
import { z } from "zod";

const workerZones = z.object({
  /** How many workers it believes there are. */
  workers: z.number().int().min(1),
  /** True: nobody else may store any of these zones. */
  storing: z.boolean(),
  /** Its own zones that its session is subscribed to, or ALL_ZONES. */
  subscribed: z.array(z.string()),
  /** Zones that are another worker's now, and of which it may still have messages. */
  leaving: z.array(z.string()),
});
export type WorkerZones = z.infer<typeof workerZones>;

/** Stands for every zone, also those that the registry does not know: what a single worker subscribes to. */
export const ALL_ZONES = "#";

export const encodeWorkerZones = (zones: WorkerZones): string => JSON.stringify(zones);

/** @returns undefined for what is no record: an empty payload above all, which ends one */
export function decodeWorkerZones(payload: Buffer): WorkerZones | undefined {
  try {
    return workerZones.safeParse(JSON.parse(payload.toString("utf8"))).data;
  } catch {
    return undefined;
  }
}
