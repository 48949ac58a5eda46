/** Why a message or sample is quarantined: one table of codes. A code is never reused for another meaning. */
import type { QualityFlag } from "./sample.ts";

export const rejectionCodes = {
  "topic-unknown": "the topic is not <root>/v1/<zone>/<plant>/<station>/data",
  "station-unknown": "the registry has no such station",
  "station-misplaced": "the registry has this station at another zone or plant",
  "payload-too-large": "the payload is larger than a message may be",
  "not-text": "the payload is not UTF-8 text",
  "json-malformed": "the payload is not JSON",
  "not-a-number": "a value is NaN, infinite or not a number",
  "shape-wrong": "the JSON is not a sample or an array of samples",
  "time-missing": "the sample has no time",
  "time-invalid": "the time is not ISO 8601 with offset, nor ms since epoch",
  "time-future": "the time is later than the clock allows",
  "beyond-retention": "the time is older than the database keeps",
  "readings-missing": "the sample has no reading with a value",
  "parameter-invalid": "a parameter name is not lower case letters, digits and _",
  "unit-wrong": "a unit cannot be converted into the parameter's own",
  "status-unknown": "a status is not measuring, calibrating or fault",
  conflict: "another value is stored for the same station and time",
  "write-refused": "InfluxDB refuses the line",
} as const;

export type RejectionCode = keyof typeof rejectionCodes;

export interface Rejection {
  readonly code: RejectionCode;
  /** What was found, with the offending value, cut to a line. */
  readonly detail: string;
  /** Plant of the ledger; `unknown` where the station is not known. */
  readonly plant: string;
  /** Place of the sample in the message, from 0; only where the message has more than one. */
  readonly sample?: number;
  /** Conflicts: the station's time of the sample, ms since epoch. */
  readonly measuredAt?: number;
  /** Conflicts: each parameter that differs, as it is stored and as it came. */
  readonly differences?: readonly Difference[];
}

export interface Difference {
  readonly parameter: string;
  readonly stored: DifferingValue;
  readonly received: DifferingValue;
}

export interface DifferingValue {
  readonly value: number | null;
  readonly flag: QualityFlag;
}

const DETAIL_LENGTH = 200;

export function reject(code: RejectionCode, detail: string, plant = "unknown"): Rejection {
  return { code, detail: printable(detail).slice(0, DETAIL_LENGTH), plant };
}

/** Control characters and marks of writing direction as spaces, so that a payload can never forge a line of a log or a terminal. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, " ");
}
