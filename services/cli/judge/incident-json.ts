/** Transitions of incidents as lines of JSON. In: an event; out: the line, times in the registry's time zone. Pure. */
import type { IncidentEvent } from "#shared/incident/incident.ts";

export function incidentLine(event: IncidentEvent, time: (instant: number) => string): string {
  const { incident, kind, zone, plant, station, parameter, transition, level, seq, facts } = event;
  return JSON.stringify({
    incident,
    kind,
    zone,
    plant,
    station,
    parameter,
    transition,
    level,
    at: time(event.at),
    startedAt: time(event.startedAt),
    closedAt: event.closedAt === null ? null : time(event.closedAt),
    seq,
    reason: facts.reason ?? "",
    recordedAt: time(event.recordedAt),
    rule: facts.rule ?? null,
    value: facts.value ?? null,
    ratio: facts.ratio ?? null,
  });
}
