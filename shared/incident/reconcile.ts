/**
 * What has to be recorded so that the recorded incidents say what the verdicts say. In: incidents as folded from the
 * verdicts of one subject, and as recorded; out: the transitions to append, in order. Pure; nothing to record when
 * both agree, so judging again is harmless.
 */
import {
  type Incident,
  type IncidentEvent,
  type IncidentSubject,
  incidentId,
  type Transition,
} from "./incident.ts";
import type { FoldedIncident } from "./limit-incidents.ts";

const openEnd = (closedAt: number | null) => closedAt ?? Number.POSITIVE_INFINITY;

/** Sharing time, not only an end: an incident may begin where the last one ended. */
function overlap(a: { openedAt: number; closedAt: number | null }, b: FoldedIncident): boolean {
  return a.openedAt < openEnd(b.closedAt) && b.startedAt < openEnd(a.closedAt);
}

/** @param recorded incidents of this subject, within the span that was folded. */
export function reconcileIncidents(
  subject: IncidentSubject,
  folded: readonly FoldedIncident[],
  recorded: readonly Incident[],
  recordedAt: number,
): IncidentEvent[] {
  const events: IncidentEvent[] = [];
  const left = recorded.filter((incident) => !incident.withdrawn).toSorted((a, b) => a.openedAt - b.openedAt);
  const append = (id: string, seq: number, transition: Transition, of: FoldedIncident) => {
    const { startedAt, closedAt, level, at, facts } = of;
    events.push({
      ...subject,
      incident: id,
      seq,
      transition,
      level,
      at,
      startedAt,
      closedAt,
      recordedAt,
      facts,
    });
    return seq;
  };

  for (const incident of folded) {
    const [known, ...others] = left.filter((candidate) => overlap(candidate, incident));
    for (const candidate of [known, ...others])
      if (candidate !== undefined) left.splice(left.indexOf(candidate), 1);
    if (known === undefined) {
      const id = incidentId(subject, incident.startedAt);
      const before = recorded.find((candidate) => candidate.id === id)?.lastSeq ?? 0;
      const first = before === 0 ? "opened" : "reopened";
      const seq = append(id, before + 1, first, { ...incident, closedAt: null });
      if (incident.closedAt !== null) append(id, seq + 1, "closed", incident);
      continue;
    }
    update(known, incident, append);
    for (const other of others) withdraw(other, `part of incident ${known.id}`, append);
  }
  for (const incident of left) withdraw(incident, "the data no longer show it", append);
  return events;
}

type Append = (id: string, seq: number, transition: Transition, of: FoldedIncident) => number;

function update(known: Incident, now: FoldedIncident, append: Append): void {
  let seq = known.lastSeq;
  const worse = now.level > known.worstLevel;
  const open = { ...now, closedAt: null };
  if (known.closedAt !== null && now.closedAt === null) seq = append(known.id, seq + 1, "reopened", open);
  else if (worse) seq = append(known.id, seq + 1, "worsened", open);
  if (now.closedAt !== null && (known.closedAt === null || worse)) append(known.id, seq + 1, "closed", now);
  else if (seq === known.lastSeq && (known.openedAt !== now.startedAt || known.closedAt !== now.closedAt)) {
    append(known.id, seq + 1, "moved", now);
  }
}

function withdraw(incident: Incident, reason: string, append: Append): void {
  append(incident.id, incident.lastSeq + 1, "withdrawn", {
    startedAt: incident.openedAt,
    closedAt: incident.closedAt ?? incident.openedAt,
    level: incident.level,
    at: incident.closedAt ?? incident.openedAt,
    facts: { reason },
  });
}
