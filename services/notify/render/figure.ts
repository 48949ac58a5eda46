/** One figure of a mail about a limit, with what it is compared with. In: a scene and the figure; out: a piece of text each, undefined where the figure says nothing. */
import type { IncidentFacts } from "#shared/incident/incident.ts";
import { storedBasis } from "#shared/parameter/basis.ts";
import { shapeOfRule } from "#shared/verdict/rule-shape.ts";
import type { WindowStatistic } from "./messages.ts";
import type { Scene } from "./scene.ts";

/** A value, what it is and its limits: those belong together, since an incident may have means and loads. */
export type Figure = {
  readonly [Key in "rule" | "statistic" | "value" | "limitMin" | "limitMax" | "ratio" | "atLeast"]?:
    | IncidentFacts[Key]
    | undefined;
};

/** The worst of the incident's life; events of before this was kept have it of the deciding kind. */
export function worstFigure({ facts }: Scene): Figure | undefined {
  if (facts.worstValue === undefined) return undefined;
  const { rule, statistic, limitMin, limitMax } = facts;
  const kind = facts.worst ?? { rule, statistic, limitMin, limitMax };
  return { ...kind, value: facts.worstValue, ratio: facts.worstRatio ?? null };
}

/** The value with its unit, or minutes outside the range: pH never as a mean. */
export function measuredText(scene: Scene, figure: Figure): string | undefined {
  const { format, words } = scene;
  if (typeof figure.value !== "number") return undefined;
  if (figure.statistic === "minutes-outside") {
    return words.minutesOutside(format.number(figure.value, 0), ...rangeOf(scene, figure));
  }
  const value = valueText(scene, figure) + unitText(scene, figure);
  return figure.atLeast ? words.atLeast(value) : value;
}

/** One decimal more than the limit, without unit. */
export function valueText({ format, parameter }: Scene, figure: Figure): string {
  return format.value(figure.value ?? 0, decimalsOf(parameter, figure), [figure.limitMin, figure.limitMax]);
}

export function decimalsOf(parameter: Scene["parameter"], figure: Figure): number {
  const limits = [figure.limitMin, figure.limitMax].filter((limit) => typeof limit === "number");
  const usual = isAmount(figure) ? 0 : (parameter?.decimals ?? 0);
  return Math.max(usual, ...limits.map(decimalsIn)) + 1;
}

/** Of a limit as printed. */
const decimalsIn = (limit: number): number => String(Number(limit.toFixed(3))).split(".")[1]?.length ?? 0;

/** kg or m³ a day: of another unit than the parameter. */
export const isAmount = ({ statistic }: Pick<Figure, "statistic">): boolean =>
  statistic === "load" || statistic === "volume";

export function unitText({ words, parameter }: Scene, { statistic }: Pick<Figure, "statistic">): string {
  if (statistic === "load") return words.unit("kg/day");
  return words.unit(statistic === "volume" ? "m³/day" : (parameter?.unit ?? "-"));
}

export function comparisonText({ format, words }: Scene, figure: Figure): string | undefined {
  const { ratio } = figure;
  if (figure.statistic === "minutes-outside") return undefined;
  if (isBelow(figure)) return words.below;
  if (typeof ratio !== "number") return undefined;
  const times = format.number(ratio, 2);
  const said = ratio > 1 ? words.ratio(times, format.percent(ratio - 1, 1)) : words.ratioShort(times);
  return figure.atLeast ? words.atLeast(said) : said;
}

/** Value and comparison. */
export function figureText(scene: Scene, figure: Figure): string | undefined {
  const measured = measuredText(scene, figure);
  if (measured === undefined) return undefined;
  return [measured, comparisonText(scene, figure)].filter(Boolean).join("; ");
}

export function limitText(scene: Scene, figure: Figure): string | undefined {
  const { format, words } = scene;
  const { limitMin, limitMax } = figure;
  const unit = unitText(scene, figure);
  if (typeof limitMin === "number" && typeof limitMax === "number") {
    return words.limitRange(...rangeOf(scene, figure)) + unit;
  }
  if (typeof limitMax === "number") return words.limitMax(format.limit(limitMax)) + unit;
  return typeof limitMin === "number" ? words.limitMin(format.limit(limitMin)) + unit : undefined;
}

export function windowText({ words }: Scene, { rule, statistic }: Figure): string {
  const shape = shapeOfRule(rule);
  if (shape === "instant") return words.instant;
  const known = statistic === undefined ? undefined : words.window[statistic as WindowStatistic];
  return (known ?? words.window.mean)(shape);
}

/** Whether its window is one of hours, of whole days or a month of the calendar. */
export function unitOfWindow({ rule }: Pick<Figure, "rule">): "hour" | "day" | "month" {
  const shape = shapeOfRule(rule);
  return shape === undefined || shape === "instant" ? "hour" : shape.unit;
}

export function isBelow({ value, limitMin }: Figure): boolean {
  return typeof value === "number" && typeof limitMin === "number" && value < limitMin;
}

export function sideOf(figure: Figure): "above" | "outside" | "below" {
  if (figure.statistic === "minutes-outside") return "outside";
  return isBelow(figure) ? "below" : "above";
}

function rangeOf({ format }: Scene, { limitMin, limitMax }: Figure): [string, string] {
  const shown = (value: number | null | undefined) => (value == null ? "" : format.limit(value));
  return [shown(limitMin), shown(limitMax)];
}

/** What the figure is of: a parameter, its load, the discharge, or a mean of more than a day. */
export function figureName(scene: Scene, figure: Figure): string {
  const { words } = scene;
  const name = parameterName(scene);
  if (figure.statistic === "volume") return words.volume;
  if (figure.statistic === "load") return words.load(name);
  const shape = shapeOfRule(figure.rule);
  const isUsual = shape === undefined || shape === "instant" || (shape.count === 1 && shape.unit !== "month");
  return isUsual || figure.statistic === "minutes-outside"
    ? name
    : words.averaged(name, windowText(scene, figure));
}

export function parameterName({ parameter, event, words, recipient }: Scene): string {
  const name = parameter?.name[recipient.contact.language] ?? event.parameter ?? "";
  const basis = storedBasis(event.parameter ?? "");
  return basis === undefined ? name : words.parameterAs(name, basis);
}
