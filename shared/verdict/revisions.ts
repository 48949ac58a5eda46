/** Verdicts against what was judged before. In: verdicts as they are now and the newest stored; out: those that changed, each the next revision with its causes. Pure. */
import { type Cause, JUDGEMENT, type StoredVerdict, type Verdict } from "./verdict.ts";

export interface Judgement {
  /** ms since epoch */
  readonly judgedAt: number;
  /** Version of the registry. */
  readonly registry: string;
}

/** One key per window, parameter and rule of a station. */
export const verdictKey = ({
  station,
  parameter,
  rule,
  from,
}: Pick<Verdict, "station" | "parameter" | "rule" | "from">): string =>
  `${station}|${parameter}|${rule}|${from}`;

/** @param known the newest revision of each, by `verdictKey` */
export function nextRevisions(
  verdicts: readonly Verdict[],
  known: ReadonlyMap<string, StoredVerdict>,
  { judgedAt, registry }: Judgement,
): StoredVerdict[] {
  const changed: StoredVerdict[] = [];
  for (const verdict of verdicts) {
    const before = known.get(verdictKey(verdict));
    if (before !== undefined && isSame(before, verdict)) continue;
    changed.push({
      ...verdict,
      revision: (before?.revision ?? 0) + 1,
      judgedAt,
      registry,
      judgement: JUDGEMENT,
      causes: before === undefined ? ["first"] : causesOf(before, verdict, registry),
    });
  }
  return changed;
}

/** As though nothing had been judged before. */
export const firstRevisions = (verdicts: readonly Verdict[], judgement: Judgement): StoredVerdict[] =>
  nextRevisions(verdicts, new Map(), judgement);

type Figure = keyof Verdict;

/** What follows from the readings alone. */
const READINGS: readonly Figure[] = ["usable", "calibrating", "faulty", "completeness", "min", "max"];
const DECISION: readonly Figure[] = [
  "outcome",
  "value",
  "limitMin",
  "limitMax",
  "acting",
  "reason",
  "atLeast",
];

const differ = (a: Verdict, b: Verdict, figures: readonly Figure[]): boolean =>
  figures.some((figure) => a[figure] !== b[figure]);

const isSame = (a: Verdict, b: Verdict): boolean => !differ(a, b, READINGS) && !differ(a, b, DECISION);

function causesOf(before: StoredVerdict, now: Verdict, registry: string): Cause[] {
  const causes: Cause[] = [];
  if (differ(before, now, READINGS)) causes.push("late-data");
  if (before.registry !== registry) causes.push("registry");
  if (before.judgement !== JUDGEMENT) causes.push("rules");
  return causes.length === 0 ? ["late-data"] : causes;
}
