/**
 * Samples as rows of `effluent` and back. Per parameter `cod` (counts in means), `cod_withheld` (kept, not judged)
 * and `cod_flag` (where it is not 1); `received` in ms. Tags: zone, plant, station. Time: the station's.
 */
import type { Series } from "#shared/influx/influx.ts";
import { isUsable, type QualityFlag, type Reading, type Sample } from "./sample.ts";

export const EFFLUENT = "effluent";

/** One wide line a sample. Ids and parameter keys are plain by the registry's and the decoder's rules. */
export function sampleLine(sample: Sample): string {
  let fields = "";
  for (const reading of sample.readings) {
    if (isUsable(reading)) {
      fields += `${reading.parameter}=${reading.value},`;
      if (reading.flag !== 1) fields += `${reading.parameter}_flag=${reading.flag}i,`;
    } else {
      if (reading.value !== null) fields += `${reading.parameter}_withheld=${reading.value},`;
      fields += `${reading.parameter}_flag=${reading.flag}i,`;
    }
  }
  return `${EFFLUENT},plant=${sample.plant},station=${sample.station},zone=${sample.zone} ${fields}received=${sample.receivedAt}i ${sample.time}`;
}

/**
 * Reads rows of `SELECT * FROM effluent ...` (grouped by station or not) back into samples, in the order given.
 * The device status follows from the flag: 9 fault, 2 calibrating, else measuring.
 */
export function samplesOf(series: readonly Series[]): Sample[] {
  const samples: Sample[] = [];
  for (const { tags, columns, values } of series) {
    const index = new Map(columns.map((column, position) => [column, position]));
    const parameters = new Set(
      columns
        .filter((column) => !["time", "received", "zone", "plant", "station"].includes(column))
        .map((column) => column.replace(/_(withheld|flag)$/, "")),
    );
    const places = [...parameters].map((parameter) => ({
      parameter,
      value: index.get(parameter) ?? -1,
      withheld: index.get(`${parameter}_withheld`) ?? -1,
      flag: index.get(`${parameter}_flag`) ?? -1,
    }));
    const at = (column: string) => index.get(column) ?? -1;
    const [time, received, zone, plant, station] = ["time", "received", "zone", "plant", "station"].map(
      at,
    ) as [number, number, number, number, number];
    for (const row of values) {
      const readings: Reading[] = [];
      for (const place of places) {
        const value = row[place.value] ?? null;
        const withheld = row[place.withheld] ?? null;
        const flag = row[place.flag] ?? null;
        if (value === null && withheld === null && flag === null) continue;
        const known = (typeof flag === "number" ? flag : 1) as QualityFlag;
        readings.push({
          parameter: place.parameter,
          value: (value ?? withheld) as number | null,
          status: known === 9 ? "fault" : known === 2 ? "calibrating" : "measuring",
          flag: known,
        });
      }
      samples.push({
        zone: tags.zone ?? String(row[zone] ?? ""),
        plant: tags.plant ?? String(row[plant] ?? ""),
        station: tags.station ?? String(row[station] ?? ""),
        time: Number(row[time]),
        receivedAt: Number(row[received] ?? 0),
        readings,
      });
    }
  }
  return samples;
}
