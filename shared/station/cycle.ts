/** How long one result of an instrument stands. In: parameter, what the registry declares, the station's interval; out: ms. */
import type { StationParameter } from "#shared/registry/schema.ts";

const MINUTE_MS = 60_000;

/** Longest response times of the instrument table of Circular 10/2021 (S, an English transcription) taken as cycles (P): COD 15 min, other analysers 30 min. */
const usualCycleMs = (parameter: string): number => (parameter === "cod" ? 15 : 30) * MINUTE_MS;

/** Time between two results: an analyser's cycle, else the interval of the records; never shorter than that. */
export function cycleMsOf(
  parameter: string,
  declared: Pick<StationParameter, "instrument" | "cycle"> | undefined,
  intervalMs: number,
): number {
  if (declared?.instrument !== "analyser") return intervalMs;
  return Math.max(intervalMs, declared.cycle ?? usualCycleMs(parameter));
}
