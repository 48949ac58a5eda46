/** An explanation as text for a terminal. In: the explanation, a language, the registry's time zone; out: lines. Pure. */
import type { Language } from "#shared/contact/contact.ts";
import { findParameter } from "#shared/parameter/parameter.ts";
import type { Difference } from "#shared/verdict/explain/differences.ts";
import { figure, minutes, minutesOf } from "#shared/verdict/explain/figure.ts";
import type { Explanation } from "#shared/verdict/explain.ts";
import { printInstant } from "#shared/verdict/verdict-name.ts";
import { boundsText } from "../limits/figures.ts";
import { tableLines } from "../table.ts";
import { type Words, words } from "./words.ts";

/** More used readings than these are counted, not listed. */
const MOST_USED = 48;

export function explanationLines(explained: Explanation, language: Language, timeZone: string): string[] {
  const say = words[language];
  const time = (instant: number) => printInstant(instant, timeZone);
  return [
    ...(explained.simulated ? ["DỮ LIỆU MÔ PHỎNG / SIMULATED"] : []),
    explained.name,
    headline(explained, say, language, time),
    ...revisionLines(explained, say, time),
    "",
    say.head.limit,
    ...limitLines(explained, say, language).map(indent),
    "",
    say.head.formula,
    ...padded([
      ...explained.steps.map(({ key, formula }) => [say.step[key], figures(formula, language)] as const),
      [say.head.decidedBy, say.row[explained.decidedBy.row]] as const,
    ]).map(indent),
    "",
    `${say.head.time}: ${figures(timeText(explained, say), language)}`,
    "",
    say.head.readings,
    ...readingLines(explained, say, language, time).map(indent),
    "",
    ...checkLines(explained, say),
    `${say.head.law}: ${explained.averaging.windows.join(", ")}. ${
      explained.averaging.legalBasis === ""
        ? say.head.configuration
        : say.head.basis + explained.averaging.legalBasis
    }`,
  ];
}

const indent = (line: string): string => `  ${line}`;

/** Figures as the language writes them. */
const figures = (text: string, language: Language): string =>
  language === "vi" ? text.replace(/(\d)\.(\d)/g, "$1,$2").replace(/\bmin\b/g, "phút") : text;

function padded(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`);
}

function headline(
  { verdict, limit }: Explanation,
  say: Words,
  language: Language,
  time: (instant: number) => string,
): string {
  const { outcome, value, statistic, limitMin, limitMax, reason } = verdict;
  const name = findParameter(verdict.parameter)?.name[language] ?? verdict.parameter;
  const unit = statistic.startsWith("minutes") ? "min" : plainUnit(limit?.unit);
  const shown =
    value === null
      ? "–"
      : `${verdict.atLeast ? "≥ " : ""}${figure(value, [limitMin, limitMax])} ${unit}`.trimEnd();
  const because = reason === "" || language === "vi" ? "" : ` (${reason})`;
  const until = verdict.to === verdict.from ? "" : ` – ${time(verdict.to)}`;
  return `${name}, ${verdict.rule}, ${time(verdict.from)}${until}: ${figures(shown, language)}: ${say.outcome[outcome]}${because}`;
}

const plainUnit = (unit: string | undefined): string => (unit === undefined || unit === "-" ? "" : unit);

function revisionLines(
  { stored, verdict }: Explanation,
  say: Words,
  time: (instant: number) => string,
): string[] {
  const wouldBe = verdict.acting || verdict.instrument === "rules" ? [] : [say.head.wouldBe];
  if (stored === null) return [say.head.notStored, ...wouldBe];
  const causes = stored.causes.map((cause) => say.cause[cause]).join(", ");
  const of = stored.newest > stored.revision ? `; ${say.head.follows}${stored.newest}` : "";
  return [
    `${say.head.revision} ${stored.revision} (${causes}), ${say.state[stored.state]}; ${say.head.judged} ${time(stored.judgedAt)}, ${say.head.registry} ${stored.registry}${of}`,
    ...wouldBe,
  ];
}

function limitLines({ limit, verdict }: Explanation, say: Words, language: Language): string[] {
  if (limit === null && verdict.instrument === "rules") return [say.head.noLimit];
  const { limitMin, limitMax, instrument, clause, confidence } = verdict;
  const bounds = boundsText({ min: limitMin ?? undefined, max: limitMax ?? undefined });
  return [
    `${figures(bounds, language)} ${plainUnit(limit?.unit)}`.trimEnd(),
    `${instrument}: ${clause}`,
    `${say.head.confidence}: ${confidence}`,
  ];
}

function timeText({ time, verdict }: Explanation, say: Words): string {
  if (verdict.from === verdict.to) return "–";
  const parts = [
    [say.time.usable, time.usableMs],
    [say.time.atLeast, time.atLeastMs],
    [say.time.calibrating, time.calibratingMs],
    [say.time.faulty, time.faultyMs],
    [say.time.failed, time.failedMs],
    [say.time.withheld, time.withheldMs],
    [say.time.idle, time.idleMs],
    [say.time.missing, time.missingMs],
  ] as const;
  const shown = parts
    .filter(([, ms], at) => at === 0 || ms > 0)
    .map(([name, ms]) => `${name} ${minutes(ms)}`);
  return `${say.time.owed} ${minutes(time.owedMs)} ${say.head.ofConnected} ${minutes(time.connectedMs)}: ${shown.join(", ")}`;
}

function readingLines(
  { readings }: Explanation,
  say: Words,
  language: Language,
  time: (instant: number) => string,
): string[] {
  if (readings.length === 0) return [say.head.noReadings];
  const used = readings.filter((reading) => reading.used);
  const listed = used.length > MOST_USED ? readings.filter((reading) => !reading.used) : readings;
  const rows = listed.map((reading) => [
    time(reading.start),
    reading.parameter,
    figures(valueText(reading), language),
    figures(figure(minutesOf(reading.heldMs - reading.idleMs)), language),
    say.countsAs[reading.countsAs],
    language === "vi" ? viReason(reading, say) : reading.reason,
  ]);
  const counted = `${say.head.used} ${used.length}, ${say.head.leftOut} ${readings.length - used.length}`;
  return [
    counted,
    ...(listed.length === 0 ? [] : tableLines(say.columns, rows)),
    ...(listed.length === readings.length ? [] : [`${used.length} ${say.head.more}`]),
  ];
}

function valueText({ value, sent, breaks }: Explanation["readings"][number]): string {
  if (value === null) return "–";
  return `${sent === null ? "" : "≥ "}${figure(value)}${breaks === true ? " ✗" : ""}`;
}

function viReason({ used, countsAs, tests }: Explanation["readings"][number], say: Words): string {
  if (used) return "";
  const failed = tests.filter(({ flag }) => flag === 4).map(({ test }) => test);
  return failed.length > 0 && countsAs === "failed"
    ? `${say.countsAs.failed}: ${failed.join(", ")}`
    : say.countsAs[countsAs];
}

/** Whether it would come out the same today, said plainly. */
function checkLines({ stored, differences, outdated, registry }: Explanation, say: Words): string[] {
  if (stored === null) return [];
  const lines: string[] = [];
  if (stored.registry !== registry)
    lines.push(`${say.head.registry}: ${say.head.stored} ${stored.registry}, ${say.head.again} ${registry}`);
  if (differences.length > 0) lines.push(say.head.differs, ...differenceLines(differences, say).map(indent));
  if (outdated.length > 0) lines.push(say.head.outdated, ...differenceLines(outdated, say).map(indent));
  if (differences.length + outdated.length === 0 && stored.newest === stored.revision)
    lines.push(say.head.same);
  return lines;
}

const differenceLines = (differences: readonly Difference[], say: Words): string[] =>
  differences.map(
    ({ figure: name, stored, recomputed }) =>
      `${name}: ${say.head.stored} ${String(stored)}, ${say.head.again} ${String(recomputed)}`,
  );
