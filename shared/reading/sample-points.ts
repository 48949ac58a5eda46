/**
 * Samples as rows of `effluent` and back. Per parameter `cod` (counts in means) or `cod_withheld` (kept, not judged),
 * `cod_flag` (where it is not 1), `cod_tests` (which tests made it 3 or 4) and `cod_censored` (the value as sent,
 * where `cod` is the top of the range); `received` in ms. Tags: zone, plant, station. Time: the station's.
 */
import type { Cell, Series } from "#shared/influx/influx.ts";
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

interface Place {
  readonly parameter: string;
  /** Columns; undefined where the series has none. */
  readonly value: number | undefined;
  readonly withheld: number | undefined;
  readonly flag: number | undefined;
  readonly tests: number | undefined;
  readonly censored: number | undefined;
}

function readingAt(row: readonly Cell[], place: Place): Reading | undefined {
  const { parameter } = place;
  const value = cellAt(row, place.value);
  const flag = cellAt(row, place.flag);
  if (flag === null && value !== null) return { parameter, value, status: "measuring", flag: 1 };
  const withheld = cellAt(row, place.withheld);
  if (value === null && withheld === null && flag === null) return undefined;
  const known = (flag ?? 1) as QualityFlag;
  const tests = cellAt(row, place.tests);
  const censored = cellAt(row, place.censored);
  return {
    parameter,
    value: value ?? withheld,
    status: known === 9 ? "fault" : known === 2 ? "calibrating" : "measuring",
    flag: known,
    ...(censored === null ? {} : { censored }),
    ...(tests === null ? {} : { tests }),
  };
}

function cellAt(row: readonly Cell[], column: number | undefined): number | null {
  if (column === undefined) return null;
  const cell = row[column];
  return typeof cell === "number" ? cell : null;
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
    const places = [...parameters].map((parameter) => {
      const column = (suffix: string) => index.get(`${parameter}${suffix}`);
      return {
        parameter,
        value: column(""),
        // most parameters have nothing but values
        withheld: column("_withheld"),
        flag: column("_flag"),
        tests: column("_tests"),
        censored: column("_censored"),
      };
    });
    const at = (column: string) => index.get(column) ?? -1;
    const [time, received, zone, plant, station] = ["time", "received", "zone", "plant", "station"].map(
      at,
    ) as [number, number, number, number, number];
    for (const row of values) {
      const readings: Reading[] = [];
      for (const place of places) {
        const reading = readingAt(row, place);
        if (reading !== undefined) readings.push(reading);
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
