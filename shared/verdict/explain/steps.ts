/**
 * The way from tallies to an outcome, formula by formula with its numbers filled in. In: one window and its readings; out:
 * steps. It repeats no decision: results are the verdict's own where it has them. Pure.
 */
import { kgOf, m3Of } from "#shared/coverage/amounts.ts";
import type { Tally } from "#shared/coverage/tally.ts";
import { INFLOW, OUTFLOW } from "#shared/coverage/tally-windows.ts";
import { decimal } from "#shared/limit/decimal.ts";
import type { Limit } from "#shared/limit/limit.ts";
import { findParameter } from "#shared/parameter/parameter.ts";
import type { Rules } from "#shared/registry/schema.ts";
import { DAY_MS } from "#shared/window/calendar.ts";
import { isWindowRule, shapeOf } from "#shared/window/window-rule.ts";
import type { Verdict } from "../verdict.ts";
import { windowPartOf } from "../verdict-name.ts";
import { figure, minutes, minutesOf, range } from "./figure.ts";
import type { OneWindow } from "./judge-one.ts";
import type { ExplainedReading } from "./readings.ts";

export type StepKey =
  | "limit"
  | "owed"
  | "completeness"
  | "mean"
  | "least-mean"
  | "minutes-outside"
  | "amount"
  | "amount-per-day"
  | "amount-scaled"
  | "inflow"
  | "outflow"
  | "difference"
  | "calibrating"
  | "comparison"
  | "ratio";

export interface Step {
  readonly key: StepKey;
  /** With its numbers, in no language: `8100 mg/L·min ÷ 60 min = 135 mg/L`. */
  readonly formula: string;
  readonly result: number | null;
  readonly unit: string;
}

/** So many readings are written out one by one in a mean. */
const MOST_TERMS = 16;
const MINUTE_MS = 60_000;

export function stepsOf(
  one: OneWindow,
  verdict: Verdict,
  rules: Rules,
  readings: readonly ExplainedReading[],
): Step[] {
  const formula = one.limit === undefined ? [] : limitSteps(one.limit);
  return [...formula, ...ownSteps(one, verdict, rules, readings), ...comparisonSteps(one, verdict)];
}

/** Cmax = C × Kq × Kf, where factors apply. */
function limitSteps({ formula, max, min, unit }: Limit): Step[] {
  if (formula === undefined) return [];
  const { c, kq, kf } = formula;
  const product = max ?? min ?? 0;
  return [
    {
      key: "limit",
      formula: `C × Kq × Kf = ${figure(c)} × ${figure(kq)} × ${figure(kf)} = ${figure(product)} ${unit}`,
      result: product,
      unit,
    },
  ];
}

function ownSteps(
  one: OneWindow,
  verdict: Verdict,
  rules: Rules,
  readings: readonly ExplainedReading[],
): Step[] {
  const tally = one.tallyOf(verdict.parameter);
  switch (verdict.statistic) {
    case "value":
      return [];
    case "minutes-calibrating":
      return [
        {
          key: "calibrating",
          formula: `${figure(verdict.value ?? 0)} min`,
          result: verdict.value,
          unit: "min",
        },
      ];
    case "difference":
      return balanceSteps(one, verdict);
    case "load":
      return [
        completenessStep(tally.loadMs, one.connectedMs, verdict, rules),
        ...amountSteps(kgOf(tally.loadSum), tally.loadMs, "kg", one, verdict, rules),
      ];
    case "volume": {
      const known = one.total === undefined ? tally.usableMs : one.total.totalMs;
      const m3 = one.total === undefined ? m3Of(tally.sum) : one.total.totalM3;
      return [
        completenessStep(known, one.connectedMs, verdict, rules),
        ...amountSteps(m3, known, "m³", one, verdict, rules),
      ];
    }
    default: {
      const owedMs = one.connectedMs - tally.idleMs;
      return [
        {
          key: "owed",
          formula: `${minutes(one.connectedMs)} − ${minutes(tally.idleMs)} = ${minutes(owedMs)}`,
          result: minutesOf(owedMs),
          unit: "min",
        },
        completenessStep(tally.usableMs, owedMs, verdict, rules),
        ...(verdict.statistic === "mean"
          ? meanSteps(tally, owedMs, verdict, readings, one.limit)
          : outsideSteps(one, verdict, rules)),
      ];
    }
  }
}

function completenessStep(usableMs: number, ofMs: number, verdict: Verdict, rules: Rules): Step {
  const least = leastOf(verdict.rule, rules);
  const { completeness } = verdict;
  const sign = completeness >= least ? "≥" : "<";
  return {
    key: "completeness",
    formula: `${minutes(usableMs)} ÷ ${minutes(ofMs)} = ${figure(completeness, [least])} ${sign} ${figure(least)}`,
    result: completeness,
    unit: "",
  };
}

export function leastOf(rule: string, { completeness }: Pick<Rules, "completeness">): number {
  const part = windowPartOf(rule);
  return isWindowRule(part) && shapeOf(part).unit === "hour" ? completeness.hour : completeness.day;
}

function meanSteps(
  tally: Tally,
  owedMs: number,
  verdict: Verdict,
  readings: readonly ExplainedReading[],
  limit: Limit | undefined,
): Step[] {
  if (verdict.value === null || tally.usableMs === 0) return [];
  const unit = unitOf(verdict.parameter);
  const used = readings.filter((reading) => reading.used && reading.heldMs > reading.idleMs);
  const terms =
    used.length > MOST_TERMS
      ? ""
      : `(${used.map(({ value, heldMs, idleMs }) => `${figure(value ?? 0)} × ${minutesOf(heldMs - idleMs)}`).join(" + ")}) ÷ ${minutes(tally.usableMs)} = `;
  const beside = [verdict.limitMin, verdict.limitMax];
  const sum = `${figure(tally.sum / MINUTE_MS)} ${unit}·min`;
  const steps: Step[] = [
    {
      key: "mean",
      formula: `${terms}${sum} ÷ ${minutes(tally.usableMs)} = ${figure(verdict.value, beside)} ${unit}`,
      result: verdict.value,
      unit,
    },
  ];
  if (verdict.outcome === "insufficient" || verdict.reason !== "") {
    if (limit?.max === undefined || limit.min !== undefined || owedMs <= 0) return steps;
    const least = decimal(tally.sum / owedMs);
    const sign = least > limit.max ? ">" : "≤";
    steps.push({
      key: "least-mean",
      formula: `${sum} ÷ ${minutes(owedMs)} = ${figure(least, beside)} ${unit} ${sign} ${figure(limit.max)}`,
      result: least,
      unit,
    });
  }
  return steps;
}

function outsideSteps({ limit }: OneWindow, verdict: Verdict, rules: Rules): Step[] {
  if (verdict.value === null) return [];
  const part = windowPartOf(verdict.rule);
  const least = isWindowRule(part) && shapeOf(part).unit === "hour" ? "hour" : "day";
  const enough = rules.minutesOutside[least];
  const sign = verdict.value >= enough ? "≥" : "<";
  return [
    {
      key: "minutes-outside",
      formula: `${limit === undefined ? "" : `${range(limit)}: `}${figure(verdict.value, [enough])} min ${sign} ${figure(enough)} min`,
      result: verdict.value,
      unit: "min",
    },
  ];
}

function amountSteps(
  measured: number,
  knownMs: number,
  unit: "kg" | "m³",
  { connectedMs, window }: OneWindow,
  verdict: Verdict,
  rules: Rules,
): Step[] {
  if (knownMs === 0) return [];
  const dayMs = windowPartOf(verdict.rule) === "day" ? window.to - window.from : DAY_MS;
  const days = Math.max(connectedMs, knownMs) / dayMs;
  const perDay = decimal(measured / days);
  const beside = [verdict.limitMax];
  const steps: Step[] = [
    {
      key: "amount",
      formula: `${figure(measured)} ${unit} · ${minutes(knownMs)}`,
      result: decimal(measured),
      unit,
    },
    {
      key: "amount-per-day",
      formula: `${figure(measured)} ${unit} ÷ ${figure(days)} d = ${figure(perDay, beside)} ${unit}/d`,
      result: perDay,
      unit: `${unit}/d`,
    },
  ];
  if (rules.load.gaps === "scale" && verdict.completeness > 0 && verdict.completeness < 1) {
    const scaled = decimal(measured / days / verdict.completeness);
    steps.push({
      key: "amount-scaled",
      formula: `${figure(perDay, beside)} ${unit}/d ÷ ${figure(verdict.completeness)} = ${figure(scaled, beside)} ${unit}/d`,
      result: scaled,
      unit: `${unit}/d`,
    });
  }
  return steps;
}

function balanceSteps(one: OneWindow, verdict: Verdict): Step[] {
  const meters = ([INFLOW, OUTFLOW] as const).map((parameter): Step & { rate: number } => {
    const { sum, usableMs } = one.tallyOf(parameter);
    const rate = usableMs === 0 ? 0 : sum / usableMs;
    return {
      key: parameter === INFLOW ? "inflow" : "outflow",
      formula: `${figure(m3Of(sum))} m³ ÷ ${minutes(usableMs)} = ${figure(rate)} m³/h`,
      result: decimal(rate),
      unit: "m³/h",
      rate,
    };
  });
  const [inflow, outflow] = meters.map(({ rate }) => figure(rate));
  const steps: Step[] = meters.map(({ rate: _, ...step }) => step);
  if (verdict.value === null) return steps;
  return [
    ...steps,
    {
      key: "difference",
      formula: `|${inflow} − ${outflow}| ÷ ${inflow} = ${figure(verdict.value, [verdict.limitMax])}`,
      result: verdict.value,
      unit: "",
    },
  ];
}

/** The value against the limit; pH has been compared by its minutes. */
function comparisonSteps({ limit }: OneWindow, verdict: Verdict): Step[] {
  const { value, limitMin, limitMax, statistic, ratio } = verdict;
  if (value === null || statistic === "minutes-outside") return [];
  const unit = limit?.unit ?? (statistic === "minutes-calibrating" ? "min" : "");
  const isAbove = limitMax !== null && value > limitMax;
  const isBelow = limitMin !== null && value < limitMin;
  const shown = `${verdict.atLeast ? "≥ " : ""}${figure(value, [limitMin, limitMax])}`;
  const compared = isAbove
    ? `> ${figure(limitMax)}`
    : isBelow
      ? `< ${figure(limitMin)}`
      : limitMin === null
        ? `≤ ${figure(limitMax ?? value)}`
        : limitMax === null
          ? `≥ ${figure(limitMin)}`
          : `∈ ${range({ min: limitMin, max: limitMax })}`;
  const mark = isAbove || isBelow ? "✗" : "✓";
  const steps: Step[] = [
    {
      key: "comparison",
      formula: [shown, compared, unit === "-" ? "" : unit, mark].filter(Boolean).join(" "),
      result: value,
      unit,
    },
  ];
  if (ratio === null || limitMax === null) return steps;
  return [
    ...steps,
    {
      key: "ratio",
      formula: `${figure(value, [limitMax])} ÷ ${figure(limitMax)} = ${figure(ratio, [1])}`,
      result: ratio,
      unit: "",
    },
  ];
}

const unitOf = (parameter: string): string => {
  const unit = findParameter(parameter)?.unit ?? "";
  return unit === "-" ? "" : unit;
};
