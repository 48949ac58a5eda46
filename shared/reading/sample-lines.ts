/**
 * Rows of `effluent` as line protocol and back, without the database between. In: a line as `sampleLine` writes it;
 * out: the sample that `samplesOf` would read from the stored row. Only our own lines: `#shared/influx/parse-line.ts`
 * reads everybody's.
 */

import type { DeviceStatus, QualityFlag, Reading, Sample } from "./sample.ts";
import { EFFLUENT } from "./sample-points.ts";

const PLANT = `${EFFLUENT},plant=`;
const STATION = ",station=";
const ZONE = ",zone=";
const FLAG = "_flag";
const WITHHELD = "_withheld";
const TESTS = "_tests";
const CENSORED = "_censored";
const RECEIVED = "received";

/** The sample of one line of `sampleLine`; undefined when the line is not one. The status follows from the flag. */
export function sampleOfLine(line: string): Sample | undefined {
  const fieldsStart = line.indexOf(" ") + 1;
  const timeStart = line.lastIndexOf(" ") + 1;
  const station = line.indexOf(STATION);
  const zone = line.indexOf(ZONE, station);
  if (!line.startsWith(PLANT) || station < 0 || zone < 0 || zone >= fieldsStart || timeStart === fieldsStart)
    return undefined;
  const fields = readFields(line, fieldsStart, timeStart - 1);
  const time = numberIn(line, timeStart, line.length);
  if (fields === undefined || time === undefined) return undefined;
  return {
    zone: line.slice(zone + ZONE.length, fieldsStart - 1),
    plant: line.slice(PLANT.length, station),
    station: line.slice(station + STATION.length, zone),
    time,
    receivedAt: fields.receivedAt,
    readings: fields.readings,
  };
}

/**
 * The fields between two places; `<parameter>_flag` stands right after its value, then what quality tests say of it;
 * `received` is the last.
 */
function readFields(
  line: string,
  start: number,
  end: number,
): { receivedAt: number; readings: Reading[] } | undefined {
  const readings: Reading[] = [];
  let open: { parameter: string; value: number } | undefined;
  for (let at = start; at < end; ) {
    const equals = line.indexOf("=", at);
    const comma = line.indexOf(",", equals);
    const stop = comma < 0 ? end : comma;
    if (equals < 0) return undefined;
    const key = line.slice(at, equals);
    at = stop + 1;
    if (key.endsWith(FLAG)) {
      const parameter = key.slice(0, -FLAG.length);
      const flag = numberIn(line, equals + 1, stop - 1);
      if (flag === undefined) return undefined;
      const valued = open?.parameter === parameter;
      if (open !== undefined && !valued) readings.push(readingOf(open.parameter, open.value, 1));
      readings.push(readingOf(parameter, valued ? (open?.value ?? null) : null, flag as QualityFlag));
      open = undefined;
      continue;
    }
    const isTests = key.endsWith(TESTS);
    if (isTests || key.endsWith(CENSORED)) {
      const judged = open === undefined ? readings.pop() : undefined;
      const number = numberIn(line, equals + 1, isTests ? stop - 1 : stop);
      const suffix = isTests ? TESTS : CENSORED;
      if (judged?.parameter !== key.slice(0, -suffix.length) || number === undefined) return undefined;
      readings.push(isTests ? { ...judged, tests: number } : { ...judged, censored: number });
      continue;
    }
    if (open !== undefined) readings.push(readingOf(open.parameter, open.value, 1));
    if (key === RECEIVED) {
      const receivedAt = numberIn(line, equals + 1, stop - 1);
      return receivedAt === undefined || stop !== end ? undefined : { receivedAt, readings };
    }
    const value = numberIn(line, equals + 1, stop);
    if (value === undefined) return undefined;
    open = { parameter: key.endsWith(WITHHELD) ? key.slice(0, -WITHHELD.length) : key, value };
  }
  return undefined;
}

function readingOf(parameter: string, value: number | null, flag: QualityFlag): Reading {
  return { parameter, value, status: statusOf(flag), flag };
}

/** Device status of a stored flag: 9 fault, 2 calibrating, else measuring. */
function statusOf(flag: QualityFlag): DeviceStatus {
  return flag === 9 ? "fault" : flag === 2 ? "calibrating" : "measuring";
}

function numberIn(text: string, start: number, end: number): number | undefined {
  if (end <= start) return undefined;
  const value = Number(text.slice(start, end));
  return Number.isFinite(value) ? value : undefined;
}
