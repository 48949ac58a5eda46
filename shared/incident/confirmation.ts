/**
 * When single readings over their limit are more than a blip. In: verdicts of rule `instant` in order of time; out: since when
 * they run, once they are confirmed: by time for probes, by different analyses for analysers, never by records, since an
 * analyser repeats one result (trade practice 1.7). Pure.
 */
import type { Rules } from "#shared/registry/schema.ts";
import { cycleMsOf } from "#shared/station/cycle.ts";
import type { Station } from "#shared/station/station.ts";
import type { Verdict } from "#shared/verdict/verdict.ts";
import { HOUR_MS } from "#shared/window/calendar.ts";

export interface Instrument {
  readonly isAnalyser: boolean;
  /** Time between two results. */
  readonly cycleMs: number;
}

/** Undefined where single readings say nothing: stations without hours. */
export function instrumentOf(
  station: Pick<Station, "parameters" | "intervalMs"> | undefined,
  parameter: string,
  { averaging }: Pick<Rules, "averaging">,
): Instrument | undefined {
  if (station === undefined || station.intervalMs > HOUR_MS || !averaging.includes("hour")) return undefined;
  const declared = station.parameters[parameter];
  return {
    isAnalyser: declared?.instrument === "analyser",
    cycleMs: cycleMsOf(parameter, declared, station.intervalMs),
  };
}

export interface Confirmation {
  /** @returns since when the readings run, ms since epoch; undefined while they are not confirmed */
  take(verdict: Pick<Verdict, "from" | "value">): number | undefined;
}

export function createConfirmation(instrument: Instrument, rules: Rules["instant"]): Confirmation {
  const longestGapMs = Math.max(rules.clearAfter, 2 * instrument.cycleMs);
  let since = 0;
  let last = Number.NEGATIVE_INFINITY;
  let analyses = 0;
  let overMs = 0;
  let analysed: { at: number; value: number | null } = { at: 0, value: null };

  return {
    take({ from: time, value }) {
      const isNewRun = time - last > longestGapMs;
      // each reading stands for its interval, or for as long as there was until the next
      const heldMs = isNewRun ? instrument.cycleMs : Math.min(instrument.cycleMs, time - last);
      last = time;
      if (isNewRun) {
        since = time;
        analyses = 0;
        overMs = 0;
      }
      overMs += heldMs;
      if (isNewRun || value !== analysed.value || time - analysed.at >= instrument.cycleMs) {
        analyses += 1;
        analysed = { at: time, value };
      }
      const isConfirmed = instrument.isAnalyser ? analyses >= rules.analyses : overMs >= rules.confirmAfter;
      return isConfirmed ? since : undefined;
    },
  };
}
