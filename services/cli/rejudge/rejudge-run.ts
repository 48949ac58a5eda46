/**
 * `outfall rejudge`: which past windows would flip under other limits. In: registry, question, span, and where samples come
 * from; out: counts and flips. Each station is judged twice on the same readings; nothing is changed.
 */
import {
  type AskedLimits,
  askedSet,
  limitsAsked,
  presentLimits,
  whyNoFigure,
} from "#shared/limit/asked-limits.ts";
import type { Limit } from "#shared/limit/limit.ts";
import type { LimitLookup } from "#shared/limit/limit-lookup.ts";
import type { Plant } from "#shared/plant/plant.ts";
import type { Sample } from "#shared/reading/sample.ts";
import type { LimitSet } from "#shared/registry/limit-schema.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Station } from "#shared/station/station.ts";
import { neededFrom } from "#shared/verdict/explain/judge-one.ts";
import { createFeedWindows } from "#shared/verdict/feed-windows.ts";
import { createFlipCount, type Flip, type FlipRow } from "#shared/verdict/flips.ts";
import { createStationJudge } from "#shared/verdict/judge-station.ts";
import type { Verdict } from "#shared/verdict/verdict.ts";
import { type Calendar, createCalendar, type Window } from "#shared/window/calendar.ts";

export interface RejudgeCase {
  readonly registry: Registry;
  readonly asked: AskedLimits;
  /** Windows that lie wholly in it. */
  readonly span: Window;
  readonly stations: readonly Station[];
  /** Of one station, in order of time, flags set: what covers time in the span. */
  read(station: Station, span: Window): Promise<readonly Sample[]>;
}

export interface Replaced {
  readonly plant: string;
  readonly parameter: string;
  readonly present: readonly LimitText[];
  readonly asked: readonly LimitText[];
}
export interface LimitText {
  readonly min: number | null;
  readonly max: number | null;
  readonly over: string | null;
  readonly instrument: string;
  readonly clause: string;
  readonly confidence: string;
}

export interface Rejudged {
  readonly rows: readonly FlipRow[];
  readonly flips: readonly Flip[];
  /** Limits as of the span's end, of parameters that are judged otherwise. */
  readonly replaced: readonly Replaced[];
  readonly noFigure: readonly {
    readonly plant: string;
    readonly parameter: string;
    readonly reason: string;
  }[];
  /** Plants of which the question cannot be asked: no text is named, and they are bound to none. */
  readonly notAsked: readonly string[];
}

export async function rejudge(given: RejudgeCase): Promise<Rejudged> {
  const { registry, asked, span, stations, read } = given;
  const calendar = createCalendar(registry.settings.timeZone);
  const count = createFlipCount();
  const replaced = new Map<string, Replaced>();
  const noFigure = new Map<string, Rejudged["noFigure"][number]>();
  const notAsked = new Set<string>();
  for (const station of stations) {
    const plant = registry.plants.get(station.plant);
    if (plant === undefined) continue;
    const { set, present, otherwise } = lookups(registry, plant, asked);
    if (set === undefined && asked.figures.size === 0) {
      notAsked.add(plant.id);
      continue;
    }
    for (const parameter of Object.keys(station.parameters)) {
      const key = `${plant.id} ${parameter}`;
      const [before, after] = [present, otherwise].map((of) => textsOf(of(parameter, span.to - 1))) as [
        LimitText[],
        LimitText[],
      ];
      if (before.length > 0 && after.length === 0 && set !== undefined)
        noFigure.set(key, {
          plant: plant.id,
          parameter,
          reason: whyNoFigure(set, parameter, registry.instruments),
        });
      else if (JSON.stringify(before) !== JSON.stringify(after))
        replaced.set(key, { plant: plant.id, parameter, present: before, asked: after });
    }
    const samples = await read(station, {
      from: neededFrom(createStationJudge(registry, station, calendar), span),
      to: span.to,
    });
    const judgeBy = (limits: LimitLookup) => judgeAll(registry, station, calendar, limits, samples, span);
    const isAsked = ({ parameter }: Verdict) => asked.figures.has(parameter) || set !== undefined;
    count.add(judgeBy(present), judgeBy(otherwise).filter(isAsked));
  }
  return {
    rows: count.rows(),
    flips: count.flips(),
    replaced: [...replaced.values()],
    noFigure: [...noFigure.values()],
    notAsked: [...notAsked],
  };
}

/** By parameter and local day, present and asked. @throws Error naming the plant */
function lookups(
  registry: Registry,
  plant: Plant,
  asked: AskedLimits,
): { set: LimitSet | undefined; present: LimitLookup; otherwise: LimitLookup } {
  const { instruments, settings } = registry;
  const calendar = createCalendar(settings.timeZone);
  let set: LimitSet | undefined;
  try {
    set = askedSet(plant, asked, instruments);
  } catch (error) {
    throw new Error(`for plant ${plant.id}: ${(error as Error).message}`);
  }
  const remember = (of: (parameter: string, time: number) => Limit[]): LimitLookup => {
    const known = new Map<string, readonly Limit[]>();
    return (parameter, time) => {
      const key = `${parameter} ${calendar.windowAt("day", time).from}`;
      let limits = known.get(key);
      if (limits === undefined) {
        limits = of(parameter, time);
        known.set(key, limits);
      }
      return limits;
    };
  };
  const { timeZone } = settings;
  return {
    set,
    present: remember((parameter, time) => presentLimits(plant, parameter, time, timeZone, instruments)),
    otherwise: remember((parameter, time) =>
      limitsAsked(plant, asked, set, parameter, time, timeZone, instruments),
    ),
  };
}

const textsOf = (limits: readonly Limit[]): LimitText[] =>
  limits
    .filter(({ quantity }) => quantity === "value")
    .map(({ min, max, over, instrument, clause, confidence }) => ({
      min: min ?? null,
      max: max ?? null,
      over: over ?? null,
      instrument,
      clause,
      confidence,
    }));

function judgeAll(
  registry: Registry,
  station: Station,
  calendar: Calendar,
  limits: LimitLookup,
  samples: readonly Sample[],
  { from, to }: Window,
): Verdict[] {
  const judge = createStationJudge(registry, station, calendar, limits);
  const windows = createFeedWindows(judge, {
    hour: calendar.windowsUntil("hour", from, to),
    day: calendar.windowsUntil("day", from, to),
    month: calendar.windowsUntil("month", from, to),
  });
  return windows.touch(samples, from, to).filter((verdict) => verdict.from >= from && verdict.to <= to);
}
