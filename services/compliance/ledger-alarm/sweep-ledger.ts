/** From what is off to incidents. In: the judgement of the ledger, recorded incidents; out: transitions of `ledger`, one incident a plant. Pure. */
import {
  type Incident,
  type IncidentEvent,
  type IncidentSubject,
  incidentId,
} from "#shared/incident/incident.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { LedgerJudgement, OffHour } from "./judge-ledger.ts";

/** The zone of a plant that the registry does not have: of strange topics, or of one that was taken out. */
const NO_ZONE = "unknown";
/** Tells the engineer. */
const LEVEL = 1;

export interface RecordedIncidents {
  of(subject: IncidentSubject): readonly Incident[];
  open(kind: "ledger"): readonly Incident[];
}

export function sweepLedger(
  registry: Pick<Registry, "plants">,
  { off, lasting }: Pick<LedgerJudgement, "off" | "lasting">,
  incidents: RecordedIncidents,
  now: number,
): IncidentEvent[] {
  const events: IncidentEvent[] = [];
  for (const [plant, hours] of lasting) {
    const subject = subjectOf(registry, plant);
    const known = incidents.of(subject);
    if (known.some(({ closedAt }) => closedAt === null)) continue;
    events.push(opened(subject, hours, known, now));
  }
  for (const incident of incidents.open("ledger")) {
    // one that is off for less than the grace is off all the same
    if (!off.has(incident.plant ?? "")) events.push(closed(incident, now));
  }
  return events;
}

export function subjectOf(registry: Pick<Registry, "plants">, plant: string): IncidentSubject {
  const zone = registry.plants.get(plant)?.zone ?? NO_ZONE;
  return { kind: "ledger", zone, plant, station: null, parameter: null };
}

function opened(
  subject: IncidentSubject,
  hours: readonly OffHour[],
  known: readonly Incident[],
  now: number,
): IncidentEvent {
  const [first] = hours;
  if (first === undefined) throw new Error("no hour is off");
  const { plant: _plant, ...counts } = first;
  const incident = incidentId(subject, first.hour);
  // an hour that was mended and is off again
  const before = known.find(({ id }) => id === incident);
  return {
    ...subject,
    incident,
    seq: (before?.lastSeq ?? 0) + 1,
    transition: before === undefined ? "opened" : "reopened",
    level: LEVEL,
    at: now,
    startedAt: first.hour,
    closedAt: null,
    recordedAt: now,
    facts: { ledger: { ...counts, hours: hours.length } },
  };
}

function closed({ id, lastSeq, level, openedAt, facts, ...subject }: Incident, now: number): IncidentEvent {
  const { kind, zone, plant, station, parameter } = subject;
  return {
    ...{ kind, zone, plant, station, parameter },
    incident: id,
    seq: lastSeq + 1,
    transition: "closed",
    level,
    at: now,
    startedAt: openedAt,
    closedAt: now,
    recordedAt: now,
    facts,
  };
}
