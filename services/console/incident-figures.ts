/** The figures of an incident about a limit, in words as the mails say them. In: the incident in full; out: one text each, undefined where the facts say nothing. Pure. */
import type { IncidentFacts } from "#shared/incident/incident.ts";
import type { IncidentDetail } from "#shared/overview/incident-detail.ts";
import type { View } from "./view.ts";
import { limitWords, unitWords } from "./words-of.ts";

type Side = "above" | "outside" | "below";
type Figure = number | null | undefined;

/** "Amoni (tính theo N)". */
export function parameterWords({ incident, basis }: IncidentDetail, { words, language }: View): string {
  const name = incident.parameter?.name[language] ?? "";
  return basis === null ? name : words.incident.parameterAs(name, basis);
}

export function sideOf({ statistic, value, limitMin }: IncidentFacts): Side {
  if (statistic === "minutes-outside") return "outside";
  return isBelow(value, limitMin) ? "below" : "above";
}

/** The value with its unit, or minutes outside the range: pH is never a mean. */
export function measuredWords(detail: IncidentDetail, value: Figure, view: View): string | undefined {
  if (typeof value !== "number") return undefined;
  const { words, format } = view;
  if (detail.facts.statistic === "minutes-outside") {
    return words.incident.minutesOutside(format.number(value, 0), boundsWords(detail.facts, view) ?? "");
  }
  return withUnit(figureWords(detail, value, view), detail);
}

/** The bare figure: one decimal more than the limit, or more where rounding would hide on which side of it the value lies. */
export function figureWords(
  { incident, facts }: IncidentDetail,
  value: number,
  { words, format }: View,
): string {
  if (facts.statistic === "minutes-outside") return words.incident.minutes(format.number(value, 0));
  return format.number(
    value,
    decimalsBeside(value, (incident.parameter?.decimals ?? 0) + 1, [facts.limitMin, facts.limitMax]),
  );
}

const MOST_DECIMALS = 4;

/** So many decimals that a value that is not a limit is not printed as it. */
export function decimalsBeside(value: number, decimals: number, limits: readonly Figure[]): number {
  const others = limits.filter((limit) => typeof limit === "number" && limit !== value);
  let shown = decimals;
  while (shown < MOST_DECIMALS && others.some((limit) => Number(value.toFixed(shown)) === limit)) shown += 1;
  return shown;
}

/** "bằng 1,39 lần giới hạn (vượt 38,8 %)", never "exceeds 1.39 times". */
export function comparisonWords(
  { statistic, limitMin }: IncidentFacts,
  value: Figure,
  ratio: Figure,
  { words, format }: View,
): string | undefined {
  if (statistic === "minutes-outside") return undefined;
  if (isBelow(value, limitMin)) return words.incident.below;
  if (typeof ratio !== "number") return undefined;
  const times = format.number(ratio, 2);
  return ratio > 1
    ? words.incident.ratio(times, format.percent(ratio - 1, 1))
    : words.incident.ratioShort(times);
}

/** "≤ 135 mg/L". */
export function limitText(detail: IncidentDetail, view: View): string | undefined {
  const limit = boundsWords(detail.facts, view);
  return limit === undefined ? undefined : withUnit(limit, detail);
}

export function extremesWords(detail: IncidentDetail, { format }: View): string | undefined {
  const { min, max } = detail.facts;
  if (typeof min !== "number" || typeof max !== "number") return undefined;
  const decimals = (detail.incident.parameter?.decimals ?? 0) + 1;
  return withUnit(`${format.number(min, decimals)} – ${format.number(max, decimals)}`, detail);
}

/** "trung bình giờ, 16:00–17:00 ngày 23/11/2026". */
export function windowWords(
  { rule, statistic, from, to }: IncidentFacts,
  { words, format }: View,
): string | undefined {
  if (rule === undefined) return undefined;
  const named = statistic === "minutes-outside" ? words.incident.minutesWindow : words.incident.window;
  const name = named[ruleOf(rule)];
  return from === undefined || to === undefined ? name : `${name}, ${format.span(from, to)}`;
}

/** "11/12 bản ghi hợp lệ (92 %); hiệu chuẩn 1". */
export function dataWords(facts: IncidentFacts, { words, format }: View): string | undefined {
  const { usable, owed, completeness, calibrating, faulty } = facts;
  if (usable === undefined || owed === undefined) return undefined;
  const share = completeness ?? (owed > 0 ? usable / owed : 0);
  const n = format.plain;
  return [
    words.incident.data(n(usable), n(owed), format.percent(share, 0)),
    calibrating ? words.incident.calibrating(n(calibrating)) : undefined,
    faulty ? words.incident.faulty(n(faulty)) : undefined,
  ]
    .filter((part) => part !== undefined)
    .join("; ");
}

/** Where the limit stands, and how sure that is. */
export function clauseWords({ clause, instrument, confidence }: IncidentFacts, { words }: View) {
  const known: Readonly<Record<string, string>> = words.incident.confidence;
  const basis = clause || instrument;
  const sure = confidence === undefined ? undefined : (known[confidence] ?? confidence);
  return basis && sure ? `${basis} (${sure})` : basis;
}

export function worstWords(detail: IncidentDetail, view: View): string | undefined {
  const { facts } = detail;
  const measured = measuredWords(detail, facts.worstValue, view);
  if (measured === undefined) return undefined;
  const comparison = comparisonWords(facts, facts.worstValue, facts.worstRatio, view);
  const worst = [measured, comparison].filter((part) => part !== undefined).join("; ");
  return facts.worstTo === undefined
    ? worst
    : view.words.incident.worst(worst, view.format.dayTime(facts.worstTo));
}

/** The judgement's own note in this language; an unknown one as it is. */
export function reasonWords(reason: string | undefined, { words }: View): string | undefined {
  const known: Readonly<Record<string, string>> = words.incident.reason;
  return reason ? (known[reason] ?? reason) : undefined;
}

/** The incident that this one turned out to be a part of. */
export function partOf(reason: string | undefined): string | undefined {
  return /^part of incident (\w+)$/.exec(reason ?? "")?.[1];
}

function ruleOf(rule: string): "hour" | "day" | "instant" | "other" {
  const [name] = rule.split(":");
  return name === "hour" || name === "day" || name === "instant" ? name : "other";
}

function boundsWords({ limitMin = null, limitMax = null }: IncidentFacts, view: View): string | undefined {
  return limitWords({ limitMin, limitMax }, view);
}

function isBelow(value: Figure, limitMin: Figure): boolean {
  return typeof value === "number" && typeof limitMin === "number" && value < limitMin;
}

function withUnit(text: string, { incident }: IncidentDetail): string {
  return `${text} ${unitWords(incident.parameter?.unit ?? "-")}`.trim();
}
