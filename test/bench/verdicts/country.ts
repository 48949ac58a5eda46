/** The country that verdicts are measured on. In: how many stations; out: its registry, and rows or records of them; eight parameters, six of them with limits. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Reading, Sample } from "#shared/reading/sample.ts";
import {
  type BenchStation,
  benchSettings,
  benchStations,
  type Measured,
  zoneEntry,
} from "../load/registry.ts";

const parameters = [
  { key: "ph", mean: 7.2, swing: 0.3, declared: { instrument: "probe" } },
  { key: "temp", mean: 30, swing: 2, declared: { instrument: "probe" } },
  { key: "cod", mean: 80, swing: 20, declared: { instrument: "analyser" } },
  { key: "tss", mean: 40, swing: 10, declared: { instrument: "probe" } },
  { key: "nh4", mean: 4, swing: 1, declared: { instrument: "analyser", as: "N" } },
  { key: "tn", mean: 15, swing: 3, declared: { instrument: "analyser", as: "N" } },
  { key: "tp", mean: 2, swing: 0.5, declared: { instrument: "analyser", as: "P" } },
  { key: "flow", mean: 200, swing: 50, declared: { instrument: "probe" } },
] as const;
export const PARAMETERS = parameters.length;

const measured: Measured = {
  limits: {
    ph: { min: 5.5, max: 9 },
    cod: { max: 135 },
    tss: { max: 90 },
    nh4: { max: 9 },
    tn: { max: 36 },
    tp: { max: 5.4 },
  },
  parameters: Object.fromEntries(parameters.map(({ key, declared }) => [key, declared])),
};

/** One file; JSON is YAML. */
export async function writeCountry(folder: string, count: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "registry.yaml"), JSON.stringify(benchSettings));
  const zones = [...Map.groupBy(benchStations(count), ({ zone }) => zone)].map(([zone, stations]) =>
    zoneEntry(zone, stations, measured),
  );
  await writeFile(join(folder, "zones.yaml"), JSON.stringify({ zones }));
}

/** A daily curve with some noise, the same for the same station and time. */
function valueAt(place: number, station: number, time: number): number {
  const { mean, swing } = parameters[place] as (typeof parameters)[number];
  const day = Math.sin((2 * Math.PI * time) / 86_400_000 + station + place);
  const noise =
    (Math.imul(time / 1_000 + 1, 2_654_435_761) ^ Math.imul(97 * station + place + 1, 1_597_334_677)) >>> 8;
  return Math.round((mean + swing * (0.6 * day + 0.1 * (noise / 2 ** 23 - 1))) * 100) / 100;
}

export function readingsAt(station: number, time: number): Record<string, number> {
  return Object.fromEntries(parameters.map(({ key }, place) => [key, valueAt(place, station, time)]));
}

export function sampleAt(place: BenchStation, station: number, time: number): Sample {
  const { zone, plant, id } = place;
  const readings = parameters.map(
    ({ key }, index): Reading => ({
      parameter: key,
      value: valueAt(index, station, time),
      status: "measuring",
      flag: 1,
    }),
  );
  return { zone, plant, station: id, time, receivedAt: time, readings };
}
