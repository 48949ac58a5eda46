/** The mail about a limit: opening, worsening, ending. In: a scene; out: a letter with value, limit, ratio, window, completeness and clause. */
import type { Letter } from "./layout.ts";
import {
  capitalised,
  clauseText,
  comparisonText,
  dataText,
  extremesText,
  limitText,
  measuredText,
  parameterName,
  ruleOf,
  seriesText,
  shortSubject,
  sideOf,
  stationName,
  windowText,
  zoneName,
} from "./limit-figures.ts";
import {
  closingRows,
  endOf,
  frameOf,
  lateText,
  placeRows,
  type Scene,
  spanText,
  subjectOf,
  subjectTime,
} from "./scene.ts";

export function limitLetter(scene: Scene): Letter {
  return scene.recipient.reading === "ending" ? endingLetter(scene) : openingLetter(scene);
}

function openingLetter(scene: Scene): Letter {
  const { words, facts, event, recipient } = scene;
  const from = facts.from ?? event.at;
  const to = facts.to ?? event.at;
  const window = ruleOf(scene) === "day";
  const measured = measuredText(scene, facts.value);
  const headline = {
    opening: words.limit.opened,
    worsening: words.limit.worsened,
    reopening: words.limit.reopened,
    ending: words.limit.closed,
  }[recipient.reading];
  const comparison = comparisonText(scene, facts.value, facts.ratio);
  const span = spanText(scene, from, to);
  return {
    ...frameOf(scene),
    subject: subjectOf(scene, [shortSubject(scene), zoneName(scene), subjectTime(scene, to, window)]),
    headline: headline(`${parameterName(scene)}, ${stationName(scene)}`, words.limit.side[sideOf(scene)]),
    paragraphs: [
      ...(scene.backTest ? [words.backTest] : []),
      `${capitalised(windowText(scene))}, ${span}: ${[measured, comparison].filter(Boolean).join("; ")}.`,
    ],
    rows: [
      [words.label.matter, `${parameterName(scene)}: ${words.limit.side[sideOf(scene)]}`],
      ...placeRows(scene),
      [words.label.when, [span, lateText(scene, to)].filter(Boolean).join("; ")],
      [words.label.value, measured],
      [words.label.extremes, extremesText(scene)],
      [words.label.limit, limitText(scene)],
      [words.label.comparison, comparison],
      [words.label.window, windowText(scene)],
      [words.label.series, seriesText(scene)],
      [words.label.data, dataText(scene)],
      [words.label.clause, clauseText(scene)],
      ...closingRows(scene),
    ],
  };
}

function endingLetter(scene: Scene): Letter {
  const { words, facts, event, format } = scene;
  const withdrawn = event.transition === "withdrawn";
  const subject = `${parameterName(scene)}, ${stationName(scene)}`;
  const period = words.spanOver(format.dateTime(event.startedAt), format.dateTime(endOf(scene)));
  const worst =
    facts.worstValue === undefined
      ? undefined
      : [measuredText(scene, facts.worstValue), comparisonText(scene, facts.worstValue, facts.worstRatio)]
          .filter(Boolean)
          .join("; ");
  const worstAt =
    facts.worstTo === undefined ? "" : subjectTime(scene, facts.worstTo, ruleOf(scene) === "day");
  return {
    ...frameOf(scene),
    subject: subjectOf(scene, [
      parameterName(scene),
      zoneName(scene),
      subjectTime(scene, endOf(scene)),
      withdrawn ? words.limit.withdrawnSubject : words.limit.closedSubject,
    ]),
    headline: withdrawn ? words.limit.withdrawn(subject) : words.limit.closed(subject),
    paragraphs: [
      ...(scene.backTest ? [words.backTest] : []),
      ...(withdrawn ? [words.limit.withdrawnText] : []),
    ],
    rows: [
      [words.label.matter, withdrawn ? words.limit.withdrawnSubject : words.limit.closedSubject],
      ...placeRows(scene),
      [words.label.period, period],
      [
        words.label.windowsOver,
        facts.windowsOver === undefined ? undefined : format.number(facts.windowsOver, 0),
      ],
      [words.label.worst, worst && worstAt !== "" ? words.limit.worst(worst, worstAt) : worst],
      [words.label.limit, limitText(scene)],
      [words.label.window, windowText(scene)],
      [words.label.clause, clauseText(scene)],
      ...closingRows(scene),
    ],
  };
}
