/**
 * What the feed has shown so far. In: samples; out: the feed's time and the last record of each station. In
 * simulated and replayed feeds the feed's time is "now": presence and watermarks run on it, so a slow machine, or
 * data of 1990, judges as a fast one would have on the day.
 */
import type { Clock } from "#shared/runtime/clock.ts";

export interface LastRecord {
  /** The station's newest time stamp, ms since epoch. */
  readonly time: number;
  /** When anything of it was last received, ms since epoch. */
  readonly receivedAt: number;
}

export interface Feed {
  saw(station: string, time: number, receivedAt: number): void;
  last(station: string): LastRecord | undefined;
  /** ms since epoch; undefined while a simulated feed has shown nothing. */
  now(): number | undefined;
  /** The first sample: before it nobody can have been silent. */
  readonly first: LastRecord | undefined;
}

export function createFeed(clock: Pick<Clock, "now">, simulated: boolean): Feed {
  const stations = new Map<string, LastRecord>();
  let newest: number | undefined;
  let first: LastRecord | undefined;
  return {
    saw(station, time, receivedAt) {
      const before = stations.get(station);
      stations.set(station, {
        time: Math.max(time, before?.time ?? time),
        receivedAt: Math.max(receivedAt, before?.receivedAt ?? receivedAt),
      });
      if (newest === undefined || time > newest) newest = time;
      first ??= { time: simulated ? time : clock.now(), receivedAt };
    },
    last: (station) => stations.get(station),
    now: () => (simulated ? (newest === undefined ? undefined : Math.min(newest, clock.now())) : clock.now()),
    get first() {
      return first;
    },
  };
}
