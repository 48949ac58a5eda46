/** Operating zones that no running plant serves. In: registry, open incidents; out: transitions of `missing-plant`. Pure; unknown is never missing. */
import {
  type Incident,
  type IncidentEvent,
  type IncidentSubject,
  incidentId,
} from "#shared/incident/incident.ts";
import { plantStateOfZone } from "#shared/plant/plant.ts";
import type { Registry } from "#shared/registry/registry.ts";

export function sweepZones(
  registry: Registry,
  now: number,
  openOf: (subject: IncidentSubject) => Incident | undefined,
  recordedAt: number,
): IncidentEvent[] {
  const events: IncidentEvent[] = [];
  for (const zone of registry.zones.values()) {
    const subject = {
      kind: "missing-plant",
      zone: zone.id,
      plant: null,
      station: null,
      parameter: null,
    } as const;
    const open = openOf(subject);
    const state = plantStateOfZone(zone, registry.plants.values());
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
        facts: { reason: state },
      });
    }
  }
  return events;
}
