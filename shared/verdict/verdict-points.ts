/**
 * Verdicts as points of `verdict` (the newest revision) and `verdict_log` (those it has replaced), and back. Time: the window's
 * start. Most verdicts are never revised, so a country's hour is written once and not twice.
 */
import type { Series } from "#shared/influx/influx.ts";
import { integer, line } from "#shared/influx/line.ts";
import { numberOr, numberOrNull, text, toRows } from "#shared/influx/rows.ts";
import type { Confidence } from "#shared/limit/instruments.ts";
import type { Cause, Outcome, StoredVerdict } from "./verdict.ts";

export function verdictLine(verdict: StoredVerdict): string {
  return line("verdict", tagsOf(verdict), fieldsOf(verdict), verdict.from);
}

/** To be written before, or with, the revision that replaces it. */
export function supersededLine(verdict: StoredVerdict): string {
  const revision = String(verdict.revision).padStart(4, "0");
  return line("verdict_log", { ...tagsOf(verdict), revision }, fieldsOf(verdict), verdict.from);
}

const tagsOf = ({ zone, plant, station, parameter, rule }: StoredVerdict) => ({
  zone,
  plant,
  station,
  parameter,
  rule,
});

function fieldsOf(verdict: StoredVerdict) {
  return {
    outcome: verdict.outcome,
    value: verdict.value,
    statistic: verdict.statistic,
    at_least: verdict.atLeast,
    min: verdict.min,
    max: verdict.max,
    limit_min: verdict.limitMin,
    limit_max: verdict.limitMax,
    ratio: verdict.ratio,
    severity: integer(verdict.severity),
    completeness: verdict.completeness,
    usable: integer(verdict.usable),
    owed: integer(verdict.owed),
    calibrating: integer(verdict.calibrating),
    faulty: integer(verdict.faulty),
    instrument: verdict.instrument,
    clause: verdict.clause,
    confidence: verdict.confidence,
    acting: verdict.acting,
    reason: verdict.reason,
    until: integer(verdict.to),
    revision: integer(verdict.revision),
    judged: integer(verdict.judgedAt),
    registry: verdict.registry,
    judgement: verdict.judgement,
    causes: verdict.causes.join(","),
  };
}

/** Rows of `SELECT * FROM verdict ...` as verdicts, in the order given. */
export function verdictsOf(series: readonly Series[]): StoredVerdict[] {
  return toRows(series).map((row) => ({
    zone: text(row.zone),
    plant: text(row.plant),
    station: text(row.station),
    parameter: text(row.parameter),
    rule: text(row.rule),
    from: numberOr(row.time, 0),
    to: numberOr(row.until, 0),
    outcome: text(row.outcome) as Outcome,
    value: numberOrNull(row.value),
    statistic: text(row.statistic) as StoredVerdict["statistic"],
    atLeast: row.at_least === true,
    min: numberOrNull(row.min),
    max: numberOrNull(row.max),
    limitMin: numberOrNull(row.limit_min),
    limitMax: numberOrNull(row.limit_max),
    ratio: numberOrNull(row.ratio),
    severity: numberOr(row.severity, 0),
    completeness: numberOr(row.completeness, 0),
    usable: numberOr(row.usable, 0),
    owed: numberOr(row.owed, 0),
    calibrating: numberOr(row.calibrating, 0),
    faulty: numberOr(row.faulty, 0),
    instrument: text(row.instrument),
    clause: text(row.clause),
    confidence: text(row.confidence) as Confidence,
    acting: row.acting === true,
    reason: text(row.reason),
    revision: numberOr(typeof row.revision === "string" ? Number(row.revision) : row.revision, 1),
    judgedAt: numberOr(row.judged, 0),
    registry: text(row.registry),
    judgement: text(row.judgement),
    causes: text(row.causes).split(",").filter(Boolean) as Cause[],
  }));
}
