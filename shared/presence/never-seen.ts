/**
 * Stations that never sent a record. In: the day of connection, now, how long we have been listening; out: never seen,
 * since when, and how grave. Counts from the day of connection, as trade practice 1.11 has it; in a simulated feed not
 * from before its beginning.
 */
import type { Rules } from "#shared/registry/schema.ts";
import type { Station } from "#shared/station/station.ts";
import { type Finding, type Held, held, levelOf, nextDueMs } from "./finding.ts";

export interface NeverSeenCase {
  readonly station: Pick<Station, "intervalMs" | "stamp">;
  /** The feed's time, ms since epoch. */
  readonly now: number;
  /** Nothing is owed before, ms since epoch. */
  readonly connectedAt: number;
  /** How long anybody has listened, and nothing came; on the receiver's clock, ms. Who has just begun has heard of nobody. */
  readonly unheardMs: number;
  /** The same thresholds as of a silence. */
  readonly rules: Rules["silence"];
  readonly open: boolean;
}

export function judgeNeverSeen(given: NeverSeenCase): Finding | Held | undefined {
  const { station, now, connectedAt, unheardMs, rules, open } = given;
  const due = nextDueMs(station);
  const overdue = now - connectedAt - due;
  // a new watch, after a restart, does not end what an earlier one found
  const waits = overdue <= rules.openAfter || (unheardMs <= due + rules.openAfter && !open);
  if (waits) return open ? held("never-seen") : undefined;
  return {
    kind: "never-seen",
    parameter: null,
    level: levelOf(overdue, rules),
    since: connectedAt + due,
    facts: { lastRecordAt: null, presence: { connectedAt } },
  };
}
