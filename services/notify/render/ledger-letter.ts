/** The mail about a ledger that does not balance, to the engineer. In: a scene; out: a letter with plant, hour, counts and difference. */
import type { IncidentFacts } from "#shared/incident/incident.ts";
import type { Letter } from "./layout.ts";
import { endOf, frameOf, type Scene, spanText, subjectOf, subjectTime } from "./scene.ts";

const HOUR_MS = 3_600_000;

export function ledgerLetter(scene: Scene): Letter {
  const { words, event, facts, format, plant, recipient } = scene;
  const { ledger } = words;
  const name = plant?.name[recipient.contact.language] ?? plantWithoutName(scene);
  const ended = recipient.reading === "ending";
  const headline = {
    opening: ledger.opened,
    worsening: ledger.opened,
    reopening: ledger.reopened,
    ending: ledger.closed,
  }[recipient.reading];
  return {
    ...frameOf(scene),
    subject: subjectOf(scene, [
      ledger.subject(name),
      ended ? subjectTime(scene, endOf(scene)) : differenceText(scene, facts.ledger),
      ended ? ledger.closedSubject : subjectTime(scene, event.startedAt),
    ]),
    headline: headline(name),
    paragraphs: [ended ? ledger.closedMeaning : ledger.meaning],
    rows: [
      [words.label.plant, name],
      ...(ended
        ? [
            [
              words.label.period,
              words.spanOver(format.dateTime(event.startedAt), format.dateTime(endOf(scene))),
            ] as const,
          ]
        : countRows(scene)),
    ],
  };
}

function countRows(scene: Scene): Letter["rows"] {
  const { words, facts, format } = scene;
  const { label, accounted, next } = words.ledger;
  const counts = facts.ledger;
  if (counts === undefined) return [];
  const n = (value: number) => format.number(value, 0);
  const parts = {
    stored: n(counts.stored),
    duplicate: n(counts.duplicate),
    conflict: n(counts.conflict),
    quarantined: n(counts.quarantined),
    inJournal: n(counts.inJournal),
  };
  return [
    [label.hour, spanText(scene, counts.hour, counts.hour + HOUR_MS)],
    [label.received, n(counts.received)],
    [label.accounted, accounted(parts)],
    [label.difference, differenceText(scene, counts)],
    [label.hours, n(counts.hours)],
    [label.next, next],
  ];
}

function differenceText({ words, format }: Scene, counts: IncidentFacts["ledger"]): string {
  const balance = counts?.balance ?? 0;
  const count = format.number(Math.abs(balance), 0);
  return balance < 0 ? words.ledger.surplus(count) : words.ledger.missing(count);
}

/** One that was taken out of the registry has its id. */
const plantWithoutName = ({ event, words }: Scene) =>
  event.plant === null || event.plant === "unknown" ? words.ledger.noPlant : event.plant;
