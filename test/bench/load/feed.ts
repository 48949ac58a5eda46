/**
 * What the stations of a bench send. In: how many stations, and values a message; out: message and sample number i,
 * always the same ones.
 */
import type { Reading, Sample } from "#shared/reading/sample.ts";
import { createLocalTime } from "#shared/time/local-time.ts";
import { encodePayload } from "#simulators/station/payload.ts";
import { benchStations, ROOT } from "./registry.ts";

export interface FeedMessage {
  readonly topic: string;
  readonly payload: string;
}

export interface Feed {
  /** Messages `from` to `to` (exclusive) as stations put them on the wire. */
  messages(from: number, to: number): FeedMessage[];
  /** The same as samples. */
  samples(from: number, to: number): Sample[];
}

interface FeedParameter {
  readonly key: string;
  readonly mean: number;
  /** How far a day takes it from its mean. */
  readonly swing: number;
}

/** As in the registry: what a station of a central plant measures. */
const declared: readonly FeedParameter[] = [
  { key: "ph", mean: 7.3, swing: 0.5 },
  { key: "temp", mean: 30, swing: 2 },
  { key: "cod", mean: 70, swing: 25 },
  { key: "tss", mean: 40, swing: 15 },
  { key: "nh4", mean: 4, swing: 2 },
  { key: "flow", mean: 210, swing: 60 },
];

export const VALUES_PER_MESSAGE = declared.length;
/** A message may not carry more. */
export const MAX_VALUES = 200;

/** The declared ones first; `p7`, `p8` … beyond them are stored without being in the registry. */
const parametersOf = (count: number): FeedParameter[] =>
  Array.from(
    { length: count },
    (_, place) => declared[place] ?? { key: `p${place + 1}`, mean: 50, swing: 20 },
  );

const STEP_MS = 300_000;
const STEPS_A_DAY = 288;
/** Of the swing: a sensor is never quite still. */
const NOISE = 0.03;
const DECIMALS = 1_000;

/** A daily curve with a little noise, as water behaves: what jumps about is withheld by the quality tests. */
function measuredAt({ mean, swing }: FeedParameter, round: number, station: number, place: number): number {
  const day = Math.sin((2 * Math.PI * round) / STEPS_A_DAY + station + 2 * place);
  const noise =
    (Math.imul(round + 1, 2_654_435_761) ^ Math.imul(97 * station + place + 1, 1_597_334_677)) >>> 8;
  const value = mean + swing * (0.6 * day + NOISE * (noise / 2 ** 23 - 1));
  return Math.round(value * DECIMALS) / DECIMALS;
}

export interface FeedOptions {
  readonly stations: number;
  /** Messages the feed will ever give: the last one carries the present, the first lies so far back. */
  readonly total: number;
  readonly now: number;
  /** Values a message; VALUES_PER_MESSAGE when left out. */
  readonly values?: number;
}

export function createFeed(options: FeedOptions): Feed {
  const stations = benchStations(options.stations);
  const parameters = parametersOf(options.values ?? VALUES_PER_MESSAGE);
  const local = createLocalTime("Asia/Ho_Chi_Minh");
  const rounds = Math.ceil(options.total / stations.length);
  const newest = Math.floor(options.now / STEP_MS) * STEP_MS;

  const at = (index: number) => {
    const place = index % stations.length;
    const round = Math.floor(index / stations.length);
    const station = stations[place];
    if (station === undefined) throw new Error("a feed without stations");
    const values = parameters.map((parameter, number) => measuredAt(parameter, round, place, number));
    return { station, values, time: newest - (rounds - 1 - round) * STEP_MS };
  };

  return {
    messages: (from, to) =>
      range(from, to).map((index) => {
        const { station, values, time } = at(index);
        const readings = Object.fromEntries(
          parameters.map(({ key }, place) => [key, { value: values[place] ?? 0 }]),
        );
        return {
          topic: `${ROOT}/v1/${station.zone}/${station.plant}/${station.id}/data`,
          payload: encodePayload(local.textAt(time), readings),
        };
      }),
    samples: (from, to) =>
      range(from, to).map((index) => {
        const { station, values, time } = at(index);
        const readings = parameters.map(
          ({ key }, place): Reading => ({
            parameter: key,
            value: values[place] ?? 0,
            status: "measuring",
            flag: 1,
          }),
        );
        const { zone, plant, id } = station;
        return { zone, plant, station: id, time, receivedAt: options.now, readings };
      }),
  };
}

const range = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
