/** Single readings against the limit: level 0, a tile and no more. In: a sample; out: a verdict for each reading that breaks its limit. Pure. */
import { canIdle, OUTFLOW } from "#shared/coverage/tally-windows.ts";
import { breaks, type Limit, ratioTo } from "#shared/limit/limit.ts";
import { isUsable, type Sample } from "#shared/reading/sample.ts";
import type { Rules } from "#shared/registry/schema.ts";
import { severityOfDistance, severityOfRatio } from "./severity.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Only broken limits are kept: "within" follows from the reading and its limit. Each record is judged by itself, so that
 * the order of arrival changes nothing: idle where its own flow says so, and not withheld after calibrating.
 */
export function judgeInstants(
  sample: Pick<Sample, "zone" | "plant" | "station" | "time" | "readings">,
  limitsFor: (parameter: string) => readonly Limit[],
  rules: Pick<Rules, "severity" | "noDischarge">,
): Verdict[] {
  const verdicts: Verdict[] = [];
  const outflow = sample.readings.find(({ parameter }) => parameter === OUTFLOW);
  const isIdle =
    outflow !== undefined && isUsable(outflow) && (outflow.value as number) <= rules.noDischarge.below;
  for (const reading of sample.readings) {
    const { value } = reading;
    if (value === null || !isUsable(reading)) continue;
    if (isIdle && canIdle(reading.parameter)) continue;
    for (const limit of limitsFor(reading.parameter)) {
      if (limit.quantity !== "value" || limit.over !== undefined) continue;
      if (limit.purpose === "would-be" || !breaks(value, limit)) continue;
      const ratio = ratioTo(value, limit);
      verdicts.push({
        zone: sample.zone,
        plant: sample.plant,
        station: sample.station,
        parameter: reading.parameter,
        rule: "instant",
        from: sample.time,
        to: sample.time,
        outcome: "exceeded",
        value,
        statistic: "value",
        min: value,
        max: value,
        limitMin: limit.min ?? null,
        limitMax: limit.max ?? null,
        atLeast: reading.censored !== undefined,
        ratio,
        severity:
          ratio === null
            ? severityOfDistance(limit, { min: value, max: value }, rules)
            : severityOfRatio(ratio, rules),
        completeness: 1,
        usable: 1,
        owed: 1,
        calibrating: 0,
        faulty: 0,
        instrument: limit.instrument,
        clause: limit.clause,
        confidence: limit.confidence,
        acting: true,
        reason: "",
      });
    }
  }
  return verdicts;
}
