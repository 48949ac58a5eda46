/** Operating zones that no running plant serves, by the ladder as of the feed's day. In: registry, open incidents; out: transitions of `missing-plant`. Pure; unknown is never missing. */
import {
  type Incident,
  type IncidentEvent,
  type IncidentSubject,
  incidentId,
} from "#shared/incident/incident.ts";
import { type Condition, standings } from "#shared/plant/ladder.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { localDay } from "#shared/time/local-day.ts";

/** A plant runs, whatever its size: the mail says no more than that. */
const RUNNING: readonly Condition[] = ["served", "proper", "too-small"];

/** @param now the feed's time, ms since epoch */
export function sweepZones(
  registry: Registry,
  now: number,
  openOf: (subject: IncidentSubject) => Incident | undefined,
  recordedAt: number,
): IncidentEvent[] {
  const events: IncidentEvent[] = [];
  const standing = standings(registry, localDay(now, registry.settings.timeZone));
  for (const zone of registry.zones.values()) {
    const subject = {
      kind: "missing-plant",
      zone: zone.id,
      plant: null,
      station: null,
      parameter: null,
    } as const;
    const open = openOf(subject);
    const state = standing.get(zone.id)?.condition ?? "unknown";
    if (state === "missing" && open === undefined) {
      events.push({
        ...subject,
        incident: incidentId(subject, now),
        seq: 1,
        transition: "opened",
        level: 2,
        at: now,
        startedAt: now,
        closedAt: null,
        recordedAt,
        facts: { reason: "no operating plant serves the zone" },
      });
    }
    if (state !== "missing" && open !== undefined) {
      events.push({
        ...subject,
        incident: open.id,
        seq: open.lastSeq + 1,
        transition: "closed",
        level: open.level,
        at: now,
        startedAt: open.openedAt,
        closedAt: now,
        recordedAt,
        facts: { reason: RUNNING.includes(state) ? "served" : state },
      });
    }
  }
  return events;
}
