/**
 * What the tests of many stations have in common. In: the registry's stations and their limits; out: the bounds of each,
 * made once for equal stations, and room for the numbers they remember, side by side. A country of stations then costs
 * its numbers and little else.
 */
import type { Station } from "#shared/station/station.ts";
import type { FlowMeter } from "./censored.ts";
import { type Thresholds, thresholdsOf } from "./thresholds.ts";

/** Limits that hold for a parameter, in the unit and basis in which it is stored. */
export type LimitOf = (
  parameter: string,
) => { readonly min?: number | undefined; readonly max?: number | undefined } | undefined;

type Described = Pick<Station, "parameters" | "intervalMs" | "quality">;
type Bounds = { readonly min: number | undefined; readonly max: number | undefined };

/** A station's parameters with their bounds, in one order. */
export interface Profile {
  readonly keys: readonly string[];
  /** Of each key, by its place. */
  readonly thresholds: readonly Thresholds[];
  readonly meter: FlowMeter;
  /** So long records may rightly repeat. */
  readonly longestCycleMs: number;
}

export interface QualityMemory {
  profileOf(station: Described, limitOf: LimitOf): Profile;
  /** Room for so many numbers of one station: from `start` on in an array that it shares with others. */
  reserve(numbers: number): { readonly numbers: Float64Array; readonly start: number };
}

/** The outflow meter: whether water flows. */
const METER = "flow";
/** Numbers in an array: 64 KiB. */
const LARGEST = 8_192;

export function createQualityMemory(): QualityMemory {
  const profiles = new Map<string, Profile>();
  let room = new Float64Array(0);
  let used = 0;
  return {
    profileOf(station, limitOf) {
      const keys = Object.keys(station.parameters);
      const limits = keys.map((parameter): Bounds => {
        const limit = limitOf(parameter);
        return { min: limit?.min, max: limit?.max };
      });
      const name = JSON.stringify([station.parameters, station.intervalMs, station.quality, limits]);
      const profile = profiles.get(name) ?? makeProfile(station, keys, limits);
      profiles.set(name, profile);
      return profile;
    },
    reserve(numbers) {
      if (used + numbers > room.length) {
        // one station alone needs no more than its own
        room = new Float64Array(Math.max(numbers, Math.min(LARGEST, 2 * room.length)));
        used = 0;
      }
      const start = used;
      used += numbers;
      return { numbers: room, start };
    },
  };
}

function makeProfile(station: Described, keys: readonly string[], limits: readonly Bounds[]): Profile {
  const thresholds = keys.flatMap((parameter, place) => {
    const declared = station.parameters[parameter];
    return declared === undefined ? [] : [thresholdsOf(parameter, declared, station, limits[place])];
  });
  return {
    keys,
    thresholds,
    meter: { parameter: METER, failBelow: thresholds[keys.indexOf(METER)]?.failBelow ?? -Infinity },
    longestCycleMs: Math.max(0, ...thresholds.map(({ cycleMs }) => cycleMs)),
  };
}
