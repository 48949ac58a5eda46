/** Looks at every station and records what changed. In: registry, feed, open incidents; out: transitions of `silent-station`. Pure. */
import {
  type Incident,
  type IncidentEvent,
  type IncidentSubject,
  incidentId,
} from "#shared/incident/incident.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Station } from "#shared/station/station.ts";
import type { Feed } from "../screen/feed.ts";
import { judgeSilence, type Silence } from "./silence.ts";

/** @param now the feed's time; `recordedAt` the receiver's clock */
export function sweepStations(
  registry: Registry,
  feed: Pick<Feed, "last" | "first">,
  now: number,
  openOf: (subject: IncidentSubject) => Incident | undefined,
  recordedAt: number,
): IncidentEvent[] {
  const { first } = feed;
  if (first === undefined) return [];
  const events: IncidentEvent[] = [];
  for (const station of registry.stations.values()) {
    const subject = subjectOf(station);
    const open = openOf(subject);
    const last = feed.last(station.id);
    const silence = judgeSilence({
      station,
      last,
      now,
      // a new watch (after a restart) does not end a silence that an earlier one found
      baseline:
        open === undefined
          ? Math.max(first.time, Date.parse(station.connectedOn))
          : open.openedAt - station.intervalMs,
      unheardMs: recordedAt - (last ?? first).receivedAt,
      rules: registry.settings.rules.silence,
      open: open !== undefined,
    });
    const event = transition(subject, open, silence, last?.time ?? now, now, recordedAt);
    if (event !== undefined) events.push(event);
  }
  return events;
}

export function subjectOf(station: Pick<Station, "zone" | "plant" | "id">): IncidentSubject {
  return {
    kind: "silent-station",
    zone: station.zone,
    plant: station.plant,
    station: station.id,
    parameter: null,
  };
}

function transition(
  subject: IncidentSubject,
  open: Incident | undefined,
  silence: Silence,
  lastTime: number,
  now: number,
  recordedAt: number,
): IncidentEvent | undefined {
  if (silence.silent) {
    const { level, since, lastRecordAt } = silence;
    const facts = { lastRecordAt };
    const common = { ...subject, level, at: now, closedAt: null, recordedAt, facts };
    if (open === undefined) {
      const incident = incidentId(subject, since);
      return { ...common, incident, seq: 1, transition: "opened", startedAt: since };
    }
    if (level <= open.level) return undefined;
    return {
      ...common,
      incident: open.id,
      seq: open.lastSeq + 1,
      transition: "worsened",
      startedAt: open.openedAt,
    };
  }
  if (open === undefined) return undefined;
  return {
    ...subject,
    incident: open.id,
    seq: open.lastSeq + 1,
    transition: "closed",
    level: open.level,
    at: lastTime,
    startedAt: open.openedAt,
    closedAt: lastTime,
    recordedAt,
    facts: { ...open.facts, to: lastTime },
  };
}
