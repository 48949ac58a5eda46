/** The presence sweep, in memory. In: how many stations, of how many parameters; out: milliseconds a look takes, all in order and all silent. */

import { parameters } from "#shared/parameter/parameter.ts";
import { createFeed } from "#shared/presence/feed.ts";
import { RECENT } from "#shared/presence/heard.ts";
import { sweepStations } from "#shared/presence/sweep-stations.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { type StationParameter, settingsSchema } from "#shared/registry/schema.ts";
import type { Station } from "#shared/station/station.ts";

export interface SweepFigures {
  readonly stations: number;
  readonly parameters: number;
  /** Median of a look at stations in order, and the slowest, ms. */
  readonly quietMs: number;
  readonly slowestMs: number;
  /** A look that finds every station silent, ms. */
  readonly allSilentMs: number;
}

const MINUTE_MS = 60_000;
const INTERVAL_MS = 5 * MINUTE_MS;

export function sweepBench({ stations = 2_000, measured = 8, looks = 30 } = {}): SweepFigures {
  const now = Date.parse("2026-11-23T12:00:00+07:00");
  const registry = registryOf(stations, measured);
  const feed = createFeed({ now: () => now - 60 * MINUTE_MS }, registry);
  for (const station of registry.stations.values()) {
    const readings = Object.keys(station.parameters).map((parameter) => ({
      ...{ parameter, value: 7, status: "measuring" as const, flag: 1 as const },
    }));
    for (let record = RECENT; record > 0; record -= 1) {
      const time = now - record * INTERVAL_MS;
      feed.saw({ station: station.id, time, receivedAt: time, readings });
    }
  }
  const look = (at: number) => {
    const started = performance.now();
    const events = sweepStations(
      { registry, feed, open: [], incidentsOf: () => [] },
      { now: at, recordedAt: at },
    );
    return { ms: performance.now() - started, found: events.length };
  };
  const quiet = Array.from({ length: looks }, () => look(now));
  const silent = look(now + 60 * MINUTE_MS);
  if (quiet.some(({ found }) => found > 0) || silent.found !== stations) {
    throw new Error(`the sweep found ${quiet[0]?.found} and ${silent.found}: expected 0 and ${stations}`);
  }
  const sorted = quiet.map(({ ms }) => ms).sort((a, b) => a - b);
  return {
    stations,
    parameters: measured,
    quietMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
    slowestMs: sorted.at(-1) ?? 0,
    allSilentMs: silent.ms,
  };
}

function registryOf(count: number, measured: number): Pick<Registry, "settings" | "stations"> {
  const settings = settingsSchema.parse({ name: "bench", simulated: false, timeZone: "Asia/Ho_Chi_Minh" });
  const declared = Object.fromEntries(
    parameters
      .slice(0, measured)
      .map(({ key }): [string, StationParameter] => [
        key,
        { instrument: key === "cod" ? "analyser" : "probe" },
      ]),
  );
  const stations = new Map<string, Station>();
  for (let index = 0; index < count; index += 1) {
    const id = `sim-s${index}`;
    stations.set(id, {
      ...{ id, name: { vi: id, en: id }, zone: "sim-z", plant: "sim-p", stamp: "end" },
      ...{ intervalMs: INTERVAL_MS, coversFromOffsetMs: -INTERVAL_MS, connectedOn: "2026-01-01" },
      parameters: declared,
    });
  }
  return { settings, stations };
}
