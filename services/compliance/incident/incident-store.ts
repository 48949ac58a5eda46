/**
 * Incidents, read once from their events and kept up to date by what is recorded here. In: transitions; out: points
 * of `incident_event`, and a notify job each. The point is written before the job: a job lost with Redis is found
 * again by notify, an event lost never.
 */

import {
  foldEvents,
  type Incident,
  type IncidentEvent,
  type IncidentSubject,
  subjectKey,
} from "#shared/incident/incident.ts";
import { incidentEventLine, readIncidentEvents } from "#shared/incident/incident-points.ts";
import type { Influx } from "#shared/influx/influx.ts";
import type { JobQueue } from "#shared/queue/bull.ts";
import type { Logger } from "#shared/runtime/log.ts";

export interface IncidentStore {
  load(): Promise<void>;
  /** All incidents of a subject, open or not, oldest first. */
  of(subject: IncidentSubject): readonly Incident[];
  open(kind: Incident["kind"]): readonly Incident[];
  record(events: readonly IncidentEvent[]): Promise<void>;
}

export function createIncidentStore(options: {
  influx: Influx;
  notify: Pick<JobQueue<"notify">, "addBulk">;
  log: Logger;
}): IncidentStore {
  const { influx, notify, log } = options;
  const events = new Map<string, IncidentEvent[]>();
  const bySubject = new Map<string, Map<string, Incident>>();

  function keep(event: IncidentEvent): void {
    const list = events.get(event.incident) ?? [];
    if (list.length === 0) events.set(event.incident, list);
    list.push(event);
    const incident = foldEvents(list);
    if (incident === undefined) return;
    const key = subjectKey(event);
    const known = bySubject.get(key) ?? new Map<string, Incident>();
    bySubject.set(key, known.set(incident.id, incident));
  }

  return {
    async load() {
      for (const event of await readIncidentEvents(influx)) keep(event);
    },
    of(subject) {
      const known = bySubject.get(subjectKey(subject));
      return known === undefined ? [] : [...known.values()].sort((a, b) => a.openedAt - b.openedAt);
    },
    open: (kind) =>
      [...bySubject.values()].flatMap((known) =>
        [...known.values()].filter((incident) => incident.kind === kind && incident.closedAt === null),
      ),
    async record(recorded) {
      if (recorded.length === 0) return;
      await influx.write("record", recorded.map(incidentEventLine).join("\n"));
      for (const event of recorded) {
        keep(event);
        const { incident, kind, transition, level, zone, station, parameter } = event;
        log.info({ incident, kind, transition, level, zone, station, parameter }, "incident event recorded");
      }
      await notify.addBulk(recorded.map(({ incident, seq }) => ({ incident, seq })));
    },
  };
}
