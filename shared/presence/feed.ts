/**
 * What the feed has shown so far. In: samples; out: the feed's time and what was heard of each station. In
 * simulated and replayed feeds the feed's time is "now": presence and watermarks run on it, so a slow machine, or
 * data of 1990, judges as a fast one would have on the day.
 */
import type { Sample } from "#shared/reading/sample.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Clock } from "#shared/runtime/clock.ts";
import { createHeard, type Heard, hear, hearRefused, type Receipt, recallValue } from "./heard.ts";

export interface Feed {
  saw(sample: Pick<Sample, "station" | "time" | "receivedAt" | "readings">): void;
  /** A record refused for a stamp in the future. */
  refused(station: string, refusal: Receipt): void;
  /** A parameter's newest value, as the database has it. */
  recalled(station: string, parameter: string, time: number): void;
  heard(station: string): Heard | undefined;
  /** ms since epoch; undefined while a simulated feed has shown nothing. */
  now(): number | undefined;
  /** The first sample seen: before it a simulated feed owes nothing. */
  readonly first: Receipt | undefined;
  /** When listening began, on the receiver's clock, ms since epoch. */
  readonly listeningSince: number;
  readonly simulated: boolean;
  /** What delays may be wrong by: on a clock that runs fast, a pause of the machine is hours. */
  slackMs(): number;
}

/** Pauses that a busy machine makes, real ms. */
const PAUSE_MS = 5_000;

export function createFeed(
  clock: Pick<Clock, "now"> & Partial<Pick<Clock, "speed">>,
  { settings: { simulated }, stations: declared }: Pick<Registry, "settings" | "stations">,
): Feed {
  const stations = new Map<string, Heard>();
  const listeningSince = clock.now();
  let newest: number | undefined;
  let first: Receipt | undefined;
  let fastest = 1;

  function heardOf(station: string): Heard {
    const known = stations.get(station) ?? createHeard();
    stations.set(station, known);
    return known;
  }

  return {
    simulated,
    listeningSince,
    saw(sample) {
      const { station, time, receivedAt } = sample;
      const known = declared.get(station);
      if (known === undefined) return;
      hear(heardOf(station), sample, known);
      if (newest === undefined || time > newest) newest = time;
      first ??= { time, receivedAt };
    },
    refused(station, refusal) {
      if (declared.has(station)) hearRefused(heardOf(station), refusal);
    },
    recalled(station, parameter, time) {
      const known = declared.get(station);
      if (known !== undefined && Object.hasOwn(known.parameters, parameter)) {
        recallValue(heardOf(station), parameter, time);
      }
    },
    heard: (station) => stations.get(station),
    now: () => (simulated ? (newest === undefined ? undefined : Math.min(newest, clock.now())) : clock.now()),
    get first() {
      return first;
    },
    slackMs() {
      fastest = Math.max(fastest, clock.speed ?? 1);
      return fastest > 1 ? fastest * PAUSE_MS : 0;
    },
  };
}
