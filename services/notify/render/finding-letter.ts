/** The mail about the data of a parameter: too many days without a verdict, calibrating that hides. In: a scene; out: a letter with what was found and what that means. */
import { parameterName } from "./figure.ts";
import type { Letter } from "./layout.ts";
import {
  closingRows,
  endOf,
  frameOf,
  lateText,
  placeRows,
  type Scene,
  spanText,
  stateText,
  subjectOf,
  subjectTime,
} from "./scene.ts";

export function findingLetter(scene: Scene): Letter {
  const { words, event, facts, zone, recipient } = scene;
  const kind = event.kind === "low-availability" ? "availability" : "calibration";
  const { subject, headline, closed, withdrawn, meaning, closedMeaning, closedSubject } = words.finding[kind];
  const name = parameterName(scene);
  const ended = recipient.reading === "ending";
  const isWithdrawn = event.transition === "withdrawn";
  const until = event.closedAt ?? event.at;
  const what = ended ? (isWithdrawn ? withdrawn : closed) : headline;
  return {
    ...frameOf(scene),
    subject: subjectOf(scene, [
      subject(name),
      zone.name[recipient.contact.language],
      subjectTime(scene, ended ? endOf(scene) : event.at, "day"),
      ended ? (isWithdrawn ? words.finding.withdrawnSubject : closedSubject) : undefined,
    ]),
    headline: what(name),
    paragraphs: isWithdrawn ? [] : [ended ? closedMeaning : meaning],
    rows: [
      ...placeRows(scene),
      [words.label.matter, name],
      [words.label.period, until > event.startedAt ? spanText(scene, event.startedAt, until) : undefined],
      [words.label.when, lateText(scene, event.at)],
      [words.label.found, isWithdrawn ? undefined : foundText(scene, kind)],
      [words.label.state, isWithdrawn ? undefined : stateText(scene, facts.to)],
      ...closingRows(scene),
    ],
  };
}

/** Insufficient days of those looked at, or minutes of calibrating beside those expected. */
function foundText(scene: Scene, kind: "availability" | "calibration"): string | undefined {
  const { words, event, format, registry } = scene;
  const { value, limitMax } = event.facts;
  if (value == null) return undefined;
  const allowed = kind === "availability" ? registry.settings.rules.availability.of : limitMax;
  return words.finding[kind].figure(
    format.number(value, 0),
    allowed == null ? "–" : format.number(allowed, 0),
  );
}
