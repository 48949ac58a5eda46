/** The span an incident's chart covers: some hours before its start until now, or until some hours after its end. Pure. */
import type { IncidentDetail } from "#shared/overview/incident-detail.ts";
import { MOST_RECORDS, type Span } from "./readings.ts";
import { unitOfRule } from "./window-name.ts";

const HOUR_MS = 3_600_000;
const AROUND_MS = {
  hour: { before: 6 * HOUR_MS, after: 4 * HOUR_MS },
  day: { before: 72 * HOUR_MS, after: 48 * HOUR_MS },
};
const DEFAULT_INTERVAL_MS = 5 * 60_000;

/** @param now  the newest record of the station, or the clock. A span with more records than are fetched keeps its end. */
export function chartSpan(
  { incident, facts, place }: Pick<IncidentDetail, "incident" | "facts" | "place">,
  now: number,
): Span {
  const unit = unitOfRule(facts.rule);
  const around = unit === "day" || unit === "month" ? AROUND_MS.day : AROUND_MS.hour;
  const begin = Math.min(incident.openedAt, facts.from ?? incident.openedAt);
  const end = Math.max(incident.closedAt ?? now, facts.to ?? 0);
  const to = Math.max(begin + HOUR_MS, Math.min(now, end + around.after));
  const longest = (place.station?.intervalMs ?? DEFAULT_INTERVAL_MS) * (MOST_RECORDS - 1);
  return { from: Math.max(begin - around.before, to - longest), to };
}
