/** Past windows under present limits and under others. In: verdicts of both on the same readings; out: which would flip, by zone, parameter and rule. Pure. */
import { verdictKey } from "./revisions.ts";
import type { Outcome, Verdict } from "./verdict.ts";

export interface FlipRow {
  readonly zone: string;
  readonly parameter: string;
  readonly rule: string;
  /** Windows with enough data for a judgement under either, and those without. */
  readonly judged: number;
  readonly undecided: number;
  readonly exceededNow: number;
  readonly exceededThen: number;
  readonly toExceeded: number;
  readonly toWithin: number;
  /** null where ratios mean nothing (ranges), or nothing was judged. */
  readonly worstRatioThen: number | null;
}

export interface Flip {
  readonly zone: string;
  readonly station: string;
  readonly parameter: string;
  readonly rule: string;
  readonly from: number;
  readonly to: number;
  readonly value: number | null;
  readonly present: { readonly outcome: Outcome | "no-limit"; readonly limit: Bounds };
  readonly asked: { readonly outcome: Outcome; readonly limit: Bounds; readonly ratio: number | null };
}
interface Bounds {
  readonly min: number | null;
  readonly max: number | null;
}

/** What another limit on values can change. */
const isCompared = ({ statistic }: Verdict): boolean =>
  statistic === "mean" || statistic === "minutes-outside";
const decides = (outcome: Outcome | undefined): boolean => outcome === "within" || outcome === "exceeded";
const boundsOf = ({ limitMin, limitMax }: Verdict): Bounds => ({ min: limitMin, max: limitMax });

export function createFlipCount() {
  type Counting = { -readonly [Key in keyof FlipRow]: FlipRow[Key] };
  const rows = new Map<string, Counting>();
  const flips: Flip[] = [];

  function rowOf({ zone, parameter, rule }: Verdict): Counting {
    const key = `${zone}|${parameter}|${rule}`;
    let row = rows.get(key);
    if (row === undefined) {
      row = {
        zone,
        parameter,
        rule,
        judged: 0,
        undecided: 0,
        exceededNow: 0,
        exceededThen: 0,
        toExceeded: 0,
        toWithin: 0,
        worstRatioThen: null,
      };
      rows.set(key, row);
    }
    return row;
  }

  return {
    /** Verdicts of one station on the same windows. */
    add(now: readonly Verdict[], then: readonly Verdict[]): void {
      const present = new Map(now.map((verdict) => [verdictKey(verdict), verdict]));
      for (const verdict of then) {
        if (!isCompared(verdict)) continue;
        const before = present.get(verdictKey(verdict));
        const row = rowOf(verdict);
        if (decides(verdict.outcome) || decides(before?.outcome)) row.judged += 1;
        else row.undecided += 1;
        const [over, wasOver] = [verdict.outcome === "exceeded", before?.outcome === "exceeded"];
        if (wasOver) row.exceededNow += 1;
        if (over) row.exceededThen += 1;
        if (verdict.ratio !== null && decides(verdict.outcome))
          row.worstRatioThen = Math.max(row.worstRatioThen ?? 0, verdict.ratio);
        if (over === wasOver) continue;
        if (over) row.toExceeded += 1;
        else if (verdict.outcome === "within") row.toWithin += 1;
        flips.push(flipOf(before, verdict));
      }
    },
    rows: (): FlipRow[] =>
      [...rows.values()].sort((a, b) =>
        [a.zone, a.parameter, a.rule].join("|") < [b.zone, b.parameter, b.rule].join("|") ? -1 : 1,
      ),
    flips: (): readonly Flip[] => flips,
  };
}

function flipOf(before: Verdict | undefined, then: Verdict): Flip {
  const { zone, station, parameter, rule, from, to, value } = then;
  return {
    zone,
    station,
    parameter,
    rule,
    from,
    to,
    value,
    present:
      before === undefined
        ? { outcome: "no-limit", limit: { min: null, max: null } }
        : { outcome: before.outcome, limit: boundsOf(before) },
    asked: { outcome: then.outcome, limit: boundsOf(then), ratio: then.ratio },
  };
}
