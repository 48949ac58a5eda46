/**
 * Parameters that a station owes and does not send. In: when each last gave a value, and the station's newest record;
 * out: a finding each. Measured against the station's own records: who is silent or behind as a whole owes nothing here.
 */
import type { Rules, StationParameter } from "#shared/registry/schema.ts";
import { cycleMsOf } from "#shared/station/cycle.ts";
import type { Station } from "#shared/station/station.ts";
import { type Finding, type Held, held, levelOf } from "./finding.ts";
import type { Heard } from "./heard.ts";

type StationOf = Pick<Station, "intervalMs" | "parameters">;

const never = { valueAt: Number.NEGATIVE_INFINITY, faultAt: Number.NEGATIVE_INFINITY };

/** Every so many ms a result is owed: a record's interval, an analyser's cycle; undefined: nothing is owed (laboratory). */
export function owedEveryMs(
  parameter: string,
  declared: StationParameter,
  { intervalMs }: Pick<Station, "intervalMs">,
): number | undefined {
  return declared.instrument === "laboratory" ? undefined : cycleMsOf(parameter, declared, intervalMs);
}

/**
 * @param owedFrom  nothing is owed before: the day of connection, or the end of a silence of the whole station, ms since epoch
 * @param isOpen  whether one is open of a parameter: only a value ends it
 */
export function judgeSilentParameters(
  station: StationOf,
  heard: Pick<Heard, "time" | "firstAt" | "parameters">,
  owedFrom: number,
  rules: Rules["silentParameter"],
  isOpen: (parameter: string) => boolean,
): (Finding | Held)[] {
  const findings: (Finding | Held)[] = [];
  for (const parameter in station.parameters) {
    const every = owedEveryMs(parameter, station.parameters[parameter] as StationParameter, station);
    if (every === undefined) continue;
    const { valueAt, faultAt } = heard.parameters.get(parameter) ?? never;
    const known = Number.isFinite(valueAt) ? valueAt : heard.firstAt;
    const due = Math.max(known, owedFrom) + every;
    const overdue = heard.time - due;
    // as many times longer as its results are rarer than records
    const times = every / station.intervalMs;
    if (overdue <= rules.openAfter * times) {
      const hasValue = heard.time - valueAt - every <= rules.openAfter * times;
      if (!hasValue && isOpen(parameter)) findings.push(held("silent-parameter", parameter));
      continue;
    }
    const isFault = faultAt > valueAt && overdue > rules.faultAfter;
    const level = levelOf(overdue, rules, times);
    findings.push({
      kind: "silent-parameter",
      parameter,
      level: isFault && level === 0 ? 1 : level,
      since: due,
      facts: {
        reason: isFault ? "device fault" : "no value in its records",
        lastRecordAt: heard.time,
        presence: { lastValueAt: Number.isFinite(valueAt) ? valueAt : null, owedEveryMs: every },
      },
    });
  }
  return findings;
}
