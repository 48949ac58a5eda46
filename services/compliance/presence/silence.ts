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

/**
 * @param baseline nobody is silent before it: the start of the watch, or of the station (ms since epoch)
 * @param open whether a silence is open already: only records of now end it
 */
export function judgeSilence(
  station: Pick<Station, "intervalMs">,
  last: LastRecord | undefined,
  now: number,
  baseline: number,
  rules: Rules["silence"],
  open: boolean,
): Silence {
  const lastTime = last?.time ?? Number.NEGATIVE_INFINITY;
  const known = Math.max(lastTime, baseline);
  const overdue = now - known - station.intervalMs;
  if (overdue <= rules.openAfter) return { silent: false };
  const catchingUp = last !== undefined && now - last.receivedAt <= station.intervalMs + rules.openAfter;
  if (catchingUp && !open) return { silent: false };
  const level = overdue > rules.regulatorAfter ? 2 : overdue > rules.officerAfter ? 1 : 0;
  return { silent: true, level, since: known + station.intervalMs, lastRecordAt: last?.time ?? null };
}
