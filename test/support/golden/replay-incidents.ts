/** Incidents in the order in which they would have been recorded. In: all revisions of one station's verdicts; out: the transitions. Pure. */
import { instrumentOf } from "#shared/incident/confirmation.ts";
import { foldEvents, type Incident, type IncidentEvent } from "#shared/incident/incident.ts";
import { reconcileIncidents } from "#shared/incident/reconcile.ts";
import { foldVerdicts, type VerdictKind, verdictKinds } from "#shared/incident/station-incidents.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { verdictKey } from "#shared/verdict/revisions.ts";
import type { StoredVerdict } from "#shared/verdict/verdict.ts";

/** What is judged at one instant is folded at once, with all that was judged before, as after each look at the windows. */
export function replayIncidents(registry: Registry, verdicts: readonly StoredVerdict[]): IncidentEvent[] {
  const series = Map.groupBy(verdicts, ({ station, parameter }) => `${station}|${parameter}`);
  return [...series.values()].flatMap((some) => replaySeries(registry, some));
}

function replaySeries(registry: Registry, verdicts: readonly StoredVerdict[]): IncidentEvent[] {
  const [first] = verdicts as [StoredVerdict];
  const { zone, plant, station, parameter } = first;
  const { rules } = registry.settings;
  const instrument = instrumentOf(registry.stations.get(station), parameter, rules);
  const known = new Map<string, StoredVerdict>();
  const events: IncidentEvent[] = [];
  const steps = [...Map.groupBy(verdicts, ({ judgedAt }) => judgedAt)].sort(([a], [b]) => a - b);
  for (const [judgedAt, judged] of steps) {
    for (const verdict of judged) known.set(verdictKey(verdict), verdict);
    const folded = foldVerdicts([...known.values()], rules, instrument);
    for (const kind of verdictKinds) {
      const subject = { kind, zone, plant, station, parameter };
      events.push(...reconcileIncidents(subject, folded[kind], recordedOf(kind, events), judgedAt));
    }
  }
  return events;
}

function recordedOf(kind: VerdictKind, events: readonly IncidentEvent[]): Incident[] {
  const ofKind = events.filter((event) => event.kind === kind);
  return [...Map.groupBy(ofKind, ({ incident }) => incident).values()]
    .map(foldEvents)
    .filter((incident) => incident !== undefined);
}
