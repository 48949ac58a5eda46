/** The figures of an incident in words as the mails say them. In: the incident in full; out: one text each, undefined where the facts say nothing. Pure. */
import type { IncidentFacts } from "#shared/incident/incident.ts";
import type { IncidentDetail } from "#shared/overview/incident-detail.ts";
import {
  comparisonWords,
  decimalsOf,
  type Figure,
  isAmount,
  measuredWords,
  subjectWords,
  withUnit,
} from "./figure.ts";
import type { View } from "./view.ts";
import { windowName } from "./window-name.ts";

/** "Amoni (tính theo N)". */
export function parameterWords({ incident, basis }: IncidentDetail, { words, language }: View): string {
  const name = incident.parameter?.name[language] ?? "";
  return basis === null ? name : words.incident.parameterAs(name, basis);
}

/** What it is about: the parameter, its load, or the discharge. */
export function matterWords(detail: IncidentDetail, view: View): string {
  return subjectWords(detail.facts, parameterWords(detail, view), view);
}

/** Of the readings; of a load or volume they are of another unit, and say nothing beside it. */
export function extremesWords({ facts, incident }: IncidentDetail, view: View): string | undefined {
  const { min, max } = facts;
  if (isAmount(facts) || typeof min !== "number" || typeof max !== "number") return undefined;
  const decimals = decimalsOf(facts, incident.parameter);
  const highest = view.format.number(max, decimals);
  const shown = facts.atLeast ? view.words.limitMin(highest) : highest;
  return withUnit(`${view.format.number(min, decimals)} – ${shown}`, facts, incident.parameter, view);
}

/** "trung bình giờ, 16:00–17:00 ngày 23/11/2026". */
export function windowWords(
  { rule, statistic, from, to }: IncidentFacts,
  { words, format }: View,
): string | undefined {
  if (rule === undefined) return undefined;
  const name = windowName(rule, statistic, words);
  return from === undefined || to === undefined ? name : `${name}, ${format.span(from, to)}`;
}

/** A share of time and a share of records differ where an analyser reports seldom. */
const SAME_SHARE = 0.02;

/** "11/12 bản ghi hợp lệ (92 %); hiệu chuẩn 1". */
export function dataWords(facts: IncidentFacts, { words, format }: View): string | undefined {
  const { usable, owed, completeness, calibrating, faulty } = facts;
  if (usable === undefined || owed === undefined) return undefined;
  const ofRecords = owed > 0 ? usable / owed : 0;
  const share = completeness ?? ofRecords;
  const n = format.plain;
  const data = Math.abs(share - ofRecords) <= SAME_SHARE ? words.incident.data : words.incident.dataOfTime;
  return [
    data(n(usable), n(owed), format.percent(share, 0)),
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

/** The worst of its life with what it is: it may be a load where hours decide. */
export function worstWords({ facts, incident }: IncidentDetail, view: View): string | undefined {
  const { rule, statistic, limitMin, limitMax, worst, worstValue, worstRatio, worstTo } = facts;
  const figure: Figure = {
    ...(worst ?? { rule, statistic, limitMin, limitMax }),
    value: worstValue,
    ratio: worstRatio,
  };
  const measured = measuredWords(figure, incident.parameter, view);
  if (measured === undefined) return undefined;
  const isOther = worst !== undefined && worst.rule !== rule;
  const name = isOther ? windowName(worst.rule, worst.statistic, view.words) : undefined;
  const said = [measured, comparisonWords(figure, view), name]
    .filter((part) => part !== undefined)
    .join("; ");
  return worstTo === undefined ? said : view.words.incident.worst(said, view.format.dayTime(worstTo));
}

/** The gravest step it reached; a scale to sort by. */
export function severityWords({ severity, worst }: IncidentFacts, { words, format }: View) {
  const step = Math.max(severity ?? 0, worst?.severity ?? 0);
  return step === 0 ? undefined : words.incident.severity(format.plain(step));
}

/** What was found of the data: insufficient days, or minutes of calibrating. */
export function foundWords({ statistic, value, limitMax }: IncidentFacts, { words, format }: View) {
  if (typeof value !== "number") return undefined;
  const found = format.number(value, 0);
  if (statistic !== "minutes-calibrating") return words.incident.insufficientDays(found);
  return words.incident.calibratingFor(found, format.plain(limitMax ?? 0));
}

/** Notes with a figure in them. */
const figured = [
  ["nearLimit", /^calibrating began when the hour before was at (\d+) % of the limit$/],
  ["inflowAlone", /^inflow without outflow for ([\d.]+) h$/],
] as const;

/** The judgement's own note in this language; an unknown one as it is. */
export function reasonWords(reason: string | undefined, { words, format }: View): string | undefined {
  for (const [key, form] of figured) {
    const figure = form.exec(reason ?? "")?.[1];
    if (figure !== undefined) return words.incident[key](format.plain(Number(figure)));
  }
  const known: Readonly<Record<string, string>> = words.incident.reason;
  return reason ? (known[reason] ?? reason) : undefined;
}

/** The incident that this one turned out to be a part of. */
export function partOf(reason: string | undefined): string | undefined {
  return /^part of incident (\w+)$/.exec(reason ?? "")?.[1];
}
