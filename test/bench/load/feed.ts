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
  readonly low: number;
  readonly spread: number;
}

/** As in the registry: what a station of a central plant measures, in tenths. */
const declared: readonly FeedParameter[] = [
  { key: "ph", low: 65, spread: 20 },
  { key: "temp", low: 270, spread: 60 },
  { key: "cod", low: 400, spread: 600 },
  { key: "tss", low: 200, spread: 400 },
  { key: "nh4", low: 10, spread: 60 },
  { key: "flow", low: 1500, spread: 1200 },
];

export const VALUES_PER_MESSAGE = declared.length;
/** A message may not carry more. */
export const MAX_VALUES = 200;

/** The declared ones first; `p7`, `p8` … beyond them are stored without being in the registry. */
const parametersOf = (count: number): FeedParameter[] =>
  Array.from(
    { length: count },
    (_, place) => declared[place] ?? { key: `p${place + 1}`, low: 100, spread: 900 },
  );

const STEP_MS = 300_000;

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
    const station = stations[index % stations.length];
    if (station === undefined) throw new Error("a feed without stations");
    return { station, time: newest - (rounds - 1 - Math.floor(index / stations.length)) * STEP_MS };
  };
  const value = (index: number, place: number, { low, spread }: FeedParameter) =>
    (low + ((index * 7_919 + place * 104_729) % spread)) / 10;

  return {
    messages: (from, to) =>
      range(from, to).map((index) => {
        const { station, time } = at(index);
        const readings = Object.fromEntries(
          parameters.map((parameter, place) => [parameter.key, { value: value(index, place, parameter) }]),
        );
        return {
          topic: `${ROOT}/v1/${station.zone}/${station.plant}/${station.id}/data`,
          payload: encodePayload(local.textAt(time), readings),
        };
      }),
    samples: (from, to) =>
      range(from, to).map((index) => {
        const { station, time } = at(index);
        const readings = parameters.map(
          (parameter, place): Reading => ({
            parameter: parameter.key,
            value: value(index, place, parameter),
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
