/** The figures of a mail about a limit, in words. In: a scene; out: one piece of text each, undefined where the facts say nothing. */
import { storedBasis } from "#shared/parameter/basis.ts";
import type { AveragedRule } from "./messages.ts";
import type { Scene } from "./scene.ts";

export function shortSubject(scene: Scene): string {
  const { facts, format, words, parameter } = scene;
  const { value, limitMin, limitMax } = facts;
  const name = parameterName(scene);
  if (facts.statistic === "minutes-outside") {
    const [min, max] = rangeOf(scene);
    return words.limit.outsideSubject(name, min, max, format.number(value ?? 0, 0));
  }
  const bound = isBelow(scene) ? limitMin : limitMax;
  if (typeof value !== "number" || typeof bound !== "number") return name;
  const shown = format.value(value, decimalsOf(scene), [limitMin, limitMax]);
  const sign = isBelow(scene) ? "<" : ">";
  return `${name} ${shown} ${sign} ${format.limit(bound)}${words.unit(parameter?.unit ?? "-")}`;
}

/** The value with its unit, or minutes outside the range: pH never as a mean. */
export function measuredText(scene: Scene, value: number | null | undefined): string | undefined {
  const { facts, format, words, parameter } = scene;
  if (typeof value !== "number") return undefined;
  if (facts.statistic === "minutes-outside") {
    const [min, max] = rangeOf(scene);
    return words.minutesOutside(format.number(value, 0), min, max);
  }
  const shown = format.value(value, decimalsOf(scene), [facts.limitMin, facts.limitMax]);
  return `${shown}${words.unit(parameter?.unit ?? "-")}`;
}

export function comparisonText(
  scene: Scene,
  value: number | null | undefined,
  ratio: number | null | undefined,
): string | undefined {
  const { facts, format, words } = scene;
  if (facts.statistic === "minutes-outside") return undefined;
  if (typeof value === "number" && typeof facts.limitMin === "number" && value < facts.limitMin)
    return words.below;
  if (typeof ratio !== "number") return undefined;
  const times = format.number(ratio, 2);
  return ratio > 1 ? words.ratio(times, format.percent(ratio - 1, 1)) : words.ratioShort(times);
}

export function limitText(scene: Scene): string | undefined {
  const { facts, format, words, parameter } = scene;
  const { limitMin, limitMax } = facts;
  const unit = words.unit(parameter?.unit ?? "-");
  if (typeof limitMin === "number" && typeof limitMax === "number") {
    return words.limitRange(format.limit(limitMin), format.limit(limitMax)) + unit;
  }
  if (typeof limitMax === "number") return words.limitMax(format.limit(limitMax)) + unit;
  return typeof limitMin === "number" ? words.limitMin(format.limit(limitMin)) + unit : undefined;
}

export function extremesText(scene: Scene): string | undefined {
  const { facts, format, words } = scene;
  if (typeof facts.min !== "number" || typeof facts.max !== "number") return undefined;
  const shown = (value: number) => format.number(value, decimalsOf(scene));
  return words.extremes(shown(facts.min), shown(facts.max)) + words.unit(scene.parameter?.unit ?? "-");
}

export function seriesText(scene: Scene): string | undefined {
  const { facts, format } = scene;
  if (facts.series === undefined || facts.series.length < 2) return undefined;
  const decimals = facts.statistic === "minutes-outside" ? 0 : decimalsOf(scene);
  return facts.series
    .map(({ value }) => (value === null ? "–" : format.value(value, decimals, [facts.limitMax])))
    .join(" · ");
}

export function dataText(scene: Scene): string | undefined {
  const { facts, format, words } = scene;
  const { usable, owed, completeness } = facts;
  if (usable === undefined || owed === undefined) return undefined;
  const count = (value: number) => format.number(value, 0);
  const share = completeness ?? (owed > 0 ? usable / owed : 0);
  return [
    words.data(count(usable), count(owed), format.percent(share, 0)),
    facts.calibrating ? words.calibrating(count(facts.calibrating)) : "",
    facts.faulty ? words.faulty(count(facts.faulty)) : "",
  ]
    .filter(Boolean)
    .join("; ");
}

export function clauseText(scene: Scene): string | undefined {
  const { clause, confidence, instrument } = scene.facts;
  const words = confidence === undefined ? undefined : (scene.words.confidence[confidence] ?? confidence);
  const basis = clause || instrument;
  return basis && words ? `${basis} (${words})` : basis;
}

export function windowText(scene: Scene): string {
  const { words, facts } = scene;
  return (facts.statistic === "minutes-outside" ? words.minutesWindow : words.window)[ruleOf(scene)];
}

export function ruleOf(scene: Scene): AveragedRule {
  const rule = scene.facts.rule?.split(":")[0];
  return rule === "hour" || rule === "day" || rule === "instant" ? rule : "other";
}

function isBelow({ facts }: Scene): boolean {
  return (
    typeof facts.value === "number" && typeof facts.limitMin === "number" && facts.value < facts.limitMin
  );
}

export function sideOf(scene: Scene): "above" | "outside" | "below" {
  if (scene.facts.statistic === "minutes-outside") return "outside";
  return isBelow(scene) ? "below" : "above";
}

function rangeOf({ facts, format }: Scene): [string, string] {
  const bound = (value: number | null | undefined) => (typeof value === "number" ? format.limit(value) : "…");
  return [bound(facts.limitMin), bound(facts.limitMax)];
}

/** Values print one decimal more than the limit (trade practice 2). */
function decimalsOf({ parameter }: Scene): number {
  return (parameter?.decimals ?? 0) + 1;
}

export function parameterName({ parameter, event, words, recipient }: Scene): string {
  const name = parameter?.name[recipient.contact.language] ?? event.parameter ?? "";
  const basis = storedBasis(event.parameter ?? "");
  return basis === undefined ? name : words.parameterAs(name, basis);
}

export const zoneName = ({ zone, recipient }: Scene) => zone.name[recipient.contact.language];
export const stationName = ({ station, event, recipient }: Scene) =>
  station?.name[recipient.contact.language] ?? event.station ?? "";
export const capitalised = (text: string) => text.charAt(0).toLocaleUpperCase() + text.slice(1);
