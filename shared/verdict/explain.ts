/**
 * Why a verdict is what it is. In: the station's judge, samples around the window, and the revisions stored of it; out: limit,
 * formula with numbers, the readings used and left out, the row that decided, and whether it would come out the same
 * today. The judgement itself does the explaining: nothing is decided here a second time. Pure.
 */

import { INFLOW, OUTFLOW } from "#shared/coverage/tally-windows.ts";
import { isTotaliser, OUTFLOW_TOTAL } from "#shared/coverage/totaliser.ts";
import type { Limit } from "#shared/limit/limit.ts";
import type { Sample } from "#shared/reading/sample.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { cycleMsOf } from "#shared/station/cycle.ts";
import type { Calendar, Window } from "#shared/window/calendar.ts";
import { type Difference, differencesOf } from "./explain/differences.ts";
import { minutes } from "./explain/figure.ts";
import { judgeOne, type OneWindow } from "./explain/judge-one.ts";
import { OUTCOME_ROWS, type OutcomeRow, outcomeRowOf } from "./explain/outcome-row.ts";
import { type ExplainedReading, laterReadings, readingsBehind, reasonOf } from "./explain/readings.ts";
import { type Step, stepsOf } from "./explain/steps.ts";
import type { StationJudge } from "./judge-station.ts";
import { type StoredVerdict, stateOf, type Verdict, type VerdictState } from "./verdict.ts";
import { printVerdictName, type VerdictName } from "./verdict-name.ts";

/** Time of the window by what it counts as, ms. */
export interface WindowTime {
  readonly connectedMs: number;
  readonly owedMs: number;
  readonly idleMs: number;
  readonly usableMs: number;
  readonly atLeastMs: number;
  readonly calibratingMs: number;
  readonly faultyMs: number;
  readonly failedMs: number;
  readonly withheldMs: number;
  readonly missingMs: number;
}

export interface Explanation {
  readonly name: string;
  readonly simulated: boolean;
  /** The revision asked for; what is computed now where none is stored. */
  readonly verdict: Verdict;
  /** null: it was never stored, `verdict` is computed now. */
  readonly stored: {
    readonly revision: number;
    readonly newest: number;
    readonly state: VerdictState;
    readonly judgedAt: number;
    readonly registry: string;
    readonly judgement: string;
    readonly causes: StoredVerdict["causes"];
  } | null;
  /** The registry this explanation was made with. */
  readonly registry: string;
  readonly limit: Limit | null;
  readonly time: WindowTime;
  readonly steps: readonly Step[];
  readonly decidedBy: { readonly row: OutcomeRow; readonly text: string };
  readonly readings: readonly (ExplainedReading & { readonly reason: string })[];
  /** What steps and readings, by the present registry and what was received when it was judged, do not reproduce of the stored verdict. */
  readonly differences: readonly Difference[];
  /** What would change were it judged now, with all that was received; of the newest revision only. */
  readonly outdated: readonly Difference[];
  readonly averaging: {
    /** Windows in which a limit is judged that names none. */
    readonly windows: readonly string[];
    /** "" : configuration of this project, not regulation. */
    readonly legalBasis: string;
  };
}

export interface ExplainCase {
  readonly registry: Pick<Registry, "settings" | "version">;
  readonly judge: StationJudge;
  readonly calendar: Calendar;
  readonly name: VerdictName;
  readonly window: Window;
  /** Of the station, in order of time, flags set: from `neededFrom` to the window's end at least. */
  readonly samples: readonly Sample[];
  /** All that are stored of this verdict, oldest first. */
  readonly revisions: readonly StoredVerdict[];
  /** The one to explain; undefined: the newest. */
  readonly revision?: number | undefined;
  /** As of when a verdict is provisional or final, ms since epoch. */
  readonly now: number;
}

/** @returns undefined where there is nothing to explain: no such revision, or no limit asks for such a verdict. */
export function explainVerdict(given: ExplainCase): Explanation | undefined {
  const { registry, judge, calendar, name, window, samples, revisions, now } = given;
  const { rules, timeZone, simulated } = registry.settings;
  const newest = revisions.at(-1);
  const stored =
    given.revision === undefined ? newest : revisions.find(({ revision }) => revision === given.revision);
  if (given.revision !== undefined && stored === undefined) return undefined;

  const known =
    stored === undefined ? samples : samples.filter(({ receivedAt }) => receivedAt <= stored.judgedAt);
  const later = stored === undefined ? [] : samples.filter(({ receivedAt }) => receivedAt > stored.judgedAt);
  const one = judgeOne(judge, calendar, known, name, window);
  const verdict = stored ?? one.verdict;
  if (verdict === undefined) return undefined;
  // its own figures beside the readings that made them; those that differ are listed
  const shown = one.verdict ?? verdict;
  const parameters = parametersBehind(verdict, one);
  const readings = parameters.flatMap((parameter) =>
    readingsOf(judge, one, parameter, known, later, rules.afterCalibration),
  );
  const isNewest = stored !== undefined && stored.revision === newest?.revision;
  const again = isNewest ? judgeOne(judge, calendar, samples, name, window).verdict : undefined;
  const row = outcomeRowOf(verdict);
  return {
    name: printVerdictName(name, timeZone),
    simulated,
    verdict: plainVerdict(verdict),
    stored:
      stored === undefined
        ? null
        : {
            revision: stored.revision,
            newest: newest?.revision ?? stored.revision,
            state: stateOf(stored, rules.finalAfter, now),
            judgedAt: stored.judgedAt,
            registry: stored.registry,
            judgement: stored.judgement,
            causes: stored.causes,
          },
    registry: registry.version,
    limit: one.limit ?? null,
    time: timeOf(one, verdict.parameter),
    steps: stepsOf(one, shown, rules, readings),
    decidedBy: { row, text: OUTCOME_ROWS[row] },
    readings,
    differences: stored === undefined ? [] : differencesOf(stored, one.verdict),
    outdated: isNewest ? differencesOf(stored, again) : [],
    averaging: { windows: rules.averaging, legalBasis: rules.legalBasis },
  };
}

function readingsOf(
  judge: StationJudge,
  one: OneWindow,
  parameter: string,
  known: readonly Sample[],
  later: readonly Sample[],
  afterCalibration: number,
) {
  const { station } = judge;
  const declared = station.parameters[parameter];
  const withheldMs =
    declared?.instrument === "analyser"
      ? cycleMsOf(parameter, declared, station.intervalMs)
      : afterCalibration;
  const { window, coverage } = one;
  const comparesEach = one.limit?.quantity === "value" && one.limit.parameter === parameter;
  const offset = station.coversFromOffsetMs;
  const rows = [
    ...readingsBehind(known, offset, {
      parameter,
      window,
      coverage,
      limit: comparesEach ? one.limit : undefined,
      totaliser: declared?.totaliser,
    }),
    ...laterReadings(later, offset, parameter, window),
  ];
  return rows
    .sort((a, b) => a.start - b.start)
    .map((reading) => ({ ...reading, reason: reasonOf(reading, minutes(withheldMs)) }));
}

/** Which readings stand behind it: a load needs the flow too, a volume may come from the totaliser. */
function parametersBehind({ statistic, parameter }: Verdict, { total }: OneWindow): string[] {
  if (statistic === "load") return [parameter, OUTFLOW];
  if (statistic === "volume") return [total === undefined ? OUTFLOW : OUTFLOW_TOTAL];
  return statistic === "difference" ? [INFLOW, OUTFLOW] : [parameter];
}

function timeOf(one: OneWindow, parameter: string): WindowTime {
  const tally = one.tallyOf(parameter);
  const { usableMs, atLeastMs, calibratingMs, faultyMs, failedMs, withheldMs, idleMs } = tally;
  const { connectedMs } = one;
  const held = usableMs + calibratingMs + faultyMs + failedMs + withheldMs;
  return {
    connectedMs,
    owedMs: connectedMs - idleMs,
    idleMs,
    usableMs,
    atLeastMs,
    calibratingMs,
    faultyMs,
    failedMs,
    withheldMs,
    missingMs: isTotaliser(parameter) ? 0 : Math.max(0, connectedMs - idleMs - held),
  };
}

/** Without what belongs to its revision. */
function plainVerdict(verdict: Verdict & Partial<StoredVerdict>): Verdict {
  const { revision: _r, judgedAt: _at, registry: _g, judgement: _j, causes: _c, ...plain } = verdict;
  return plain;
}
