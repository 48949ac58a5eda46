/** One instrument. In: the true value and a time; out: what its display shows: noisy, in its range, in its steps, repeated for its cycle. */
import type { EffluentRow } from "#simulators/plant/effluent-table.ts";
import { seededRandom } from "#simulators/plant/random.ts";

export interface Sensor {
  /** The shown value at `time` (ms since epoch); call it in time order. */
  read(value: number, time: number): number;
}

export interface SensorOptions {
  readonly row: Pick<EffluentRow, "noise" | "resolution" | "cycleMs">;
  readonly seed: string;
  /** The instrument cannot show more or less; concentrations never go below 0 without it. */
  readonly range?: readonly [number, number] | undefined;
}

export function createSensor(options: SensorOptions): Sensor {
  const { noise, resolution, cycleMs } = options.row;
  const [lowest, highest] = options.range ?? [0, Number.POSITIVE_INFINITY];
  const random = seededRandom(`${options.seed}/sensor`);
  let shown = 0;
  let cycle = Number.NaN;
  return {
    read(value, time) {
      if (cycleMs !== undefined) {
        const current = Math.floor(time / cycleMs);
        if (current === cycle) return shown;
        cycle = current;
      }
      const measured = value + noise * random.normal();
      shown = toStep(Math.max(lowest, Math.min(highest, measured)), resolution);
      return shown;
    },
  };
}

/** Rounds to the instrument's step without binary dust: 7.1, not 7.1000000000000005. */
export function toStep(value: number, step: number): number {
  return Number((Math.round(value / step) * step).toFixed(3));
}
