/**
 * Incidents of a recorded feed in virtual time. In: every revision of one station's verdicts; out: the transitions, as
 * compliance would have recorded them: at each time of judgement by what was known then. Pure.
 */
import type { Registry } from "#shared/registry/registry.ts";
import { verdictKey } from "#shared/verdict/revisions.ts";
import type { StoredVerdict } from "#shared/verdict/verdict.ts";
import { instrumentOf } from "./confirmation.ts";
import { followTransitions, planFollow } from "./follow.ts";
import {
  foldEvents,
  type Incident,
  type IncidentEvent,
  type IncidentSubject,
  subjectKey,
} from "./incident.ts";

/** @returns in order of recording */
export function followFeed(registry: Registry, revisions: readonly StoredVerdict[]): IncidentEvent[] {
  const acting = revisions.filter((verdict) => verdict.acting);
  const series = Map.groupBy(acting, ({ station, parameter }) => `${station}|${parameter}`);
  return [...series.values()]
    .flatMap((some) => followSeries(registry, some))
    .sort((a, b) => a.recordedAt - b.recordedAt);
}

function followSeries(registry: Registry, revisions: readonly StoredVerdict[]): IncidentEvent[] {
  const { rules } = registry.settings;
  const [first] = revisions as [StoredVerdict];
  const instrument = instrumentOf(registry.stations.get(first.station), first.parameter, rules);
  const newest = new Map<string, StoredVerdict>();
  const lives = new Map<string, IncidentEvent[]>();
  const recorded = new Map<string, Map<string, Incident>>();
  const incidentsOf = (subject: IncidentSubject) =>
    [...(recorded.get(subjectKey(subject))?.values() ?? [])].sort((a, b) => a.openedAt - b.openedAt);
  const record = (event: IncidentEvent) => {
    const life = lives.get(event.incident) ?? [];
    lives.set(event.incident, life);
    life.push(event);
    const incident = foldEvents(life);
    const key = subjectKey(event);
    const known = recorded.get(key) ?? new Map<string, Incident>();
    if (incident !== undefined) recorded.set(key, known.set(incident.id, incident));
  };
  const events: IncidentEvent[] = [];
  const moments = Map.groupBy(
    revisions.toSorted((a, b) => a.judgedAt - b.judgedAt || a.revision - b.revision),
    ({ judgedAt }) => judgedAt,
  );
  for (const [judgedAt, changed] of moments) {
    for (const verdict of changed) newest.set(verdictKey(verdict), verdict);
    const plan = planFollow(changed, incidentsOf);
    if (plan === undefined) continue;
    const known = [...newest.values()].filter(({ from }) => from >= plan.readFrom);
    for (const event of followTransitions(plan, known, rules, instrument, judgedAt)) {
      record(event);
      events.push(event);
    }
  }
  return events;
}
