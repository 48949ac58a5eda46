/**
 * The figures of the quality tests. In: what the registry says of an instrument, its station's interval, the limit;
 * out: one object of bounds a parameter. Defaults are those of sensor-quality 4.2 unless a source is named: proposals of
 * this project (P), tuned by each registry, never law. Marks as there: V read, S secondary source, D derived, P proposal.
 */
import { isTotaliser } from "#shared/coverage/totaliser.ts";
import { factorIntoStored } from "#shared/parameter/basis.ts";
import type { ParameterQuality, StationParameter } from "#shared/registry/schema.ts";
import { cycleMsOf } from "#shared/station/cycle.ts";
import type { Station } from "#shared/station/station.ts";
import type { QualityTest } from "./flag.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Defaults of 4.2 (P) that the registry overrides under the same names, by station or by parameter. */
export const qualityDefaults = {
  gapIntervals: 3,
  negativeShare: 0.02,
  loopShare: 0.005,
  spikePercentile: 0.98,
  rateDeviations: 3,
  rateOver: 25 * HOUR_MS,
  afterCalibration: 30 * MINUTE_MS,
  /** Probes; analysers: `flatCycles`. */
  flatSuspect: 30 * MINUTE_MS,
  flatFail: 60 * MINUTE_MS,
} as const;

const flatCycles = { suspect: 3, fail: 6 } as const;
/** Suspect above so many times the limit. */
const LIMIT_FACTOR = 3;
/** pH outside these is suspect, whatever its limits. */
const PH_BAND = [5, 10] as const;
/** At 0 mA a loop scaled to 4–20 mA reads the bottom minus this share of the span (D). */
const LOOP_SHARE = 0.25;
/** No parameter of the catalogue comes near: 1e15 is what a swapped word order gives (V). */
const ABSURD = 1e9;
/** With fewer results in `rateOver` there is nothing to learn from: daily values, laboratories (P). */
const LEAST_RESULTS = 24;

/** Display steps, TT 10/2021 instrument table (S, an English transcription); those it does not have are P. */
const resolutions: Readonly<Record<string, number>> = {
  ...{ ph: 0.1, temp: 0.1, tss: 0.1, cod: 0.5, nh4: 0.2, tn: 0.1, tp: 0.1, toc: 0.1, cl: 0.1 },
  // P: not in that table, or without a figure there
  ...{ bod5: 0.1, color: 1, do: 0.1, ec: 1, turbidity: 0.1, orp: 1, flow: 0.1, flow_in: 0.1 },
  // P: a hundredth or so of the lower column of QCVN 40:2011
  ...{ as: 1e-3, hg: 1e-4, pb: 1e-3, cd: 1e-3, cr6: 1e-3, cr3: 0.01, cu: 0.01, zn: 0.01, ni: 1e-3, mn: 0.01 },
  ...{ fe: 0.01, cn: 1e-3, phenol: 1e-3, oil_mineral: 0.1, sulfide: 0.01, fluoride: 0.1, chloride: 1 },
  ...{ pest_oc: 1e-3, pest_op: 0.01, pcb: 1e-4, coliform: 1, rad_alpha: 1e-3, rad_beta: 0.01 },
};
const OTHER_RESOLUTION = 0.1;

/** Stamps jitter: a share of the cycle. */
export const CYCLE_SLACK = 0.05;

/** Scales with a meaning at both ends; all else is an amount, which noise may put below zero, and a range cuts off at its top. */
const scales: ReadonlySet<string> = new Set(["ph", "temp", "orp"]);
const flows: ReadonlySet<string> = new Set(["flow", "flow_in"]);

/** All figures in the stored unit and basis. A test that is not run has bounds that nothing reaches. */
export interface Thresholds {
  readonly isAmount: boolean;
  readonly isFlow: boolean;
  /** Repeats a result for its cycle: equal records are one result. */
  readonly holds: boolean;
  /** Top of the range where it cuts off; infinite when unknown. */
  readonly top: number;
  /** What a transmitter without signal clamps to. */
  readonly bottom: number;
  readonly failBelow: number;
  readonly failAbove: number;
  readonly suspectBelow: number;
  readonly suspectAbove: number;
  readonly loopFrom: number;
  readonly loopTo: number;
  readonly limitMin: number;
  readonly limitMax: number;
  readonly gapMs: number;
  /** Of what is learnt: the share that a millisecond brings, and what is left of the old after a cycle. */
  readonly weightEachMs: number;
  readonly keptEachCycle: number;
  /** Squared number of standard deviations. */
  readonly rateFactor: number;
  readonly afterCalibrationMs: number;
  /** 2 × resolution: no smaller step is a spike or abrupt. */
  readonly leastStep: number;
  readonly spikePercentile: number;
  readonly findsSpikes: boolean;
  /** Equal within this: half the declared resolution. */
  readonly flatWithin: number;
  readonly flatSuspectMs: number;
  readonly flatFailMs: number;
  /** Time between two results. */
  readonly cycleMs: number;
  readonly countsAsFrozen: boolean;
}

type StationOf = Pick<Station, "intervalMs" | "quality">;
type Bounds = { readonly min?: number | undefined; readonly max?: number | undefined };

export function thresholdsOf(
  parameter: string,
  declared: StationParameter,
  station: StationOf,
  limit: Bounds = {},
): Thresholds {
  const quality: ParameterQuality = { ...station.quality, ...declared.quality };
  const skipped = new Set<QualityTest>([...(station.quality?.skip ?? []), ...(declared.quality?.skip ?? [])]);
  const isMeter = declared.instrument !== "laboratory";
  const factor = factorIntoStored(parameter, declared.as);
  const resolution = (declared.resolution ?? resolutions[parameter] ?? OTHER_RESOLUTION) * factor;
  const isAnalyser = declared.instrument === "analyser";
  const cycleMs = cycleMsOf(parameter, declared, station.intervalMs);
  // a meter that counts rightly stands while nothing flows
  const stands = isMeter && !isTotaliser(parameter);
  const memoryMs = quality.rateOver ?? qualityDefaults.rateOver;
  const learns = isMeter && memoryMs >= LEAST_RESULTS * cycleMs;
  return {
    isAmount: !scales.has(parameter),
    isFlow: flows.has(parameter),
    holds: isAnalyser,
    ...rangeOf(parameter, declared, quality, skipped, factor, limit),
    limitMin: limit.min ?? -Infinity,
    limitMax: limit.max ?? Infinity,
    // an analyser may report only when it has a new result: one cycle is no gap
    gapMs: Math.max(
      (quality.gapIntervals ?? qualityDefaults.gapIntervals) * station.intervalMs,
      cycleMs * (1 + CYCLE_SLACK),
    ),
    weightEachMs: 1 / memoryMs,
    keptEachCycle: Math.max(0, 1 - cycleMs / memoryMs),
    rateFactor:
      learns && !skipped.has("rate-of-change")
        ? (quality.rateDeviations ?? qualityDefaults.rateDeviations) ** 2
        : Infinity,
    afterCalibrationMs: quality.afterCalibration ?? qualityDefaults.afterCalibration,
    leastStep: scaled(quality.leastStep, factor) ?? 2 * resolution,
    spikePercentile: quality.spikePercentile ?? qualityDefaults.spikePercentile,
    findsSpikes: learns && !skipped.has("spike"),
    // an instrument that shows finer steps than the table has another resolution: until it is declared, equal is equal
    flatWithin:
      scaled(quality.flatWithin, factor) ?? (declared.resolution === undefined ? 0 : resolution / 2),
    ...flatTimes(quality, stands && !skipped.has("flat-line"), isAnalyser ? cycleMs : undefined),
    cycleMs,
    countsAsFrozen: stands && !skipped.has("all-frozen"),
  };
}

const scaled = (figure: number | undefined, factor: number): number | undefined =>
  figure === undefined ? undefined : figure * factor;

function flatTimes(quality: ParameterQuality, runs: boolean, cycleMs: number | undefined) {
  if (!runs) return { flatSuspectMs: Infinity, flatFailMs: Infinity };
  const times =
    cycleMs === undefined
      ? { suspect: qualityDefaults.flatSuspect, fail: qualityDefaults.flatFail }
      : { suspect: flatCycles.suspect * cycleMs, fail: flatCycles.fail * cycleMs };
  const flatSuspectMs = quality.flatSuspect ?? times.suspect;
  return { flatSuspectMs, flatFailMs: Math.max(flatSuspectMs, quality.flatFail ?? times.fail) };
}

function rangeOf(
  parameter: string,
  declared: StationParameter,
  quality: ParameterQuality,
  skipped: ReadonlySet<QualityTest>,
  factor: number,
  limit: Bounds,
) {
  const isAmount = !scales.has(parameter);
  const [bottom, top] = (declared.range ?? [undefined, undefined]).map((end) => scaled(end, factor));
  const span = top === undefined || bottom === undefined ? Number.NaN : top - bottom;
  const negative = (quality.negativeShare ?? qualityDefaults.negativeShare) * span;
  const loop = (bottom ?? Number.NaN) - LOOP_SHARE * span;
  const loopWithin = (quality.loopShare ?? qualityDefaults.loopShare) * span;
  const runs = !skipped.has("gross-range");
  const findsLoops = !skipped.has("electrical-loss");
  const usual =
    parameter === "ph"
      ? { below: PH_BAND[0], above: PH_BAND[1] }
      : { below: isAmount ? (bottom ?? 0) : -Infinity, above: LIMIT_FACTOR * (limit.max ?? Infinity) };
  return {
    top: isAmount && !skipped.has("censored") ? (top ?? Infinity) : Infinity,
    bottom: bottom ?? (isAmount ? 0 : Number.NaN),
    failBelow: runs ? (bottom === undefined ? -ABSURD : isAmount ? bottom - negative : bottom) : -ABSURD,
    failAbove: runs ? (top ?? ABSURD) : ABSURD,
    suspectBelow: runs ? (scaled(quality.suspectBelow, factor) ?? usual.below) : -Infinity,
    suspectAbove: runs ? (scaled(quality.suspectAbove, factor) ?? usual.above) : Infinity,
    loopFrom: findsLoops ? loop - loopWithin : Number.NaN,
    loopTo: findsLoops ? loop + loopWithin : Number.NaN,
  };
}
