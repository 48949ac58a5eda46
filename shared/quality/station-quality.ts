/**
 * The quality tests of one station, in the order of its records. In: a sample that will be stored; out: the same sample
 * with its flags, and which earlier reading turned out to be a spike. Pure: no I/O, no clock. Every sample passes here:
 * what is remembered is numbers in an array, and nothing is allocated for a reading whose flag stays 1.
 */
import type { Amendment, Reading, Sample } from "#shared/reading/sample.ts";
import type { Station } from "#shared/station/station.ts";
import { isFrozen, LEAST_FROZEN, logChance } from "./all-frozen.ts";
import { isCensored, measuredFlow } from "./censored.ts";
import { electricalLoss } from "./electrical-loss.ts";
import { ALL_FROZEN, CENSORED, CLAMPED, FLAT_LINE, failed, flagOf, isFailed, isFlat, SPIKE } from "./flag.ts";
import { grossRange } from "./gross-range.ts";
import { follow, SPIKE_BEFORE } from "./history.ts";
import { createQualityMemory, type LimitOf, type Profile, type QualityMemory } from "./memory.ts";
import { forgetAll, interrupt, LAST, repeatShare, STATE, suspend, TESTS, TIME } from "./state.ts";
import type { Thresholds } from "./thresholds.ts";

export interface QualityJudgement {
  /** The very sample that came when every flag stays as it was. */
  readonly sample: Sample;
  readonly amended: readonly Amendment[];
}

export interface StationQuality {
  /** Call it once for each sample that will be stored, in the order of arrival. */
  judge(sample: Sample): QualityJudgement;
}

const nothing: readonly never[] = [];

/**
 * Readings older than the newest of their parameter meet only the tests of their own value, and change nothing. Parameters
 * that the registry does not have for the station stay as they are.
 * @param limitOf  asked once a parameter, when the station is first seen
 * @param recent  what is stored of the station lately, any order: fills the memory of the tests, is not flagged again
 * @param memory  pass the same one for all stations
 */
export function createStationQuality(
  station: Station,
  limitOf: LimitOf = () => undefined,
  recent: readonly Sample[] = nothing,
  memory: QualityMemory = createQualityMemory(),
): StationQuality {
  const profile = memory.profileOf(station, limitOf);
  const { numbers, start } = memory.reserve(PARAMETERS + profile.keys.length * STATE);
  const track: Track = { profile, state: numbers, start };
  numbers.fill(-Infinity, start, start + PARAMETERS);
  for (let slot = 0; slot < profile.keys.length; slot += 1) forgetAll(numbers, placeOf(track, slot));
  for (const sample of [...recent].sort((a, b) => a.time - b.time)) judgeSample(track, sample);
  return { judge: (sample) => judgeSample(track, sample) };
}

interface Track {
  readonly profile: Profile;
  readonly state: Float64Array;
  readonly start: number;
}

/** Of the station: time of the newest record, and of the one since which every parameter has stood; then its parameters. */
const NEWEST = 0;
const FROZEN_SINCE = 1;
const PARAMETERS = 2;

const placeOf = ({ start }: Track, slot: number): number => start + PARAMETERS + slot * STATE;

const MOST_READINGS = 256;
/** Scratch space, by place in the sample: nothing is kept in it. */
const scratch = new Int32Array(MOST_READINGS);

function judgeSample(track: Track, sample: Sample): QualityJudgement {
  const { time, readings } = sample;
  const { profile, state, start } = track;
  const { keys, thresholds, meter } = profile;
  const marks = readings.length <= MOST_READINGS ? scratch : new Int32Array(readings.length);
  let amended: Amendment[] | undefined;
  let all = 0;
  let compared = 0;
  let equal = 0;
  let expected = 0;
  for (let place = 0; place < readings.length; place += 1) {
    const { parameter, value, flag } = readings[place] as Reading;
    marks[place] = 0;
    // stations keep their order
    const slot = keys[expected] === parameter ? expected : keys.indexOf(parameter);
    if (slot < 0) continue;
    expected = slot + 1;
    const at = placeOf(track, slot);
    const bounds = thresholds[slot] as Thresholds;
    const lastTime = state[at + TIME] as number;
    const isLate = time <= lastTime;
    if (value === null || flag === 9 || flag === 2) {
      if (isLate) continue;
      if (flag === 2) suspend(state, at, time, bounds);
      else interrupt(state, at, time);
      continue;
    }
    let tests = grossRange(value, bounds) | electricalLoss(value, bounds);
    if (value >= bounds.top && isCensored(value, bounds, readings, meter)) tests = CENSORED;
    if (isLate) {
      // nothing of it is remembered
    } else if (tests === CENSORED || isFailed(tests)) {
      interrupt(state, at, time);
    } else {
      if (isCompared(bounds, value)) {
        compared += 1;
        if (value === state[at + LAST]) equal += 1;
      }
      const testsBefore = state[at + TESTS] as number;
      const found = follow(state, at, bounds, time, value, tests);
      tests |= found & ~SPIKE_BEFORE;
      if (found !== 0) {
        if (isFlat(found) && isClamped(value, bounds, readings, profile)) {
          tests |= isFailed(found) ? failed(CLAMPED) : CLAMPED;
        }
        if ((found & SPIKE_BEFORE) !== 0 && testsBefore === 0) {
          amended ??= [];
          amended.push({ time: lastTime, parameter, flag: 3, tests: SPIKE });
        }
      }
    }
    marks[place] = tests;
    all |= tests;
  }
  if (compared > 0 && time > (state[start + NEWEST] as number)) {
    state[start + NEWEST] = time;
    if (compared < LEAST_FROZEN || equal < compared) state[start + FROZEN_SINCE] = time;
    else if (time - (state[start + FROZEN_SINCE] as number) > profile.longestCycleMs) {
      all |= markFrozen(track, sample, marks);
    }
  }
  return {
    sample: all === 0 ? sample : flaggedSample(profile, sample, marks),
    amended: amended ?? nothing,
  };
}

/** Pumps that are off do not freeze a record. */
function isCompared({ countsAsFrozen, isFlow }: Thresholds, value: number): boolean {
  return countsAsFrozen && !(isFlow && value === 0);
}

/** Stands at the bottom of its range while water flows: a transmitter without signal. */
function isClamped(value: number, bounds: Thresholds, readings: readonly Reading[], { meter }: Profile) {
  return value === bounds.bottom && (measuredFlow(readings, meter) ?? 0) > 0;
}

/** Every parameter has stood: suspect, unless all their histories together make it ordinary. */
function markFrozen(track: Track, { time, readings }: Sample, marks: Int32Array): number {
  const { profile, state, start } = track;
  const stoodMs = time - (state[start + FROZEN_SINCE] as number);
  const standing: number[] = [];
  let chances = 0;
  readings.forEach(({ parameter, value, flag }, place) => {
    const slot = profile.keys.indexOf(parameter);
    const bounds = profile.thresholds[slot];
    if (bounds === undefined || value === null || flag === 2 || flag === 9) return;
    const tests = marks[place] as number;
    const isOut = tests === CENSORED || isFailed(tests & ~failed(FLAT_LINE | CLAMPED));
    if (isOut || !isCompared(bounds, value)) return;
    chances += logChance(stoodMs, repeatShare(state, placeOf(track, slot)), bounds);
    standing.push(place);
  });
  if (!isFrozen(stoodMs, profile.longestCycleMs, chances)) return 0;
  for (const place of standing) marks[place] = (marks[place] as number) | ALL_FROZEN;
  return ALL_FROZEN;
}

function flaggedSample({ keys, thresholds }: Profile, sample: Sample, marks: Int32Array): Sample {
  const readings = sample.readings.map((reading, place): Reading => {
    const tests = marks[place] as number;
    const { value } = reading;
    if (tests === 0 || value === null) return reading;
    const flag = flagOf(value, tests);
    if (tests !== CENSORED) return { ...reading, flag, tests };
    const { top } = thresholds[keys.indexOf(reading.parameter)] as Thresholds;
    return { ...reading, value: top, flag, censored: reading.censored ?? value, tests };
  });
  return { ...sample, readings };
}
