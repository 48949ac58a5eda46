/** From verdicts to incidents. In: verdicts just written; out: the transitions they make, recorded. */
import { instrumentOf } from "#shared/incident/confirmation.ts";
import type { Incident, IncidentSubject } from "#shared/incident/incident.ts";
import { reconcileIncidents } from "#shared/incident/reconcile.ts";
import {
  canChange,
  foldVerdicts,
  type VerdictKind,
  verdictKinds,
} from "#shared/incident/station-incidents.ts";
import type { Influx } from "#shared/influx/influx.ts";
import type { Registry } from "#shared/registry/registry.ts";
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

type Place = Pick<StoredVerdict, "zone" | "plant" | "station" | "parameter">;

export function createLimitTracker(options: {
  registry: Registry;
  influx: Influx;
  incidents: IncidentStore;
  now: () => number;
}): LimitTracker {
  const { registry, influx, incidents, now } = options;
  const { rules } = registry.settings;
  /** One at a time of a station and parameter: its incidents have one writer. */
  const lanes = new Map<string, Promise<void>>();

  const subjectOf = (kind: VerdictKind, { zone, plant, station, parameter }: Place): IncidentSubject => ({
    kind,
    zone,
    plant,
    station,
    parameter,
  });

  function inLane(key: string, work: () => Promise<void>): Promise<void> {
    const turn = (lanes.get(key) ?? Promise.resolve()).then(work);
    const settled = turn.catch(() => undefined);
    lanes.set(key, settled);
    settled.then(() => {
      if (lanes.get(key) === settled) lanes.delete(key);
    });
    return turn;
  }

  async function followSeries(changed: readonly StoredVerdict[]): Promise<void> {
    const [first] = changed as [StoredVerdict];
    const from = changed.reduce((least, verdict) => Math.min(least, verdict.from), first.from);
    const kinds = verdictKinds.filter((kind) =>
      canChange(kind, changed, incidents.of(subjectOf(kind, first)), from),
    );
    if (kinds.length === 0) return;
    const known = new Map(kinds.map((kind) => [kind, incidents.of(subjectOf(kind, first))]));
    const start = foldStart(from, [...known.values()].flat());
    const stored = await readVerdicts(influx, {
      station: first.station,
      parameter: first.parameter,
      // a day that reaches into the span belongs to it
      from: start - DAY_MS,
    });
    const inSpan = stored.filter((verdict) => verdict.to > start);
    const instrument = instrumentOf(registry.stations.get(first.station), first.parameter, rules);
    const folded = foldVerdicts(inSpan, rules, instrument);
    for (const [kind, all] of known) {
      const { recorded = [], elsewhere = [] } = Object.groupBy(all, ({ openedAt }) =>
        openedAt >= start ? "recorded" : "elsewhere",
      );
      await incidents.record(
        reconcileIncidents(subjectOf(kind, first), folded[kind], recorded, now(), elsewhere),
      );
    }
  }

  return {
    async follow(verdicts) {
      const acting = verdicts.filter((verdict) => verdict.acting);
      const series = Map.groupBy(acting, ({ station, parameter }) => `${station}|${parameter}`);
      for (const [key, changed] of series) await inLane(key, () => followSeries(changed));
    },
  };
}
