/** The mail about a limit: opening, worsening, ending. In: a scene; out: a letter with value, limit, ratio, window, completeness and clause. */
import {
  comparisonText,
  type Figure,
  figureName,
  figureText,
  limitText,
  measuredText,
  parameterName,
  sideOf,
  unitOfWindow,
  windowText,
  worstFigure,
} from "./figure.ts";
import type { Letter } from "./layout.ts";
import {
  capitalised,
  clauseText,
  dataText,
  extremesText,
  limitsText,
  seriesText,
  shortSubject,
  stationName,
  zoneName,
} from "./limit-figures.ts";
import {
  begunText,
  closingRows,
  decidingFacts,
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

/** What is missing stands beside the figure, not only below it. */
const isIncomplete = (reason: string | undefined): reason is string =>
  reason?.startsWith("incomplete") === true;

export function limitLetter(scene: Scene): Letter {
  return scene.recipient.reading === "ending" ? endingLetter(scene) : openingLetter(scene);
}

function openingLetter(scene: Scene): Letter {
  const { words, facts, event, recipient } = scene;
  const from = facts.from ?? event.at;
  const to = facts.to ?? event.at;
  const headline = {
    opening: words.limit.opened,
    worsening: words.limit.worsened,
    reopening: words.limit.reopened,
    ending: words.limit.closed,
  }[recipient.reading];
  const span = spanText(scene, from, to);
  const side = words.limit.side[sideOf(facts)];
  const subjectAt = subjectTime(scene, to, unitOfWindow(facts));
  return {
    ...frameOf(scene),
    subject: subjectOf(scene, [shortSubject(scene), zoneName(scene), subjectAt]),
    headline: headline(`${figureName(scene, facts)}, ${stationName(scene)}`, side),
    paragraphs: [
      ...(scene.backTest ? [words.backTest] : []),
      `${capitalised(windowText(scene, facts))}, ${span}: ${figureText(scene, facts) ?? "–"}.`,
      ...(isIncomplete(facts.reason) ? [`${capitalised(words.reason(facts.reason))}.`] : []),
      ...(facts.atLeast ? [words.atLeastMeaning] : []),
    ],
    rows: [
      [words.label.matter, `${figureName(scene, facts)}: ${side}`],
      ...placeRows(scene),
      [words.label.when, [span, lateText(scene, to)].filter(Boolean).join("; ")],
      [words.label.begun, begunText(scene, to)],
      [words.label.value, measuredText(scene, facts)],
      [words.label.extremes, extremesText(scene)],
      [words.label.limit, limitText(scene, facts)],
      [words.label.comparison, comparisonText(scene, facts)],
      [words.label.window, windowText(scene, facts)],
      [words.label.series, seriesText(scene)],
      [words.label.data, dataText(scene)],
      [words.label.state, stateText(scene, facts.to)],
      [words.label.clause, clauseText(scene)],
      ...closingRows(scene),
    ],
  };
}

/** The worst figure and the one that ended it may be of different kinds: each says what it is. */
function endingLetter(scene: Scene): Letter {
  const { words, facts, event, format } = scene;
  const withdrawn = event.transition === "withdrawn";
  const subject = `${parameterName(scene)}, ${stationName(scene)}`;
  const decided = decidingFacts(scene);
  const worst = worstFigure(scene);
  const closing = withdrawn || event.facts.value == null ? undefined : event.facts;
  const compared = [worst ?? decided, closing].filter((figure) => figure !== undefined);
  const outcome = withdrawn ? words.limit.withdrawnSubject : words.limit.closedSubject;
  const period = words.spanOver(format.dateTime(event.startedAt), format.dateTime(endOf(scene)));
  const windowsOver = facts.windowsOver === undefined ? undefined : format.number(facts.windowsOver, 0);
  return {
    ...frameOf(scene),
    subject: subjectOf(scene, [
      parameterName(scene),
      zoneName(scene),
      subjectTime(scene, endOf(scene)),
      outcome,
    ]),
    headline: withdrawn ? words.limit.withdrawn(subject) : words.limit.closed(subject),
    paragraphs: [
      ...(scene.backTest ? [words.backTest] : []),
      ...(withdrawn ? [words.limit.withdrawnText] : []),
      ...(worst?.atLeast && !withdrawn ? [words.atLeastMeaning] : []),
    ],
    rows: [
      [words.label.matter, outcome],
      ...placeRows(scene),
      [words.label.period, period],
      [words.label.windowsOver, windowsOver],
      [words.label.worst, worst && worstText(scene, worst)],
      [words.label.closing, closing && closingText(scene, closing)],
      [
        words.label.limit,
        limitsText(
          scene,
          compared.map((figure) => [figure, limitText(scene, figure)] as const),
        ),
      ],
      [words.label.state, withdrawn ? undefined : stateText(scene, facts.to)],
      [words.label.clause, clauseText(scene, decided)],
      ...closingRows(scene),
    ],
  };
}

function worstText(scene: Scene, worst: Figure): string | undefined {
  const { words, facts } = scene;
  const said = figureText(scene, worst);
  if (said === undefined || facts.worstTo === undefined) return said;
  return words.limit.worst(
    said,
    windowText(scene, worst),
    subjectTime(scene, facts.worstTo, unitOfWindow(worst)),
  );
}

/** The window within that ended it. */
function closingText(scene: Scene, closing: Scene["facts"]): string | undefined {
  const said = figureText(scene, closing);
  const { from, to } = closing;
  if (said === undefined || from === undefined || to === undefined) return said;
  return scene.words.limit.closing(said, windowText(scene, closing), spanText(scene, from, to));
}
