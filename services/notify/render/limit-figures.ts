/** What a mail about a limit says beside its figure. In: a scene; out: one piece of text each, undefined where the facts say nothing. */
import {
  decimalsOf,
  type Figure,
  figureName,
  isAmount,
  isBelow,
  unitText,
  valueText,
  windowText,
} from "./figure.ts";
import type { Scene } from "./scene.ts";

/** "COD 187,4 > 135 mg/L" */
export function shortSubject(scene: Scene): string {
  const { facts, format, words } = scene;
  const { value, limitMin, limitMax } = facts;
  const name = figureName(scene, facts);
  if (facts.statistic === "minutes-outside") {
    const [min = "", max = ""] = [limitMin, limitMax].map((limit) =>
      limit == null ? "" : format.limit(limit),
    );
    return words.limit.outsideSubject(name, min, max, format.number(value ?? 0, 0));
  }
  const bound = isBelow(facts) ? limitMin : limitMax;
  if (typeof value !== "number" || typeof bound !== "number") return name;
  const shown = valueText(scene, facts);
  const sign = isBelow(facts) ? "<" : ">";
  const unit = unitText(scene, facts);
  return `${name} ${facts.atLeast ? words.atLeast(shown) : shown} ${sign} ${format.limit(bound)}${unit}`;
}

/** Of the readings; of a load or volume they are of another unit, and say nothing beside it. */
export function extremesText(scene: Scene): string | undefined {
  const { facts, format, words, parameter } = scene;
  if (isAmount(facts) || typeof facts.min !== "number" || typeof facts.max !== "number") return undefined;
  const shown = (value: number) => format.number(value, decimalsOf(parameter, facts));
  const highest = `${facts.atLeast ? "≥ " : ""}${shown(facts.max)}`;
  return words.extremes(shown(facts.min), highest) + unitText(scene, facts);
}

/** Of one rule, so all of one unit. */
export function seriesText(scene: Scene): string | undefined {
  const { facts, format } = scene;
  if (facts.series === undefined || facts.series.length < 2) return undefined;
  const isMinutes = facts.statistic === "minutes-outside";
  return facts.series
    .map(({ value, atLeast }) => {
      if (value === null) return "–";
      const shown = isMinutes ? format.number(value, 0) : valueText(scene, { ...facts, value });
      return `${atLeast ? "≥ " : ""}${shown}`;
    })
    .join(" · ");
}

/** A share of time and a share of records differ where an analyser reports seldom. */
const SAME_SHARE = 0.02;

export function dataText(scene: Scene): string | undefined {
  const { facts, format, words } = scene;
  const { usable, owed, completeness } = facts;
  if (usable === undefined || owed === undefined) return undefined;
  const count = (value: number) => format.number(value, 0);
  const ofRecords = owed > 0 ? usable / owed : 0;
  const share = completeness ?? ofRecords;
  const percent = format.percent(share, 0);
  const isOfRecords = Math.abs(share - ofRecords) <= SAME_SHARE;
  return [
    words.data(count(usable), count(owed), isOfRecords ? percent : words.ofTime(percent)),
    facts.calibrating ? words.calibrating(count(facts.calibrating)) : "",
    facts.faulty ? words.faulty(count(facts.faulty)) : "",
  ]
    .filter(Boolean)
    .join("; ");
}

export function clauseText(scene: Scene, { clause, confidence, instrument } = scene.facts) {
  const words = confidence === undefined ? undefined : (scene.words.confidence[confidence] ?? confidence);
  const basis = clause || instrument;
  return basis && words ? `${basis} (${words})` : basis;
}

/** Each limit that one of the figures is compared with; named by its window where there are several. */
export function limitsText(scene: Scene, limits: readonly (readonly [Figure, string | undefined])[]) {
  const known = limits.filter((limit): limit is [Figure, string] => limit[1] !== undefined);
  const different = [...new Map(known.map((limit) => [limit[1], limit])).values()];
  if (different.length <= 1) return different[0]?.[1];
  return different
    .map(([figure, text]) => scene.words.limit.limitOf(text, windowText(scene, figure)))
    .join("; ");
}

export const zoneName = ({ zone, recipient }: Scene) => zone.name[recipient.contact.language];
export const stationName = ({ station, event, recipient }: Scene) =>
  station?.name[recipient.contact.language] ?? event.station ?? "";
export const capitalised = (text: string) => text.charAt(0).toLocaleUpperCase() + text.slice(1);
