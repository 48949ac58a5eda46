/** All incidents that the verdicts of one station and parameter make, by kind. In: verdicts in any order; out: what stands, folded. Pure. */
import type { Rules } from "#shared/registry/schema.ts";
import { isOver } from "#shared/verdict/judge-window.ts";
import type { Verdict } from "#shared/verdict/verdict.ts";
import type { Instrument } from "./confirmation.ts";
import { foldAvailability, foldCalibration } from "./finding-incidents.ts";
import { findingKinds, type Incident, type IncidentKind } from "./incident.ts";
import { type FoldedIncident, foldLimitIncidents, isOfLimit } from "./limit-incidents.ts";

/** Kinds that follow from verdicts alone. */
export const verdictKinds = ["limit", ...findingKinds] as const satisfies readonly IncidentKind[];
export type VerdictKind = (typeof verdictKinds)[number];

export function foldVerdicts(
  verdicts: readonly Verdict[],
  rules: Rules,
  instrument: Instrument | undefined,
): Readonly<Record<VerdictKind, FoldedIncident[]>> {
  return {
    limit: foldLimitIncidents(verdicts, rules, instrument),
    "low-availability": foldAvailability(verdicts, rules),
    "calibration-too-long": foldCalibration(verdicts),
  };
}

/**
 * Whether verdicts that are new or revised can change what is recorded: most of all verdicts are within, with no incident near.
 * @param recorded incidents of the subject; `from` the start of the earliest of these windows
 */
export function canChange(
  kind: VerdictKind,
  verdicts: readonly Verdict[],
  recorded: readonly Pick<Incident, "openedAt" | "closedAt">[],
  from: number,
): boolean {
  const isNear = recorded.some(({ closedAt }) => closedAt === null || closedAt >= from);
  if (kind === "calibration-too-long")
    return verdicts.some(({ rule, outcome }) => rule === "calibration" && (outcome === "exceeded" || isNear));
  if (kind === "low-availability")
    return verdicts.some(({ rule, outcome }) => rule === "day" && (outcome === "insufficient" || isNear));
  const ofLimit = verdicts.filter(isOfLimit);
  // further readings over the limit tell nothing of what is open already
  if (ofLimit.every(({ rule }) => rule === "instant"))
    return (
      ofLimit.length > 0 && !recorded.some(({ openedAt, closedAt }) => closedAt === null && openedAt <= from)
    );
  return isNear || ofLimit.some((verdict) => isOver(verdict));
}
