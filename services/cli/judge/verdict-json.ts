/** Verdicts as lines of JSON. In: a verdict; out: the line, times in the registry's time zone. Pure. */
import { type StoredVerdict, stateOf, type Verdict } from "#shared/verdict/verdict.ts";

export interface VerdictPrinter {
  /** @param now as of when a verdict is provisional or final, ms since epoch */
  line(verdict: StoredVerdict, now: number): string;
  time(instant: number): string;
}

const MINUTE_MS = 60_000;

export function createVerdictPrinter(timeZone: string, finalAfterMs: number): VerdictPrinter {
  const times = new Map<number, string>();
  function time(instant: number): string {
    let text = times.get(instant);
    if (text === undefined) {
      text = print(instant, timeZone);
      if (times.size > 100_000) times.clear();
      times.set(instant, text);
    }
    return text;
  }
  return {
    time,
    line(verdict, now) {
      const { zone, plant, station, parameter, rule } = verdict;
      return JSON.stringify({
        zone,
        plant,
        station,
        parameter,
        rule,
        window: { from: time(verdict.from), to: time(verdict.to) },
        outcome: verdict.outcome,
        value: verdict.value,
        limit: limitOf(verdict),
        ratio: verdict.ratio,
        severity: verdict.severity,
        completeness: verdict.completeness,
        n: verdict.usable,
        expected: verdict.owed,
        instrument: verdict.instrument,
        clause: verdict.clause,
        confidence: verdict.confidence,
        revision: verdict.revision,
        state: stateOf(verdict, finalAfterMs, now),
        reason: verdict.reason,
        statistic: verdict.statistic,
        atLeast: verdict.atLeast,
        min: verdict.min,
        max: verdict.max,
        causes: verdict.causes,
        registry: verdict.registry,
      });
    },
  };
}

/** One upper limit as a number, others as an object. */
function limitOf({ limitMin, limitMax }: Pick<Verdict, "limitMin" | "limitMax">) {
  return limitMin === null ? limitMax : { min: limitMin, ...(limitMax === null ? {} : { max: limitMax }) };
}

/** `2026-11-20T10:00:00+07:00`, with a fraction only where there is one. */
function print(instant: number, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone);
  const offset = local.offset === "+00:00" ? "Z" : local.offset;
  const digits = instant % MINUTE_MS === 0 ? "second" : "auto";
  const fraction = digits === "second" ? { smallestUnit: "second" as const } : {};
  return `${local.toPlainDateTime().toString(fraction)}${offset}`;
}
