/**
 * A figure with its unit beside its limit, as the mails say it. In: a figure (value, what it is, its limits) and its parameter;
 * out: one text each, undefined where the figure says nothing. An incident may have means and loads: a figure's own statistic decides its unit. Pure.
 */
import type { IncidentFacts } from "#shared/incident/incident.ts";
import type { OverviewParameter } from "#shared/overview/overview.ts";
import type { View } from "./view.ts";
import { limitWords, unitWords } from "./words-of.ts";

type Maybe<T> = T | null | undefined;

export interface Figure {
  readonly rule?: Maybe<string>;
  readonly statistic?: Maybe<IncidentFacts["statistic"]>;
  readonly value?: Maybe<number>;
  readonly limitMin?: Maybe<number>;
  readonly limitMax?: Maybe<number>;
  readonly ratio?: Maybe<number>;
  readonly atLeast?: Maybe<boolean>;
}

export type Measured = Pick<OverviewParameter, "unit" | "decimals">;

/** kg or m³ a day: of another unit than the parameter's readings. */
export const isAmount = ({ statistic }: Figure): boolean => statistic === "load" || statistic === "volume";

/** The value with its unit, or minutes outside the range: pH is never a mean. */
export function measuredWords(figure: Figure, parameter: Measured | null, view: View): string | undefined {
  if (typeof figure.value !== "number") return undefined;
  const { words, format } = view;
  if (figure.statistic === "minutes-outside")
    return words.incident.minutesOutside(format.number(figure.value, 0), boundsWords(figure, view) ?? "");
  return withUnit(bareWords(figure, parameter, view), figure, parameter, view);
}

/** The bare figure: one decimal more than the limit, or more where rounding would hide on which side of it the value lies. */
export function bareWords(figure: Figure, parameter: Measured | null, { words, format }: View): string {
  const value = figure.value ?? 0;
  if (figure.statistic === "minutes-outside") return words.incident.minutes(format.number(value, 0));
  const limits = [figure.limitMin, figure.limitMax];
  const shown = format.number(value, decimalsBeside(value, decimalsOf(figure, parameter), limits));
  return figure.atLeast ? words.atLeast(shown) : shown;
}

/** One more than the limit has as printed. */
export function decimalsOf(figure: Figure, parameter: Measured | null): number {
  const usual = isAmount(figure) ? 0 : (parameter?.decimals ?? 0);
  const limits = [figure.limitMin, figure.limitMax].filter((limit) => typeof limit === "number");
  return Math.max(usual, ...limits.map(decimalsIn)) + 1;
}

const decimalsIn = (limit: number): number => String(Number(limit.toFixed(3))).split(".")[1]?.length ?? 0;

const MOST_DECIMALS = 4;

/** So many decimals that a value that is not a limit is not printed as it. */
export function decimalsBeside(
  value: number,
  decimals: number,
  limits: readonly (number | null | undefined)[],
): number {
  const others = limits.filter((limit) => typeof limit === "number" && limit !== value);
  let shown = decimals;
  while (shown < MOST_DECIMALS && others.some((limit) => Number(value.toFixed(shown)) === limit)) shown += 1;
  return shown;
}

/** "bằng 1,39 lần giới hạn (vượt 38,8 %)", never "exceeds 1.39 times". */
export function comparisonWords(figure: Figure, { words, format }: View): string | undefined {
  const { ratio } = figure;
  if (figure.statistic === "minutes-outside") return undefined;
  if (isBelow(figure)) return words.incident.below;
  if (typeof ratio !== "number") return undefined;
  const times = format.number(ratio, 2);
  const said =
    ratio > 1 ? words.incident.ratio(times, format.percent(ratio - 1, 1)) : words.incident.ratioShort(times);
  return figure.atLeast ? words.atLeast(said) : said;
}

/** "≤ 135 mg/L". */
export function limitText(figure: Figure, parameter: Measured | null, view: View): string | undefined {
  const limit = boundsWords(figure, view);
  return limit === undefined ? undefined : withUnit(limit, figure, parameter, view);
}

/** What the figure is of: the parameter as it is called, its load, or the discharge. */
export function subjectWords(figure: Figure, name: string, { words }: View): string {
  if (figure.statistic === "load") return words.incident.load(name);
  return figure.statistic === "volume" ? words.incident.volume : name;
}

export function sideOf(figure: Figure): "above" | "outside" | "below" {
  if (figure.statistic === "minutes-outside") return "outside";
  return isBelow(figure) ? "below" : "above";
}

export function withUnit(text: string, figure: Figure, parameter: Measured | null, { words }: View): string {
  if (figure.statistic === "load") return `${text} ${words.incident.kgPerDay}`;
  if (figure.statistic === "volume") return `${text} ${words.incident.m3PerDay}`;
  return `${text} ${unitWords(parameter?.unit ?? "-")}`.trim();
}

function boundsWords({ limitMin = null, limitMax = null }: Figure, view: View): string | undefined {
  return limitWords({ limitMin, limitMax }, view);
}

function isBelow({ value, limitMin }: Figure): boolean {
  return typeof value === "number" && typeof limitMin === "number" && value < limitMin;
}
