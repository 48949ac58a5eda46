/** What has to be recorded of a station. In: what was judged of it and its open incidents; out: transitions, at most one incident a kind and parameter. Pure. */
import {
  type Incident,
  type IncidentEvent,
  type IncidentSubject,
  incidentId,
  type PresenceKind,
} from "#shared/incident/incident.ts";
import type { Station } from "#shared/station/station.ts";
import { type Finding, type Held, isFinding } from "./finding.ts";
import type { Heard } from "./heard.ts";

export interface Moment {
  /** The feed's time, ms since epoch. */
  readonly now: number;
  /** The receiver's clock, ms since epoch. */
  readonly recordedAt: number;
}

export function subjectOf(
  station: Pick<Station, "zone" | "plant" | "id">,
  kind: PresenceKind,
  parameter: string | null = null,
): IncidentSubject {
  return { kind, zone: station.zone, plant: station.plant, station: station.id, parameter };
}

export function transitionsOf(
  station: Pick<Station, "zone" | "plant" | "id">,
  judged: readonly (Finding | Held)[],
  heard: Heard | undefined,
  open: readonly Incident[],
  moment: Moment,
): IncidentEvent[] {
  const events: IncidentEvent[] = [];
  for (const finding of judged) {
    if (!isFinding(finding)) continue;
    const known = open.find((incident) => isAbout(incident, finding));
    const event = known === undefined ? opened(station, finding, moment) : worsened(known, finding, moment);
    if (event !== undefined) events.push(event);
  }
  for (const incident of open) {
    if (!judged.some((one) => isAbout(incident, one))) events.push(closed(incident, heard, moment));
  }
  return events;
}

const isAbout = (
  incident: Pick<Incident, "kind" | "parameter">,
  { kind, parameter }: Pick<Finding, "kind" | "parameter">,
): boolean => incident.kind === kind && incident.parameter === parameter;

function opened(
  station: Pick<Station, "zone" | "plant" | "id">,
  { kind, parameter, level, since, facts }: Finding,
  { now, recordedAt }: Moment,
): IncidentEvent {
  const subject = subjectOf(station, kind, parameter);
  return {
    ...subject,
    incident: incidentId(subject, since),
    seq: 1,
    transition: "opened",
    level,
    at: now,
    startedAt: since,
    closedAt: null,
    recordedAt,
    facts,
  };
}

function worsened(
  open: Incident,
  { level, facts }: Finding,
  { now, recordedAt }: Moment,
): IncidentEvent | undefined {
  if (level <= open.level) return undefined;
  return { ...eventOf(open), transition: "worsened", level, at: now, closedAt: null, recordedAt, facts };
}

function closed(open: Incident, heard: Heard | undefined, { now, recordedAt }: Moment): IncidentEvent {
  const end = Math.max(open.openedAt, endOf(open, heard) ?? now);
  const facts = { ...open.facts, to: end };
  return {
    ...eventOf(open),
    transition: "closed",
    level: open.level,
    at: end,
    closedAt: end,
    recordedAt,
    facts,
  };
}

function eventOf({ kind, zone, plant, station, parameter, id, lastSeq, openedAt }: Incident) {
  return { kind, zone, plant, station, parameter, incident: id, seq: lastSeq + 1, startedAt: openedAt };
}

/** When it was over: with the record that shows it. */
function endOf({ kind, parameter }: Incident, heard: Heard | undefined): number | undefined {
  const known = parameter === null ? undefined : heard?.parameters.get(parameter);
  const end =
    kind === "silent-parameter"
      ? known?.valueAt
      : kind === "frozen"
        ? parameter === null
          ? heard?.movedAt
          : known?.movedAt
        : heard?.time;
  return end === undefined || !Number.isFinite(end) ? undefined : end;
}
