/** From verdicts to limit incidents. In: verdicts just written; out: the transitions they make, recorded. */
import type { Incident, IncidentSubject } from "#shared/incident/incident.ts";
import { foldLimitIncidents } from "#shared/incident/limit-incidents.ts";
import { reconcileIncidents } from "#shared/incident/reconcile.ts";
import type { Influx } from "#shared/influx/influx.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { isOver } from "#shared/verdict/judge-window.ts";
import type { StoredVerdict } from "#shared/verdict/verdict.ts";
import { readVerdicts } from "../verdict/verdict-store.ts";
import type { IncidentStore } from "./incident-store.ts";

/** How far before a changed window the fold begins, at least. */
const LOOK_BACK_MS = 35 * 86_400_000;
/** Of the longest day, when clocks are set back. */
const DAY_MS = 25 * 3_600_000;

/** Where to begin folding: well before the change, and never inside a recorded incident, which would lose its start. Pure. */
export function foldStart(
  changedFrom: number,
  recorded: readonly Pick<Incident, "openedAt" | "closedAt">[],
): number {
  let start = changedFrom - LOOK_BACK_MS;
  for (const { openedAt, closedAt } of recorded.toSorted((a, b) => b.openedAt - a.openedAt)) {
    if (openedAt < start && (closedAt ?? Number.POSITIVE_INFINITY) > start) start = openedAt;
  }
  return start;
}

export interface LimitTracker {
  /** @param verdicts new or revised; those of one station and parameter are folded together. */
  follow(verdicts: readonly StoredVerdict[]): Promise<void>;
}

export function createLimitTracker(options: {
  registry: Registry;
  influx: Influx;
  incidents: IncidentStore;
  now: () => number;
}): LimitTracker {
  const { registry, influx, incidents, now } = options;

  function subjectOf({ zone, plant, station, parameter }: StoredVerdict): IncidentSubject {
    return { kind: "limit", zone, plant, station, parameter };
  }

  /** Within, first revision, and no incident near: the fold cannot change. */
  function isQuiet(verdicts: readonly StoredVerdict[], subject: IncidentSubject, from: number): boolean {
    if (verdicts.some((verdict) => isOver(verdict))) return false;
    return incidents.of(subject).every((incident) => incident.closedAt !== null && incident.closedAt < from);
  }

  return {
    async follow(verdicts) {
      const acting = verdicts.filter((verdict) => verdict.acting && verdict.rule !== "instant");
      const series = Map.groupBy(acting, (verdict) => `${verdict.station}|${verdict.parameter}`);
      for (const changed of series.values()) {
        const [first] = changed;
        if (first === undefined) continue;
        const subject = subjectOf(first);
        const from = changed.reduce((least, verdict) => Math.min(least, verdict.from), first.from);
        if (isQuiet(changed, subject, from)) continue;
        const known = incidents.of(subject);
        const start = foldStart(from, known);
        const stored = await readVerdicts(influx, {
          station: first.station,
          parameter: first.parameter,
          // a day that reaches into the span belongs to it
          from: start - DAY_MS,
        });
        const inSpan = stored.filter((verdict) => verdict.to > start);
        const folded = foldLimitIncidents(inSpan, registry.settings.rules);
        const { recorded = [], elsewhere = [] } = Object.groupBy(known, ({ openedAt }) =>
          openedAt >= start ? "recorded" : "elsewhere",
        );
        await incidents.record(reconcileIncidents(subject, folded, recorded, now(), elsewhere));
      }
    },
  };
}
