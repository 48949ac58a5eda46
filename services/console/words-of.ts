/** Figures and limits as short phrases. Pure. */
import type { OverviewIncident, OverviewParameter } from "#shared/overview/overview.ts";
import type { View } from "./view.ts";

type Bounds = Pick<OverviewParameter, "limitMin" | "limitMax">;

/** "≤ 135", "5,5 – 9", or undefined without a limit. */
export function limitWords({ limitMin, limitMax }: Bounds, { words, format }: View): string | undefined {
  if (limitMin !== null && limitMax !== null) {
    return words.limitRange(format.plain(limitMin), format.plain(limitMax));
  }
  if (limitMax !== null) return words.limitMax(format.plain(limitMax));
  if (limitMin !== null) return words.limitMin(format.plain(limitMin));
  return undefined;
}

export function unitWords(unit: string): string {
  return unit === "-" ? "" : unit;
}

/** A value with one decimal more than its limit, and its unit. */
export function valueWords(
  value: number | null,
  { unit, decimals }: Pick<OverviewParameter, "unit" | "decimals">,
  { format }: View,
): string {
  if (value === null) return "–";
  return `${format.number(value, decimals + 1)} ${unitWords(unit)}`.trim();
}

/** What an incident is about, in a few words: "COD 187,4 mg/L, trung bình giờ". */
export function incidentWords(incident: OverviewIncident, view: View): string {
  const { words, format, language } = view;
  if (incident.kind === "missing-plant") return words.incidents.missing;
  if (incident.kind === "silent-station") return words.incidents.silent;
  if (incident.kind === "ledger") return words.engineer.incident;
  if (incident.kind !== "limit") return presenceWords(incident, view);
  const name = incident.parameter?.name[language] ?? "";
  if (incident.statistic === "minutes-outside") {
    return `${name} ${words.incidents.minutesOutside(format.plain(Math.round(incident.value ?? 0)))}`;
  }
  if (incident.parameter === null || incident.value === null) return name;
  return `${name} ${valueWords(incident.value, incident.parameter, view)}`;
}

/** What is missing of a station: "COD: không có giá trị". */
export function presenceWords(
  { kind, parameter }: Pick<OverviewIncident, "kind" | "parameter">,
  { words, language }: View,
): string {
  const known: Readonly<Partial<Record<typeof kind, string>>> = words.incidents.presence;
  const what = known[kind] ?? kind;
  return parameter === null ? what : `${parameter.name[language]}: ${what}`;
}

/** "trung bình giờ" for the rules we have words for. */
export function ruleWords(incident: OverviewIncident, { words }: View): string | undefined {
  if (incident.statistic === "minutes-outside") return undefined;
  const rule = (incident.rule ?? "").split(":")[0];
  return rule === "hour" || rule === "day" || rule === "instant" ? words.rule[rule] : undefined;
}
