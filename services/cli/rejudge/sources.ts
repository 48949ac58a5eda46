/** Where a re-judgement reads from: InfluxDB in pieces, or a file. Out: samples of one station in order of time, flags set. */
import { settleSamples } from "#shared/feed/settle.ts";
import type { Influx } from "#shared/influx/influx.ts";
import { createQualityMemory } from "#shared/quality/memory.ts";
import { readSpan } from "#shared/reading/read-span.ts";
import type { Sample } from "#shared/reading/sample.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Station } from "#shared/station/station.ts";
import type { Window } from "#shared/window/calendar.ts";
import { createCollector } from "../judge/collect.ts";
import { flagSamples } from "../judge/judge-run.ts";
import { type OnFault, readFeed } from "../judge/read-lines.ts";

export type ReadStation = (station: Station, span: Window) => Promise<readonly Sample[]>;

const PIECE_MS = 7 * 86_400_000;

/** @param onProgress pieces read, of so many in all */
export function influxSource(
  influx: Pick<Influx, "query">,
  stations: number,
  onProgress: (done: number, total: number) => void,
): ReadStation {
  let done = 0;
  return async (station, { from, to }) => {
    const pieces = Math.ceil((to - from) / PIECE_MS);
    const found: Sample[] = [];
    for (let piece = 0; piece < pieces; piece += 1) {
      const start = from + piece * PIECE_MS;
      const span = { from: start, to: Math.min(to, start + PIECE_MS) };
      for (const sample of (await readSpan(influx, [station], span)).get(station.id) ?? [])
        found.push(sample);
      done += 1;
      onProgress(done, stations * pieces);
    }
    return found;
  };
}

/** The whole file is read once; flags are those of the quality tests with the present limits. */
export async function fileSource(registry: Registry, file: string, onFault: OnFault): Promise<ReadStation> {
  const collector = createCollector(registry, (message, at) => onFault(`${file}:${at}: ${message}`));
  await readFeed(file, registry.settings.timeZone, collector.take, onFault);
  const { samples } = collector.collected();
  return async (station, { from, to }) => {
    const settled = settleSamples(samples.get(station.id) ?? []).samples;
    const offset = station.coversFromOffsetMs;
    return flagSamples(registry, station.id, settled, createQualityMemory()).filter(
      ({ time }) => time + offset >= from && time + offset < to,
    );
  };
}
