/**
 * The habit of a station's newest records: how long after they were complete they arrived, and at what pace. In: its
 * newest receipts; out: figures of their delays, or undefined while there are too few to speak of a habit.
 */
import type { Station } from "#shared/station/station.ts";
import { completeAfterMs } from "./finding.ts";
import { type Heard, RECENT, type Receipt } from "./heard.ts";

export interface Delays {
  /** ms; negative: stamped later than it was received. */
  readonly leastMs: number;
  readonly mostMs: number;
  /** Time between receipts over time between stamps: about 1 when records come as they are made, about 0 for a backfill. */
  readonly pace: number;
  /** No stamp is missing between them. */
  readonly unbroken: boolean;
  /** The oldest of them. */
  readonly first: Receipt;
}

/** A stamp is missing where the next comes later than this. */
const BROKEN = 1.5;

/** @param feedDelayMs  what the whole feed is behind by, taken off each delay */
export function delaysOf(
  station: Pick<Station, "intervalMs" | "stamp">,
  { recent }: Pick<Heard, "recent">,
  feedDelayMs: number,
): Delays | undefined {
  const newest = recent[0];
  const first = recent[RECENT - 1];
  if (newest === undefined || first === undefined) return undefined;
  const takenOff = completeAfterMs(station) + feedDelayMs;
  let leastMs = Number.POSITIVE_INFINITY;
  let mostMs = Number.NEGATIVE_INFINITY;
  let unbroken = true;
  for (let place = 0; place < RECENT; place += 1) {
    const { time, receivedAt } = recent[place] as Receipt;
    const delay = receivedAt - time - takenOff;
    leastMs = Math.min(leastMs, delay);
    mostMs = Math.max(mostMs, delay);
    const next = recent[place - 1];
    if (next !== undefined && next.time - time > BROKEN * station.intervalMs) unbroken = false;
  }
  const pace = (newest.receivedAt - first.receivedAt) / (newest.time - first.time);
  return { leastMs, mostMs, pace, unbroken, first };
}
