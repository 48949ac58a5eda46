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
  const lastSeq = new Map(recorded.map((incident) => [incident.id, incident.lastSeq]));
  const append: Append = (id, transition, event) => {
    const seq = (lastSeq.get(id) ?? 0) + 1;
    lastSeq.set(id, seq);
    events.push({ ...subject, incident: id, seq, transition, recordedAt, ...event });
  };

  const left = recorded.filter((incident) => !incident.withdrawn).toSorted((a, b) => a.openedAt - b.openedAt);
  for (const incident of folded) {
    const same = left.filter((candidate) => overlap(candidate, incident));
    for (const candidate of same) left.splice(left.indexOf(candidate), 1);
    const [known, ...others] = same;
    if (known === undefined) open(incidentId(subject, incident.startedAt), incident, lastSeq, append);
    else update(known, incident, append);
    for (const other of others) withdraw(other, `part of incident ${known?.id}`, append);
  }
  for (const incident of left) withdraw(incident, "the data no longer show it", append);
  return events;
}

type EventPart = Pick<IncidentEvent, "startedAt" | "closedAt" | "level" | "at" | "facts">;
type Append = (id: string, transition: Transition, event: EventPart) => void;

const asOpen = ({ startedAt, level, decided }: FoldedIncident): EventPart => ({
  startedAt,
  closedAt: null,
  level,
  ...decided,
});

const asItIs = ({ startedAt, closedAt, level, decided, ended }: FoldedIncident): EventPart => ({
  startedAt,
  closedAt,
  level,
  ...(ended ?? decided),
});

function open(id: string, now: FoldedIncident, known: ReadonlyMap<string, number>, append: Append): void {
  append(id, known.has(id) ? "reopened" : "opened", asOpen(now));
  if (now.closedAt !== null) append(id, "closed", asItIs(now));
}

function update(known: Incident, now: FoldedIncident, append: Append): void {
  const isWorse = now.level > known.worstLevel;
  const goesOn = known.closedAt !== null && now.closedAt === null;
  const hasEnded = now.closedAt !== null && (known.closedAt === null || isWorse);
  const hasMoved = known.openedAt !== now.startedAt || known.closedAt !== now.closedAt;
  if (goesOn) append(known.id, "reopened", asOpen(now));
  else if (isWorse) append(known.id, "worsened", asOpen(now));
  if (hasEnded) append(known.id, "closed", asItIs(now));
  else if (hasMoved && !goesOn && !isWorse) append(known.id, "moved", asItIs(now));
}

function withdraw(incident: Incident, reason: string, append: Append): void {
  const end = incident.closedAt ?? incident.openedAt;
  append(incident.id, "withdrawn", {
    startedAt: incident.openedAt,
    closedAt: end,
    level: incident.level,
    at: end,
    facts: { reason },
  });
}
