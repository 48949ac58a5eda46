/**
 * The readings behind a window: what each counts as, for how long, and why one is left out. In: samples, and the time they
 * hold; out: one row a reading that reaches into the window. Pure.
 */
import {
  AT_LEAST,
  CALIBRATING,
  counts,
  FAILED,
  FAULTY,
  firstEndingAfter,
  type HeldState,
  WITHHELD,
} from "#shared/coverage/held-time.ts";
import { type Coverage, canIdle, within } from "#shared/coverage/tally-windows.ts";
import { difference, isTotaliser, LONGEST_GAP_MS, type Totaliser } from "#shared/coverage/totaliser.ts";
import { breaks, type Limit } from "#shared/limit/limit.ts";
import { type TestResult, testsOf } from "#shared/quality/flag.ts";
import type { DeviceStatus, QualityFlag, Sample } from "#shared/reading/sample.ts";
import type { Window } from "#shared/window/calendar.ts";

/** `idle`: nothing was discharged while it held. `later`: received after the verdict was given. */
export type CountsAs =
  | "usable"
  | "at-least"
  | "calibrating"
  | "faulty"
  | "failed"
  | "withheld"
  | "idle"
  | "later";

export interface ExplainedReading {
  readonly parameter: string;
  /** Where the time it covers begins, and the record's own stamp, ms since epoch. */
  readonly start: number;
  readonly time: number;
  readonly receivedAt: number;
  readonly value: number | null;
  /** What was sent, where `value` is the top of the instrument's range. */
  readonly sent: number | null;
  readonly status: DeviceStatus;
  readonly flag: QualityFlag;
  /** Time it holds in the window, and how much of that nothing was discharged, ms. */
  readonly heldMs: number;
  readonly idleMs: number;
  readonly countsAs: CountsAs;
  readonly used: boolean;
  /** Quality tests that gave flag 3 or 4. */
  readonly tests: readonly TestResult[];
  /** Of a totaliser: m³ since the reading before; null after a change of meter, a long gap, or as the first. */
  readonly m3?: number | null;
  /** Whether it breaks the limit; undefined where values are not compared one by one. */
  readonly breaks?: boolean;
}

const NAMES: Readonly<Record<HeldState, CountsAs>> = {
  0: "usable",
  [AT_LEAST]: "at-least",
  [CALIBRATING]: "calibrating",
  [FAULTY]: "faulty",
  [FAILED]: "failed",
  [WITHHELD]: "withheld",
};

export interface Behind {
  readonly parameter: string;
  readonly window: Window;
  readonly coverage: Coverage;
  readonly limit?: Pick<Limit, "min" | "max"> | undefined;
  readonly totaliser?: Totaliser | undefined;
}

/** @param samples those that `coverage` was made of, and others */
export function readingsBehind(
  samples: readonly Sample[],
  offsetMs: number,
  { parameter, window, coverage, limit, totaliser }: Behind,
): ExplainedReading[] {
  const times = coverage.held.get(parameter);
  if (times === undefined) return [];
  const byStart = new Map(samples.map((sample) => [sample.time + offsetMs, sample]));
  const isMeter = isTotaliser(parameter);
  const found: ExplainedReading[] = [];
  // a single reading is a window without length
  const isAt = window.from === window.to;
  const first = isAt ? times.from.length - 1 : firstEndingAfter(times, window.from);
  for (let at = Math.max(0, first); at < times.from.length; at += 1) {
    const from = times.from[at] as number;
    if (!isAt && from >= window.to) break;
    const sample = byStart.get(from);
    const reading = sample?.readings.find((one) => one.parameter === parameter);
    if (sample === undefined || reading === undefined) continue;
    const begin = isAt ? from : Math.max(from, window.from);
    const end = isAt ? (times.to[at] as number) : Math.min(times.to[at] as number, window.to);
    const heldMs = Math.max(0, end - begin);
    const idleMs = canIdle(parameter) && !isAt ? within(coverage.idle, 0, begin, end) : 0;
    const state = times.state[at] as HeldState;
    const countsAs = heldMs > 0 && idleMs >= heldMs ? "idle" : NAMES[state];
    const used = countsAs === "usable" || countsAs === "at-least";
    found.push({
      parameter,
      start: from,
      time: sample.time,
      receivedAt: sample.receivedAt,
      value: reading.value,
      sent: reading.censored ?? null,
      status: reading.status,
      flag: reading.flag,
      heldMs,
      idleMs,
      countsAs,
      used,
      tests: testsOf(reading),
      ...(isMeter ? { m3: used ? differenceAt(times, at, totaliser) : null } : {}),
      ...(limit !== undefined && used && reading.value !== null
        ? { breaks: breaks(reading.value, limit) }
        : {}),
    });
  }
  return found;
}

/** Of readings that were received too late for a verdict; they hold nothing in it. */
export function laterReadings(
  samples: readonly Sample[],
  offsetMs: number,
  parameter: string,
  window: Window,
): ExplainedReading[] {
  return samples
    .filter(({ time }) => {
      const start = time + offsetMs;
      return window.from === window.to ? time === window.from : start >= window.from && start < window.to;
    })
    .flatMap((sample) =>
      sample.readings
        .filter((reading) => reading.parameter === parameter)
        .map((reading) => ({
          parameter,
          start: sample.time + offsetMs,
          time: sample.time,
          receivedAt: sample.receivedAt,
          value: reading.value,
          sent: reading.censored ?? null,
          status: reading.status,
          flag: reading.flag,
          heldMs: 0,
          idleMs: 0,
          countsAs: "later" as const,
          used: false,
          tests: testsOf(reading),
        })),
    );
}

function differenceAt(
  times: NonNullable<ReturnType<Coverage["held"]["get"]>>,
  at: number,
  totaliser: Totaliser | undefined,
): number | null {
  let before = at - 1;
  while (before >= 0 && !counts(times.state[before] as HeldState)) before -= 1;
  if (before < 0) return null;
  if ((times.from[at] as number) - (times.from[before] as number) > LONGEST_GAP_MS) return null;
  return difference(times.value[before] as number, times.value[at] as number, totaliser?.rollOver) ?? null;
}

/** Why a reading is left out, in English; "" for one that is used. */
export function reasonOf(
  { countsAs, tests }: Pick<ExplainedReading, "countsAs" | "tests">,
  withheldFor: string,
): string {
  switch (countsAs) {
    case "calibrating":
      return "calibrating";
    case "faulty":
      return "device fault: no value";
    case "failed": {
      const names = tests.filter(({ flag }) => flag === 4).map(({ test }) => test);
      return `failed quality test${names.length === 0 ? "" : `: ${names.join(", ")}`}`;
    }
    case "withheld":
      return `withheld: less than ${withheldFor} after calibrating`;
    case "idle":
      return "nothing was discharged";
    case "later":
      return "received after this was judged";
    default:
      return "";
  }
}
