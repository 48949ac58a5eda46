/**
 * Samples as rows of `effluent` and back. Per parameter `cod` (counts in means) or `cod_withheld` (kept, not judged),
 * `cod_flag` (where it is not 1), `cod_tests` (which tests made it 3 or 4) and `cod_censored` (the value as sent,
 * where `cod` is the top of the range); `received` in ms. Tags: zone, plant, station. Time: the station's.
 */
import type { Series } from "#shared/influx/influx.ts";
import { type Amendment, isUsable, type QualityFlag, type Reading, type Sample } from "./sample.ts";

export const EFFLUENT = "effluent";

/** Measurement and tags of a station's rows. Ids are plain by the registry's rules. */
export const rowTags = ({ zone, plant, station }: Pick<Sample, "zone" | "plant" | "station">): string =>
  `${EFFLUENT},plant=${plant},station=${station},zone=${zone}`;

/**
 * One wide line a sample. Parameter keys are plain by the decoder's rules.
 * @param tags `rowTags` of the sample, where they are at hand: made once a station they cost nothing here
 */
export function sampleLine(sample: Sample, tags: string = rowTags(sample)): string {
  let fields = `${tags} `;
  for (const reading of sample.readings) {
    if (reading.flag === 1 && reading.value !== null) {
      fields += `${reading.parameter}=${reading.value},`;
    } else if (isUsable(reading)) {
      fields += `${reading.parameter}=${reading.value},`;
      fields += `${reading.parameter}_flag=${reading.flag}i,${detail(reading)}`;
    } else {
      if (reading.value !== null) fields += `${reading.parameter}_withheld=${reading.value},`;
      fields += `${reading.parameter}_flag=${reading.flag}i,${detail(reading)}`;
    }
  }
  return `${fields}received=${sample.receivedAt}i ${sample.time}`;
}

/** What stands beside a flag that a quality test gave. */
function detail({ parameter, tests, censored }: Reading): string {
  const given = tests === undefined ? "" : `${parameter}_tests=${tests}i,`;
  return censored === undefined ? given : `${given}${parameter}_censored=${censored},`;
}

/** A flag that rises on a row stored earlier: the fields merge into it, and its value stays. */
export function amendmentLine(
  sample: Pick<Sample, "zone" | "plant" | "station">,
  { time, parameter, flag, tests }: Amendment,
): string {
  return `${rowTags(sample)} ${parameter}_flag=${flag}i,${parameter}_tests=${tests}i ${time}`;
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
        .map((column) => column.replace(/_(withheld|flag|tests|censored)$/, "")),
    );
    const places = [...parameters].map((parameter) => ({
      parameter,
      value: index.get(parameter) ?? -1,
      withheld: index.get(`${parameter}_withheld`) ?? -1,
      flag: index.get(`${parameter}_flag`) ?? -1,
      tests: index.get(`${parameter}_tests`) ?? -1,
      censored: index.get(`${parameter}_censored`) ?? -1,
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
        const tests = row[place.tests] ?? null;
        const censored = row[place.censored] ?? null;
        readings.push({
          parameter: place.parameter,
          value: (value ?? withheld) as number | null,
          status: known === 9 ? "fault" : known === 2 ? "calibrating" : "measuring",
          flag: known,
          ...(typeof censored === "number" ? { censored } : {}),
          ...(typeof tests === "number" ? { tests } : {}),
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
