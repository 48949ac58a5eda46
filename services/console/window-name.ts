/** What a window is called. In: rule and statistic of a figure; out: "trung bình 30 ngày", "daily load". Pure. */
import type { IncidentFacts } from "#shared/incident/incident.ts";
import type { Dictionary } from "./i18n/language.ts";

type Rule = string | null | undefined;
export type WindowUnit = "hour" | "day" | "month" | "instant";

const ROLLING = /^(\d+)([hd])$/;

/** `load-day` is of days, `30d:qcvn-40-2011/A` too; undefined for rules of later versions. */
export function unitOfRule(rule: Rule): WindowUnit | undefined {
  const name = plainName(rule);
  const letter = ROLLING.exec(name)?.[2];
  if (letter !== undefined) return letter === "h" ? "hour" : "day";
  return name === "hour" || name === "day" || name === "month" || name === "instant" ? name : undefined;
}

/** How many hours or days a window looks back at; 1 for those of the calendar. */
export function lengthOfRule(rule: Rule): number {
  return Number(ROLLING.exec(plainName(rule))?.[1] ?? 1);
}

export function windowName(
  rule: Rule,
  statistic: IncidentFacts["statistic"] | null,
  { incident: { window } }: Dictionary,
): string {
  const unit = unitOfRule(rule);
  if (unit === "instant") return window.instant;
  const known = statistic === "minutes-outside" || statistic === "load" || statistic === "volume";
  const names = window[known ? statistic : "mean"];
  const length = lengthOfRule(rule);
  if (length > 1) return unit === "hour" ? names.hours(String(length)) : names.days(String(length));
  return unit === undefined ? names.other : names[unit];
}

const plainName = (rule: Rule): string => (rule ?? "").split(":")[0]?.replace(/^(load|volume)-/, "") ?? "";
