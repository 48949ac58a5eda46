/** Incident events as points of `incident_event` and back. Append-only; time: the event's. */
import type { Influx } from "#shared/influx/influx.ts";
import { integer, line, quote } from "#shared/influx/line.ts";
import { numberOr, numberOrNull, text, textOrNull, toRows } from "#shared/influx/rows.ts";
import {
  foldEvents,
  type Incident,
  type IncidentEvent,
  type IncidentFacts,
  type IncidentKind,
  type Level,
  type Transition,
} from "./incident.ts";

export function incidentEventLine(event: IncidentEvent): string {
  return line(
    "incident_event",
    {
      zone: event.zone,
      plant: event.plant,
      incident: event.incident,
      seq: String(event.seq).padStart(4, "0"),
    },
    {
      kind: event.kind,
      transition: event.transition,
      level: integer(event.level),
      station: event.station,
      parameter: event.parameter,
      started: integer(event.startedAt),
      closed: event.closedAt === null ? undefined : integer(event.closedAt),
      recorded: integer(event.recordedAt),
      // for InfluxQL, which can neither order by a tag nor ask for an absent field: the newest revision, and whether it is open
      revision: integer(event.seq),
      open: event.closedAt === null,
      facts: JSON.stringify(event.facts),
    },
    event.at,
  );
}

/** Events in order of incident and seq. `where`: an InfluxQL condition, e.g. `time > now() - 30d`. */
export async function readIncidentEvents(influx: Influx, where?: string): Promise<IncidentEvent[]> {
  const condition = where === undefined ? "" : ` WHERE ${where}`;
  const rows = toRows(await influx.query(`SELECT * FROM "record"."incident_event"${condition}`));
  return rows
    .map((row) => ({
      incident: text(row.incident),
      seq: Number(text(row.seq)),
      kind: text(row.kind) as IncidentKind,
      transition: text(row.transition) as Transition,
      level: numberOr(row.level, 0) as Level,
      zone: text(row.zone),
      plant: textOrNull(row.plant),
      station: textOrNull(row.station),
      parameter: textOrNull(row.parameter),
      at: numberOr(row.time, 0),
      startedAt: numberOr(row.started, 0),
      closedAt: numberOrNull(row.closed),
      recordedAt: numberOr(row.recorded, 0),
      facts: parseFacts(text(row.facts)),
    }))
    .sort((a, b) => (a.incident < b.incident ? -1 : a.incident > b.incident ? 1 : a.seq - b.seq));
}

export async function readIncidents(influx: Influx): Promise<Incident[]> {
  return foldAll(await readIncidentEvents(influx));
}

export async function readEventsOf(influx: Influx, incident: string): Promise<IncidentEvent[]> {
  return readIncidentEvents(influx, `incident = ${quote(incident)}`);
}

/** Groups events (ordered by incident and seq) and folds each group. */
export function foldAll(events: readonly IncidentEvent[]): Incident[] {
  const groups = Map.groupBy(events, (event) => event.incident);
  return [...groups.values()].map((group) => foldEvents(group)).filter((incident) => incident !== undefined);
}

function parseFacts(json: string): IncidentFacts {
  try {
    return JSON.parse(json) as IncidentFacts;
  } catch {
    return {};
  }
}
