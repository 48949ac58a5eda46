/**
 * Incidents that follow from verdicts. In: verdicts of one station and parameter that are new or revised, what is recorded,
 * and what stands of the series; out: the transitions to record. Pure: compliance and the offline judge ask the same.
 */
import type { Rules } from "#shared/registry/schema.ts";
import type { StoredVerdict, Verdict } from "#shared/verdict/verdict.ts";
import type { Instrument } from "./confirmation.ts";
import type { Incident, IncidentEvent, IncidentSubject } from "./incident.ts";
import { reconcileIncidents } from "./reconcile.ts";
import { canChange, foldVerdicts, type VerdictKind, verdictKinds } from "./station-incidents.ts";

/** How far before a changed window the fold begins, at least. */
const LOOK_BACK_MS = 35 * 86_400_000;
/** Of the longest day, when clocks are set back. */
const DAY_MS = 25 * 3_600_000;

type Place = Pick<Verdict, "zone" | "plant" | "station" | "parameter">;

/** What has to be folded again because of some verdicts. */
export interface FollowPlan {
  readonly place: Place;
  /** Recorded incidents by kind; kinds that cannot change are left out. */
  readonly known: ReadonlyMap<VerdictKind, readonly Incident[]>;
  /** The fold begins here, ms since epoch. */
  readonly start: number;
  /** Verdicts of windows from here on are needed: a day that reaches into the span belongs to it. */
  readonly readFrom: number;
}

/** Where to begin folding: well before the change, and never inside a recorded incident, which would lose its start. */
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

/** @returns undefined where nothing that is recorded can change, as mostly */
export function planFollow(
  changed: readonly StoredVerdict[],
  incidentsOf: (subject: IncidentSubject) => readonly Incident[],
): FollowPlan | undefined {
  const [first] = changed;
  if (first === undefined) return undefined;
  const from = changed.reduce((least, verdict) => Math.min(least, verdict.from), first.from);
  const known = new Map<VerdictKind, readonly Incident[]>();
  for (const kind of verdictKinds) {
    const recorded = incidentsOf(subjectOf(kind, first));
    if (canChange(kind, changed, recorded, from)) known.set(kind, recorded);
  }
  if (known.size === 0) return undefined;
  const start = foldStart(from, [...known.values()].flat());
  return { place: first, known, start, readFrom: start - DAY_MS };
}

/** @param verdicts newest revisions of the series, in any order, from `readFrom` on */
export function followTransitions(
  { place, known, start }: FollowPlan,
  verdicts: readonly Verdict[],
  rules: Rules,
  instrument: Instrument | undefined,
  recordedAt: number,
): IncidentEvent[] {
  const inSpan = verdicts.filter((verdict) => verdict.to > start);
  const folded = foldVerdicts(inSpan, rules, instrument);
  return [...known].flatMap(([kind, all]) => {
    const { recorded = [], elsewhere = [] } = Object.groupBy(all, ({ openedAt }) =>
      openedAt >= start ? "recorded" : "elsewhere",
    );
    return reconcileIncidents(subjectOf(kind, place), folded[kind], recorded, recordedAt, elsewhere);
  });
}

const subjectOf = (kind: VerdictKind, { zone, plant, station, parameter }: Place): IncidentSubject => ({
  kind,
  zone,
  plant,
  station,
  parameter,
});
