/**
 * Silent stations. In: a station's last record and now; out: silent or not, and how grave. Pure, in event time: old
 * data arriving late never clears a silence of now, and a station that is catching up is late, not silent.
 */
import type { Rules } from "#shared/registry/schema.ts";
import type { Station } from "#shared/station/station.ts";
import { type Finding, levelOf, nextDueMs } from "./finding.ts";

export interface SilenceCase {
  readonly station: Pick<Station, "intervalMs" | "stamp">;
  /** Its newest stamp, ms since epoch. */
  readonly lastTime: number;
  /** The feed's time, ms since epoch. */
  readonly now: number;
  /** Nothing is owed before: the day it was connected, ms since epoch. */
  readonly connectedAt: number;
  /** Time since anything was received of it; on the receiver's clock, ms. */
  readonly unheardMs: number;
  readonly rules: Rules["silence"];
  /** Whether a silence is open already: only records of now end it. */
  readonly open: boolean;
}

export function judgeSilence(given: SilenceCase): Finding | undefined {
  const { station, lastTime, now, connectedAt, unheardMs, rules, open } = given;
  const known = Math.max(lastTime, connectedAt);
  const due = nextDueMs(station);
  const overdue = now - known - due;
  if (overdue <= rules.openAfter) return undefined;
  const catchingUp = unheardMs <= due + rules.openAfter;
  if (catchingUp && !open) return undefined;
  const since = known + due;
  return {
    kind: "silent-station",
    parameter: null,
    level: levelOf(overdue, rules),
    since,
    facts: { lastRecordAt: lastTime },
  };
}

interface Span {
  readonly openedAt: number;
  readonly closedAt: number | null;
}

/** How much of ended silences lies in the day that began at `from`, ms. */
export function silentWithin(silences: readonly Span[], from: number): number {
  return silences.reduce(
    (sum, { openedAt, closedAt }) =>
      sum + (closedAt === null ? 0 : Math.max(0, closedAt - Math.max(openedAt, from))),
    0,
  );
}
