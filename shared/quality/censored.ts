/**
 * Censoring: the instrument cannot show more. In: a value, the top of its range and the sample it stands in; out:
 * whether it means "at least the top" (trade practice 1.2, P: otherwise the worst spill becomes "no data").
 */
import type { Reading } from "#shared/reading/sample.ts";
import type { Thresholds } from "./thresholds.ts";

/** `outside`: the flow meter itself shows nonsense below this; what it says then is not measured. */
export interface FlowMeter {
  readonly parameter: string;
  readonly failBelow: number;
}

/**
 * At or above the top while water flows. Only amounts (concentrations, flow, colour, conductivity) can be "at least"
 * something: pH, temperature and redox potential are scales whose ends water does not reach, and there the top is a
 * broken wire or probe, so their gross range and flat line judge it as any other value.
 */
export function isCensored(
  value: number,
  { top, isAmount }: Pick<Thresholds, "top" | "isAmount">,
  readings: readonly Reading[],
  meter: FlowMeter,
): boolean {
  return isAmount && value >= top && measuredFlow(readings, meter) !== 0;
}

/** The outflow of a sample, not below 0; undefined when it is not measured: then water is taken to flow. */
export function measuredFlow(readings: readonly Reading[], meter: FlowMeter): number | undefined {
  for (const { parameter, value, status } of readings) {
    if (parameter !== meter.parameter) continue;
    return value === null || status !== "measuring" || value < meter.failBelow
      ? undefined
      : Math.max(0, value);
  }
  return undefined;
}
