/**
 * Values that stand. In: when a station's records, and each parameter, last moved and last stood (flags of the quality
 * tests); out: a finding for the station where whole records repeat, or one for each parameter whose flat line fails.
 * Level 1: somebody has to look at the instrument; no limit is judged by it.
 */
import type { Rules } from "#shared/registry/schema.ts";
import type { Station } from "#shared/station/station.ts";
import { type Finding, type Held, held } from "./finding.ts";
import type { Heard } from "./heard.ts";

type StationOf = Pick<Station, "intervalMs" | "parameters">;

/** @param isOpen  whether one is open of the station (null) or of a parameter */
export function judgeFrozen(
  station: StationOf,
  heard: Pick<Heard, "time" | "frozenAt" | "movedAt" | "parameters" | "recent">,
  rules: Rules["frozen"],
  isOpen: (parameter: string | null) => boolean,
): (Finding | Held)[] {
  const oldest = heard.recent.at(-1)?.time ?? heard.time;
  const judged: (Finding | Held)[] = [];
  const judge = (parameter: string | null, stoodAt: number, movedAt: number) => {
    // after a restart its last movement may be out of sight: it has stood at least since the oldest record known
    const since = movedAt === Number.NEGATIVE_INFINITY ? oldest : movedAt + station.intervalMs;
    const standsMs = stoodAt - since;
    if (standsMs < rules.after) {
      if (isOpen(parameter)) judged.push(held("frozen", parameter));
      return;
    }
    judged.push({
      kind: "frozen",
      parameter,
      level: 1,
      since,
      facts: {
        reason: parameter === null ? "all values stand" : "the value stands",
        lastRecordAt: heard.time,
        presence: { standsMs, afterMs: rules.after },
      },
    });
  };
  const isFrozen = heard.frozenAt > heard.movedAt;
  if (isFrozen) judge(null, heard.frozenAt, heard.movedAt);
  for (const parameter in station.parameters) {
    const known = heard.parameters.get(parameter);
    if (known === undefined || known.flatAt <= known.movedAt) continue;
    // one cause: where the whole record stands, its parameters are not told again
    if (isFrozen) {
      if (isOpen(parameter)) judged.push(held("frozen", parameter));
    } else judge(parameter, known.flatAt, known.movedAt);
  }
  return judged;
}
