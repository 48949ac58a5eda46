/**
 * One unchecked sample against the registry. In: what was decoded, its station and the clock; out: a sample in
 * canonical units and basis (ammonium as N), or one reason with the offending value. Pure; hand-written checks, since
 * every message passes here.
 */
import { factorIntoStored } from "#shared/parameter/basis.ts";
import { findParameter, isParameterKey } from "#shared/parameter/parameter.ts";
import { convertUnit } from "#shared/parameter/unit.ts";
import { type Rejection, type RejectionCode, reject } from "#shared/reading/rejection.ts";
import type { DeviceStatus, Reading, Sample } from "#shared/reading/sample.ts";
import type { Station } from "#shared/station/station.ts";

export interface ValidationContext {
  readonly station: Station;
  /** ms since epoch */
  readonly receivedAt: number;
  /** Latest time a sample may carry, ms since epoch. */
  readonly latest: number;
  /** Earliest time the database keeps, ms since epoch. */
  readonly earliest: number;
}

export type Validated =
  | { readonly ok: true; readonly sample: Sample }
  | { readonly ok: false; readonly rejection: Rejection };

/** Below this, a number of "ms since epoch" is surely seconds, and a date a dead clock's (InfluxDB begins in 1677): 1973-03-03. */
const SMALLEST_MS = 1e11;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/;
const MAX_READINGS = 200;

/** The loggers' 00, 01, 02 and our own words. */
const statusWords: ReadonlyMap<string, DeviceStatus> = new Map([
  ["measuring", "measuring"],
  ["00", "measuring"],
  ["calibrating", "calibrating"],
  ["01", "calibrating"],
  ["fault", "fault"],
  ["02", "fault"],
]);

export function validateSample(raw: unknown, context: ValidationContext): Validated {
  const { station } = context;
  if (!isObject(raw)) return refuse(station, "shape-wrong", shown(raw));
  const { time: rawTime, readings: rawReadings } = raw as { time?: unknown; readings?: unknown };
  if (rawTime === undefined || rawTime === null) return refuse(station, "time-missing", shown(raw));
  const time = parseTime(rawTime);
  if (time === undefined) return refuse(station, "time-invalid", shown(rawTime));
  if (time > context.latest)
    return refuse(station, "time-future", `${iso(time)}, received ${iso(context.receivedAt)}`);
  if (time < context.earliest) return refuse(station, "beyond-retention", iso(time));
  if (!isObject(rawReadings)) return refuse(station, "shape-wrong", `readings: ${shown(rawReadings)}`);

  const names = Object.keys(rawReadings);
  if (names.length > MAX_READINGS)
    return refuse(station, "shape-wrong", `${names.length} readings, at most ${MAX_READINGS}`);
  const readings: Reading[] = [];
  for (const name of names) {
    if (!Object.hasOwn(station.parameters, name) && !isParameterKey(name))
      return refuse(station, "parameter-invalid", name);
    const outcome = validateReading(station, name, (rawReadings as Record<string, unknown>)[name]);
    if (outcome === undefined) continue;
    if ("code" in outcome) return refuse(station, outcome.code, outcome.detail);
    readings.push(outcome);
  }
  if (readings.length === 0) return refuse(station, "readings-missing", `at ${iso(time)}`);
  const { zone, plant, id } = station;
  return { ok: true, sample: { zone, plant, station: id, time, receivedAt: context.receivedAt, readings } };
}

const refuse = ({ plant }: Pick<Station, "plant">, code: RejectionCode, detail: string): Validated => ({
  ok: false,
  rejection: reject(code, detail, plant),
});

/** A reading; undefined when there is none (null: nothing was measured); or why it is refused. */
function validateReading(
  station: Pick<Station, "parameters">,
  parameter: string,
  raw: unknown,
): Reading | { code: RejectionCode; detail: string } | undefined {
  if (typeof raw === "number") return measured(station, parameter, raw, "measuring");
  if (raw === null || raw === undefined) return undefined;
  if (!isObject(raw)) return { code: "not-a-number", detail: `${parameter}: ${shown(raw)}` };
  const {
    value,
    status: word = "measuring",
    unit,
  } = raw as { value?: unknown; status?: unknown; unit?: unknown };
  const status = typeof word === "string" ? statusWords.get(word) : undefined;
  if (status === undefined) return { code: "status-unknown", detail: `${parameter}: ${shown(word)}` };
  // a fault has no value, whatever was sent with it
  if (status === "fault") return { parameter, value: null, status, flag: 9 };
  if (value === null || value === undefined) return undefined;
  if (typeof value !== "number") return { code: "not-a-number", detail: `${parameter}: ${shown(value)}` };
  if (unit === undefined) return measured(station, parameter, value, status);
  const into = findParameter(parameter)?.unit;
  const converted =
    typeof unit === "string" && into !== undefined ? convertUnit(value, unit, into) : undefined;
  if (converted === undefined) {
    return {
      code: "unit-wrong",
      detail: `${parameter}: ${shown(unit)}, expected ${into ?? "no unit: the parameter is not known"}`,
    };
  }
  return measured(station, parameter, converted, status);
}

function measured(
  station: Pick<Station, "parameters">,
  parameter: string,
  sent: number,
  status: "measuring" | "calibrating",
): Reading | { code: RejectionCode; detail: string } {
  if (!Number.isFinite(sent)) return { code: "not-a-number", detail: `${parameter}: ${sent}` };
  const reportedAs = station.parameters[parameter]?.as;
  const value = reportedAs === undefined ? sent : sent * factorIntoStored(parameter, reportedAs);
  return { parameter, value, status, flag: status === "measuring" ? 1 : 2 };
}

function parseTime(raw: unknown): number | undefined {
  const time = typeof raw === "number" ? raw : typeof raw === "string" ? parseIso(raw) : Number.NaN;
  return Number.isInteger(time) && time > SMALLEST_MS ? time : undefined;
}

/** NaN for a day that does not exist: Date.parse would make 30 February the 2nd of March. */
function parseIso(text: string): number {
  if (!ISO.test(text)) return Number.NaN;
  // every month has 28 days, and what no month has Date.parse refuses
  if (Number(text.slice(8, 10)) <= 28) return Date.parse(text);
  const day = text.slice(0, 10);
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const exists = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
  return exists ? Date.parse(text) : Number.NaN;
}

const LAST_TIME = 8.64e15;
const iso = (time: number) => (Math.abs(time) <= LAST_TIME ? new Date(time).toISOString() : String(time));
const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value as JSON, cut; a nesting too deep for JSON.stringify is said, not thrown. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 120);
  } catch {
    return "a value nested too deep to show";
  }
}
