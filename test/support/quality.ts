/** A station for the quality tests, and its records by value alone. */
import { testsOf } from "#shared/quality/flag.ts";
import type { LimitOf } from "#shared/quality/memory.ts";
import { createStationQuality, type StationQuality } from "#shared/quality/station-quality.ts";
import type { Amendment, Reading, Sample } from "#shared/reading/sample.ts";
import type { Station } from "#shared/station/station.ts";

export const MINUTE = 60_000;
export const STEP = 5 * MINUTE;
export const START = Date.parse("2026-11-23T00:00:00+07:00");

/** What the usual station measures, with instruments as in the sample registry. */
export const usual: Station["parameters"] = {
  ph: { instrument: "probe", range: [0, 14] },
  temp: { instrument: "probe", range: [0, 80] },
  cod: { instrument: "analyser", range: [0, 500] },
  tss: { instrument: "probe", range: [0, 300] },
  nh4: { instrument: "analyser", as: "N", range: [0, 50] },
  flow: { instrument: "probe", range: [0, 500] },
};

export const permit: LimitOf = (parameter) =>
  ({ ph: { min: 5.5, max: 9 }, cod: { max: 135 }, tss: { max: 90 }, nh4: { max: 9 } })[parameter];

export function stationOf(
  parameters: Station["parameters"] = usual,
  more: Partial<Pick<Station, "intervalMs" | "quality">> = {},
): Station {
  return {
    id: "sim-s1",
    zone: "sim-z",
    plant: "sim-p",
    name: { vi: "Trạm 1", en: "Station 1" },
    stamp: "end",
    connectedOn: "2026-01-01",
    intervalMs: STEP,
    coversFromOffsetMs: -STEP,
    parameters,
    ...more,
  };
}

/** A number, or "2:x" while calibrating and "9" for a device fault. */
type Shown = number | `2:${number}` | "9";

export function sampleAt(time: number, values: Readonly<Record<string, Shown>>): Sample {
  const readings = Object.entries(values).map(([parameter, shown]): Reading => {
    if (typeof shown === "number") return { parameter, value: shown, status: "measuring", flag: 1 };
    if (shown === "9") return { parameter, value: null, status: "fault", flag: 9 };
    return { parameter, value: Number(shown.slice(2)), status: "calibrating", flag: 2 };
  });
  return { zone: "sim-z", plant: "sim-p", station: "sim-s1", time, receivedAt: time, readings };
}

export interface Told {
  readonly samples: readonly Sample[];
  readonly amended: readonly Amendment[];
  /** Of one parameter, record by record: its flag, and for 3 and 4 the tests, `3 spike`. */
  readonly flags: (parameter: string) => string[];
}

/** Feeds a station one record after another. */
export function feed(quality: StationQuality, samples: readonly Sample[]): Told {
  const judged = samples.map((sample) => quality.judge(sample));
  const told = judged.map(({ sample }) => sample);
  return {
    samples: told,
    amended: judged.flatMap(({ amended }) => amended),
    flags: (parameter) =>
      told.flatMap(({ readings }) =>
        readings.filter((reading) => reading.parameter === parameter).map(shown),
      ),
  };
}

export function shown(reading: Reading): string {
  return [
    reading.flag,
    ...testsOf(reading).map(({ test, flag }) => (flag === reading.flag ? test : `(${test})`)),
  ].join(" ");
}

/** One parameter at every step. */
export function series(
  parameter: string,
  values: readonly Shown[],
  others: Record<string, Shown> = {},
): Sample[] {
  return values.map((value, index) => sampleAt(START + index * STEP, { [parameter]: value, ...others }));
}

export function qualityOf(
  parameters?: Station["parameters"],
  more?: Parameters<typeof stationOf>[1],
): StationQuality {
  return createStationQuality(stationOf(parameters, more), permit);
}

/** Pseudo-random noise around a level, in steps of the instrument: the same for the same seed. */
export function noisy(length: number, level: number, spread: number, step: number, seed = 1): number[] {
  let state = seed;
  const uniform = () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  for (let i = 0; i < 10; i += 1) uniform();
  return Array.from({ length }, () => {
    const value = level + spread * (uniform() + uniform() + uniform() - 1.5);
    return Number((Math.round(value / step) * step).toFixed(3));
  });
}
