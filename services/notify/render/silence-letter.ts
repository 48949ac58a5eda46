/** The mail about a silent station. In: a scene; out: a letter with its last record, since when, what it owes and what that means. */
import type { Letter } from "./layout.ts";
import {
  closingRows,
  endOf,
  frameOf,
  lateText,
  placeRows,
  type Scene,
  subjectOf,
  subjectTime,
} from "./scene.ts";

export function silenceLetter(scene: Scene): Letter {
  const { words, event, facts, format, station, zone, recipient } = scene;
  const { language } = recipient.contact;
  const { silence } = words;
  const name = station?.name[language] ?? event.station ?? "";
  const ended = recipient.reading === "ending";
  const withdrawn = event.transition === "withdrawn";
  const lasting = silence.lasting(
    words.duration(Math.max(0, (ended ? endOf(scene) : event.at) - event.startedAt)),
  );
  const headline = {
    opening: silence.opened,
    worsening: silence.worsened,
    reopening: silence.reopened,
    ending: withdrawn ? silence.withdrawn : silence.closed,
  }[recipient.reading];
  const last = facts.lastRecordAt ?? lastRecordOf(scene);
  return {
    ...frameOf(scene),
    subject: subjectOf(scene, [
      silence.subject(name),
      zone.name[language],
      ended ? subjectTime(scene, endOf(scene)) : silence.sinceSubject(subjectTime(scene, event.startedAt)),
      ended ? (withdrawn ? silence.withdrawnSubject : silence.closedSubject) : undefined,
    ]),
    headline: headline(name),
    paragraphs: [...(withdrawn ? [] : [ended ? silence.closedMeaning : silence.meaning])],
    rows: [
      ...placeRows(scene),
      ended
        ? [
            words.label.period,
            `${words.spanOver(format.dateTime(event.startedAt), format.dateTime(endOf(scene)))} (${lasting})`,
          ]
        : [words.label.silentSince, `${format.dateTime(event.startedAt)} (${lasting})`],
      [words.label.when, lateText(scene, event.at)],
      [words.label.lastRecord, ended ? undefined : last === null ? silence.never : format.dateTime(last)],
      [
        words.label.owed,
        station === undefined ? undefined : silence.owed(words.duration(station.intervalMs)),
      ],
      ...closingRows(scene),
    ],
  };
}

/** The newest event that says when the last record came; null: none ever. */
function lastRecordOf({ events }: Scene): number | null {
  return events.findLast(({ facts }) => facts.lastRecordAt != null)?.facts.lastRecordAt ?? null;
}
