/** What to do about a refusal. In: its code; out: who can mend it, what to do, and whether sending it again can help. Pure. */
import type { RejectionCode } from "#shared/reading/rejection.ts";

export interface Remedy {
  /** Who can mend it. */
  readonly where: "registry" | "station" | "nobody" | "database";
  readonly text: string;
}

const registry = (text: string): Remedy => ({ where: "registry", text });
const station = (text: string): Remedy => ({ where: "station", text });

export const remedies: Readonly<Record<RejectionCode, Remedy>> = {
  "topic-unknown": station(
    "mend the topic in the logger; the record cannot be assigned to a station as it is",
  ),
  "station-unknown": registry("add the station to the registry, restart ingest, then retry"),
  "station-misplaced": registry(
    "say the station's zone and plant in the registry as they are, restart ingest, then retry; or mend the topic in the logger",
  ),
  "payload-too-large": station(
    "send arrays of fewer samples; only the head of the payload was kept, so it cannot be retried",
  ),
  "not-text": station("mend the logger's encoding (UTF-8), then let it send the record again"),
  "json-malformed": station("mend what the logger writes, then let it send the record again"),
  "not-a-number": station(
    "mend the logger: leave a value out, or mark the parameter as a fault, instead of NaN or text",
  ),
  "shape-wrong": station("mend the logger: one object with time and readings, or an array of them"),
  "time-missing": station("mend the logger: every sample carries its time"),
  "time-invalid": station("mend the logger: ISO 8601 with offset, or ms since epoch"),
  "time-future": station(
    "set the logger's clock (NTP); retry once that time has come, if the time was right",
  ),
  "beyond-retention": {
    where: "database",
    text: "keep readings for longer (the retention of raw, OUTFALL_RAW_RETENTION), then retry",
  },
  "readings-missing": station("nothing to store; look whether the logger's channels are switched on"),
  "parameter-invalid": station("mend the parameter's name in the logger: lower case letters, digits and _"),
  "unit-wrong": registry("if the unit is right, add it to Outfall's units and retry; else mend the logger"),
  "status-unknown": station("mend the logger: measuring, calibrating or fault (00, 01, 02)"),
  conflict: {
    where: "nobody",
    text: "two values for one time: ask the station which one its logger recorded. What is stored stays; a correction is a matter of record, never an overwrite, so this is not retried",
  },
  "write-refused": {
    where: "database",
    text: "look at the reason the database gave (a field with another type, a retention), mend it, then retry",
  },
};

/** Codes that sending the same bytes again can never change, whatever is mended. */
export const neverRetried: readonly RejectionCode[] = ["conflict", "payload-too-large"];
