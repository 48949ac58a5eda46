/** What an incident is about, as short phrases for lists. Pure. */
import type { OverviewIncident } from "#shared/overview/overview.ts";
import { measuredWords, subjectWords } from "./figure.ts";
import type { View } from "./view.ts";
import { windowName } from "./window-name.ts";

/** What an incident is about, in a few words: "COD 187,4 mg/L, trung bình giờ". */
export function incidentWords(incident: OverviewIncident, view: View): string {
  const { words, format, language } = view;
  if (incident.kind === "missing-plant") return words.incidents.missing;
  if (incident.kind === "silent-station") return words.incidents.silent;
  if (incident.kind === "ledger") return words.engineer.incident;
  const name = incident.parameter?.name[language] ?? "";
  if (incident.kind === "low-availability" || incident.kind === "calibration-too-long")
    return words.incident.finding[incident.kind](name);
  if (incident.kind !== "limit") return presenceWords(incident, view);
  if (incident.statistic === "minutes-outside") {
    return `${name} ${words.incidents.minutesOutside(format.plain(Math.round(incident.value ?? 0)))}`;
  }
  const measured = measuredWords(incident, incident.parameter, view);
  return [subjectWords(incident, name, view), measured].filter((part) => part !== undefined).join(" ");
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

/** "trung bình giờ", of an incident about a limit. */
export function ruleWords({ kind, rule, statistic }: OverviewIncident, { words }: View): string | undefined {
  if (kind !== "limit" || rule === null || statistic === "minutes-outside") return undefined;
  return windowName(rule, statistic, words);
}
