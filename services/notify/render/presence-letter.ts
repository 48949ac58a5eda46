/** The mail about a station that is never seen, late, off in its clock or frozen, or about a parameter it does not send. In: a scene; out: a letter with what, since when, the figures and what that means. */
import type { Letter } from "./layout.ts";
import type { PresenceLetterKind } from "./messages.ts";
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

export function presenceLetter(scene: Scene): Letter {
  const { words, event, format, station, parameter, zone, recipient } = scene;
  const { language } = recipient.contact;
  const { presence } = words;
  const kind = event.kind as PresenceLetterKind;
  const name = station?.name[language] ?? event.station ?? "";
  const place = event.parameter === null ? name : `${parameter?.name[language] ?? event.parameter}, ${name}`;
  const ended = recipient.reading === "ending";
  const withdrawn = event.transition === "withdrawn";
  const what = presence.what[kind];
  const over = withdrawn ? presence.withdrawn(what) : presence.over[kind];
  const headline = {
    opening: what,
    worsening: presence.worsened(what),
    reopening: presence.reopened(what),
    ending: over,
  }[recipient.reading];
  const end = ended ? endOf(scene) : event.at;
  const lasting = presence.lasting(words.duration(Math.max(0, end - event.startedAt)));
  return {
    ...frameOf(scene),
    subject: subjectOf(scene, [
      presence.subject(what, place),
      zone.name[language],
      ended ? subjectTime(scene, end) : presence.sinceSubject(subjectTime(scene, event.startedAt)),
      ended ? (withdrawn ? presence.withdrawnSubject : over) : undefined,
    ]),
    headline: `${place}: ${headline}`,
    paragraphs: ended ? [] : [presence.meaning[kind]],
    rows: [
      ...placeRows(scene),
      [
        words.label.period,
        ended
          ? `${words.spanOver(format.dateTime(event.startedAt), format.dateTime(end))} (${lasting})`
          : undefined,
      ],
      [presence.label.since, ended ? undefined : `${format.dateTime(event.startedAt)} (${lasting})`],
      [words.label.when, lateText(scene, event.at)],
      ...figureRows[kind](scene),
      ...closingRows(scene),
    ],
  };
}

type Rows = Letter["rows"];

const figureRows: Record<PresenceLetterKind, (scene: Scene) => Rows> = {
  "never-seen": ({ words, format, facts, station }) => [
    [words.presence.label.connectedOn, dateTime(format, facts.presence?.connectedAt)],
    [
      words.label.owed,
      station === undefined ? undefined : words.silence.owed(words.duration(station.intervalMs)),
    ],
  ],
  "silent-parameter": ({ words, format, facts }) => {
    const { lastValueAt, owedEveryMs } = facts.presence ?? {};
    return [
      [
        words.presence.label.lastValue,
        lastValueAt === null ? words.presence.never : dateTime(format, lastValueAt),
      ],
      [
        words.label.owed,
        owedEveryMs === undefined ? undefined : words.presence.owedResult(words.duration(owedEveryMs)),
      ],
    ];
  },
  late: ({ words, format, facts }) => {
    const { delayLeastMs, delayMostMs, records, afterMs } = facts.presence ?? {};
    if (delayLeastMs === undefined || delayMostMs === undefined) return [];
    const [least, most, threshold] = [delayLeastMs, delayMostMs, afterMs ?? 0].map(words.duration) as [
      string,
      string,
      string,
    ];
    const count = format.number(records ?? 0, 0);
    return [[words.presence.label.delay, words.presence.delay(least, most, count, threshold)]];
  },
  "clock-wrong": ({ words, facts }) => {
    const { offsetMs } = facts.presence ?? {};
    if (offsetMs === undefined) return [];
    const time = words.duration(Math.abs(offsetMs));
    const { label, behind, ahead } = words.presence;
    return [[label.offset, offsetMs < 0 ? behind(time) : ahead(time)]];
  },
  frozen: ({ words, facts }) => {
    const { standsMs } = facts.presence ?? {};
    return standsMs === undefined
      ? []
      : [[words.presence.label.stands, words.presence.stands(words.duration(standsMs))]];
  },
};

const dateTime = (format: Scene["format"], ms: number | null | undefined): string | undefined =>
  ms == null ? undefined : format.dateTime(ms);
