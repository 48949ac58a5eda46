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

/**
 * @param recorded incidents of this subject, within the span that was folded
 * @param elsewhere its others: left alone, but their ids and revisions are used up
 */
export function reconcileIncidents(
  subject: IncidentSubject,
  folded: readonly FoldedIncident[],
  recorded: readonly Incident[],
  recordedAt: number,
  elsewhere: readonly Incident[] = [],
): IncidentEvent[] {
  const events: IncidentEvent[] = [];
  const all = [...recorded, ...elsewhere];
  const lastSeq = new Map(all.map((incident) => [incident.id, incident.lastSeq]));
  const standing = new Set(all.filter(({ withdrawn }) => !withdrawn).map(({ id }) => id));
  const append: Append = (id, transition, event) => {
    const seq = (lastSeq.get(id) ?? 0) + 1;
    lastSeq.set(id, seq);
    events.push({ ...subject, incident: id, seq, transition, recordedAt, ...event });
  };

  const left = recorded.filter((incident) => !incident.withdrawn).toSorted((a, b) => a.openedAt - b.openedAt);
  const take = (candidate: Incident) => left.splice(left.indexOf(candidate), 1);
  // those that agree on the beginning belong together, before any that only share time
  const same = folded.map(({ startedAt }) => {
    const known = left.find(({ openedAt }) => openedAt === startedAt);
    if (known !== undefined) take(known);
    return known;
  });
  for (const [index, incident] of folded.entries()) {
    const overlapping = left.filter((candidate) => overlap(candidate, incident));
    for (const candidate of overlapping) take(candidate);
    const [known, ...others] = [same[index], ...overlapping].filter((candidate) => candidate !== undefined);
    if (known === undefined) open(freeId(subject, incident.startedAt, standing), incident, lastSeq, append);
    else update(known, incident, append);
    for (const other of others) withdraw(other, `part of incident ${known?.id}`, append);
  }
  for (const incident of left) withdraw(incident, "the data no longer show it", append);
  return events;
}

/** The id of its beginning; another where an incident that began there once and has moved since has that one. */
function freeId(subject: IncidentSubject, startedAt: number, standing: ReadonlySet<string>): string {
  let id = incidentId(subject, startedAt);
  for (let next = 1; standing.has(id); next += 1) id = incidentId(subject, startedAt + next);
  return id;
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
  else if (goesOn || isWorse) return;
  else if (hasMoved) append(known.id, "moved", asItIs(now));
  else if (now.level !== known.level)
    append(known.id, now.level < known.level ? "eased" : "moved", asItIs(now));
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
