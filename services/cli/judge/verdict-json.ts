/** Verdicts as lines of JSON. In: a verdict; out: the line, times in the registry's time zone. Pure. */
import { type StoredVerdict, stateOf, type Verdict } from "#shared/verdict/verdict.ts";

export interface VerdictPrinter {
  /** @param now as of when a verdict is provisional or final, ms since epoch */
  line(verdict: StoredVerdict, now: number): string;
  time(instant: number): string;
}

const MINUTE_MS = 60_000;
const MOST_REMEMBERED = 100_000;

export function createVerdictPrinter(timeZone: string, finalAfterMs: number): VerdictPrinter {
  const times = new Map<number, string>();
  const texts = new Map<string, string>();
  function text(plain: string): string {
    let escaped = texts.get(plain);
    if (escaped === undefined) {
      escaped = JSON.stringify(plain);
      if (texts.size > MOST_REMEMBERED) texts.clear();
      texts.set(plain, escaped);
    }
    return escaped;
  }
  function time(instant: number): string {
    let text = times.get(instant);
    if (text === undefined) {
      text = print(instant, timeZone);
      if (times.size > MOST_REMEMBERED) times.clear();
      times.set(instant, text);
    }
    return text;
  }
  return {
    time,
    line(verdict, now) {
      const { zone, plant, station, parameter, rule, from, to, revision } = verdict;
      // keys in a fixed order; texts that repeat are escaped once
      return (
        `{"zone":${text(zone)},"plant":${text(plant)},"station":${text(station)},"parameter":${text(parameter)},` +
        `"rule":${text(rule)},"window":{"from":"${time(from)}","to":"${time(to)}"},` +
        `"outcome":"${verdict.outcome}","value":${verdict.value},"limit":${limitOf(verdict)},` +
        `"ratio":${verdict.ratio},"severity":${verdict.severity},"completeness":${verdict.completeness},` +
        `"n":${verdict.usable},"expected":${verdict.owed},"instrument":${text(verdict.instrument)},` +
        `"clause":${text(verdict.clause)},"confidence":"${verdict.confidence}","revision":${revision},` +
        `"state":"${stateOf(verdict, finalAfterMs, now)}","reason":${text(verdict.reason)},` +
        `"statistic":"${verdict.statistic}","atLeast":${verdict.atLeast},"min":${verdict.min},"max":${verdict.max},` +
        `"causes":${JSON.stringify(verdict.causes)},"registry":${text(verdict.registry)}}`
      );
    },
  };
}

/** One upper limit as a number, others as an object. */
function limitOf({ limitMin, limitMax }: Pick<Verdict, "limitMin" | "limitMax">): string {
  if (limitMin === null) return String(limitMax);
  return limitMax === null ? `{"min":${limitMin}}` : `{"min":${limitMin},"max":${limitMax}}`;
}

/** `2026-11-20T10:00:00+07:00`, with a fraction only where there is one. */
function print(instant: number, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone);
  const offset = local.offset === "+00:00" ? "Z" : local.offset;
  const digits = instant % MINUTE_MS === 0 ? "second" : "auto";
  const fraction = digits === "second" ? { smallestUnit: "second" as const } : {};
  return `${local.toPlainDateTime().toString(fraction)}${offset}`;
}
