/** Findings of a station's day that are no comparison with a limit. In: the day's tallies and time; out: verdicts. Pure. */
import { emptyTally, type Tally } from "#shared/coverage/tally.ts";
import { type Coverage, INFLOW, OUTFLOW } from "#shared/coverage/tally-windows.ts";
import type { LimitLookup } from "#shared/limit/limit-lookup.ts";
import type { Rules } from "#shared/registry/schema.ts";
import type { Station } from "#shared/station/station.ts";
import type { Window } from "#shared/window/calendar.ts";
import type { Verdict } from "../verdict.ts";
import { judgeCalibration } from "./calibration.ts";
import { balanceFlows } from "./flow-balance.ts";

interface Day {
  readonly station: Station;
  readonly window: Window;
  readonly connectedMs: number;
  readonly tallyOf: (parameter: string) => Tally;
  readonly coverage: Coverage;
  readonly limits: LimitLookup;
  readonly rules: Rules;
}

export function judgeFindings(day: Day): Verdict[] {
  const found: Verdict[] = [];
  for (const parameter of Object.keys(day.station.parameters)) {
    const verdict = calibrationOf(day, parameter);
    if (verdict !== undefined) found.push(verdict);
  }
  const balance = flowBalanceOf(day);
  return balance === undefined ? found : [...found, balance];
}

function calibrationOf(day: Day, parameter: string): Verdict | undefined {
  const { coverage, station, window, limits, rules } = day;
  const times = coverage.held.get(parameter);
  const instrument = station.parameters[parameter]?.instrument ?? "probe";
  if (times === undefined) return undefined;
  const limit = limits(parameter, window.to - 1).find(
    ({ purpose, quantity }) => purpose !== "would-be" && quantity === "value",
  );
  const calibration = judgeCalibration(times, window, instrument, limit, rules);
  if (calibration === undefined) return undefined;
  return {
    ...findingOf(day, parameter, day.tallyOf(parameter)),
    rule: "calibration",
    outcome: calibration.outcome,
    value: calibration.minutes,
    statistic: "minutes-calibrating",
    limitMax: calibration.allowedMinutes,
    ratio: calibration.minutes / calibration.allowedMinutes,
    completeness: 1,
    acting: true,
    reason: calibration.reason,
  };
}

function flowBalanceOf(day: Day): Verdict | undefined {
  const { station, coverage, window, connectedMs, rules } = day;
  if (station.parameters[INFLOW] === undefined || station.parameters[OUTFLOW] === undefined) return undefined;
  const meter = (parameter: string) => ({
    tally: day.tallyOf(parameter),
    times: coverage.held.get(parameter),
  });
  const balance = balanceFlows(meter(INFLOW), meter(OUTFLOW), window, connectedMs, rules);
  const { maxDifference } = rules.flowBalance;
  return {
    ...findingOf(day, OUTFLOW, emptyTally()),
    rule: "flow-balance",
    outcome: balance.outcome,
    value: balance.value,
    statistic: "difference",
    limitMax: maxDifference,
    ratio: balance.value === null ? null : balance.value / maxDifference,
    completeness: balance.completeness,
    acting: false,
    reason: balance.reason,
  };
}

/** What findings have in common: rules of this project, no law. */
function findingOf({ station, window, connectedMs }: Day, parameter: string, tally: Tally) {
  return {
    zone: station.zone,
    plant: station.plant,
    station: station.id,
    parameter,
    from: window.from,
    to: window.to,
    atLeast: false,
    min: null,
    max: null,
    limitMin: null,
    severity: 0,
    usable: tally.usable,
    owed: Math.max(1, Math.round(connectedMs / station.intervalMs)),
    calibrating: tally.calibrating,
    faulty: tally.faulty,
    instrument: "rules",
    clause: "",
    confidence: "project-rule",
  } as const;
}
