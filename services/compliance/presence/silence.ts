/**
 * Silent stations. In: a station's last record and now; out: silent or not, and how grave. Pure, in event time: old
 * data arriving late never clears a silence of now, and a station that is catching up is late, not silent.
 */
import type { Level } from "#shared/incident/incident.ts";
import type { Rules } from "#shared/registry/schema.ts";
import type { Station } from "#shared/station/station.ts";
import type { LastRecord } from "../screen/feed.ts";

export type Silence =
  | { readonly silent: false }
  | {
      readonly silent: true;
      readonly level: Level;
      /** When the first missing record was due, ms since epoch. */
      readonly since: number;
      readonly lastRecordAt: number | null;
    };

export interface SilenceCase {
  readonly station: Pick<Station, "intervalMs">;
  readonly last: LastRecord | undefined;
  /** The feed's time, ms since epoch. */
  readonly now: number;
  /** Nobody is silent before it: the start of the watch, or of the station, in the feed's time. */
  readonly baseline: number;
  /** Time since anything was received of it, or since the watch began; on the receiver's clock, ms. */
  readonly unheardMs: number;
  readonly rules: Rules["silence"];
  /** Whether a silence is open already: only records of now end it. */
  readonly open: boolean;
}

export function judgeSilence(given: SilenceCase): Silence {
  const { station, last, now, baseline, unheardMs, rules, open } = given;
  const lastTime = last?.time ?? Number.NEGATIVE_INFINITY;
  const known = Math.max(lastTime, baseline);
  const overdue = now - known - station.intervalMs;
  if (overdue <= rules.openAfter) return { silent: false };
  const catchingUp = unheardMs <= station.intervalMs + rules.openAfter;
  if (catchingUp && !open) return { silent: false };
  const level = overdue > rules.regulatorAfter ? 2 : overdue > rules.officerAfter ? 1 : 0;
  return { silent: true, level, since: known + station.intervalMs, lastRecordAt: last?.time ?? null };
}
