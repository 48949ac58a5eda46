/**
 * Judges windows of one station from its samples. In: samples of a span, windows; out: verdicts, and summaries for
 * charts. Pure: readings, registry and calendar decide alone.
 */
import { isPlain, type Limit, limitsOf } from "#shared/limit/limit.ts";
import type { Reading, Sample } from "#shared/reading/sample.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Station } from "#shared/station/station.ts";
import { judgeWindow } from "#shared/verdict/judge-window.ts";
import type { Verdict, WindowRule } from "#shared/verdict/verdict.ts";
import { createCalendar, type Window } from "#shared/window/calendar.ts";
import { summarize, type WindowSummary } from "#shared/window/summary.ts";
import { owedIn } from "./owed.ts";

export interface JudgedSpan {
  readonly verdicts: readonly Verdict[];
  readonly summaries: readonly {
    readonly rule: WindowRule;
    readonly station: Station;
    readonly parameter: string;
    readonly from: number;
    readonly summary: WindowSummary;
  }[];
}

/** @param windows of one rule, in order; `samples` of this station, in order of time. */
export function judgeSpan(
  registry: Registry,
  station: Station,
  rule: WindowRule,
  windows: readonly Window[],
  samples: readonly Sample[],
): JudgedSpan {
  const plant = registry.plants.get(station.plant);
  const verdicts: Verdict[] = [];
  const summaries: JudgedSpan["summaries"][number][] = [];
  if (plant === undefined) return { verdicts, summaries };
  const parameters = [...new Set([...Object.keys(station.parameters), ...samples.flatMap(keysOf)])];
  const limits = createLimitLookup(registry, station);

  let next = 0;
  for (const window of windows) {
    const inside: Sample[] = [];
    while (next < samples.length) {
      const sample = samples[next] as Sample;
      const covered = sample.time + station.coversFromOffsetMs;
      if (covered >= window.to) break;
      if (covered >= window.from) inside.push(sample);
      next += 1;
    }
    const owed = owedIn(station, window);
    for (const parameter of parameters) {
      const readings = readingsOf(inside, parameter);
      const summary = summarize(readings, owed);
      summaries.push({ rule, station, parameter, from: window.from, summary });
      for (const limit of limits(parameter, window.to - 1)) {
        verdicts.push(
          judgeWindow({
            station,
            parameter,
            rule,
            window,
            readings,
            summary,
            limit,
            rules: registry.settings.rules,
          }),
        );
      }
    }
  }
  return { verdicts, summaries };
}

/** Limits by parameter and local day: they change with dates, not from window to window. */
export function createLimitLookup(
  registry: Registry,
  station: Station,
): (parameter: string, time: number) => readonly Limit[] {
  const plant = registry.plants.get(station.plant);
  const calendar = createCalendar(registry.settings.timeZone);
  const known = new Map<string, readonly Limit[]>();
  return (parameter, time) => {
    if (plant === undefined) return [];
    const key = `${parameter}|${calendar.windowAt("day", time).from}`;
    let limits = known.get(key);
    if (limits === undefined) {
      // figures over windows of their own, loads and volumes need another judge
      limits = limitsOf(plant, parameter, time, registry.settings.timeZone, registry.instruments).filter(
        isPlain,
      );
      if (known.size > 10_000) known.clear();
      known.set(key, limits);
    }
    return limits;
  };
}

const keysOf = (sample: Sample) => sample.readings.map((reading) => reading.parameter);

function readingsOf(samples: readonly Sample[], parameter: string): Reading[] {
  const readings: Reading[] = [];
  for (const sample of samples) {
    const reading = sample.readings.find((candidate) => candidate.parameter === parameter);
    if (reading !== undefined) readings.push(reading);
  }
  return readings;
}
