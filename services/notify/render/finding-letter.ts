/** The mail about the data of a parameter: too many days without a verdict, calibrating that hides. In: a scene; out: a letter with what was found and what that means. */
import type { Letter } from "./layout.ts";
import { closingRows, endOf, frameOf, placeRows, type Scene, subjectOf, subjectTime } from "./scene.ts";

export function findingLetter(scene: Scene): Letter {
  const { words, event, facts, format, zone, parameter, recipient } = scene;
  const { language } = recipient.contact;
  const kind = event.kind === "low-availability" ? "availability" : "calibration";
  const { subject, headline, meaning, figure } = words.finding[kind];
  const name = parameter?.name[language] ?? event.parameter ?? "";
  const ended = recipient.reading === "ending";
  const isOver = ended && event.transition !== "withdrawn";
  return {
    ...frameOf(scene),
    subject: subjectOf(scene, [
      subject(name),
      zone.name[language],
      subjectTime(scene, ended ? endOf(scene) : event.at),
      isOver ? words.finding.closedSubject : ended ? words.finding.withdrawnSubject : undefined,
    ]),
    headline: headline(name),
    paragraphs: [meaning],
    rows: [
      ...placeRows(scene),
      [words.label.matter, name],
      [
        words.label.period,
        words.spanOver(format.dateTime(event.startedAt), format.dateTime(event.closedAt ?? event.at)),
      ],
      [
        words.label.value,
        facts.value == null
          ? undefined
          : figure(
              format.number(facts.value, 0),
              facts.limitMax == null ? "" : format.number(facts.limitMax, 0),
            ),
      ],
      ...closingRows(scene),
    ],
  };
}
