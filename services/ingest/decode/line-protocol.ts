/**
 * InfluxDB line protocol as a payload. In: bytes; out: one unchecked sample a line, or why the message as a whole is
 * refused. A field is a parameter; `<parameter>_status`, as a field or a tag, is its device status; the measurement
 * and all other tags are nobody's. What is no number is refused with the sample, where every value is checked.
 */
import { isUtf8 } from "node:buffer";
import { type LineOutcome, type ParsedLine, parseLines } from "#shared/influx/parse-line.ts";
import type { LineKind } from "#shared/mqtt/topic.ts";
import type { Decoded } from "./json-payload.ts";

const MAX_SAMPLES = 20_000;
const STATUS = "_status";

/** Milliseconds in `10^scale` of the sender's units: nanoseconds are the protocol's own. */
const scaleOf: Record<LineKind, number> = { line: 6, "line-us": 3, "line-ms": 0, "line-s": -3 };

/** Lines with their time in the unit that the topic's last level names. Never throws, whatever the bytes. */
export function decodeLinePayload(payload: Buffer, kind: LineKind = "line"): Decoded {
  if (!isUtf8(payload))
    return { ok: false, code: "not-text", detail: `bytes ${payload.subarray(0, 16).toString("hex")}` };
  const outcomes = parseLines(payload.toString("utf8"), MAX_SAMPLES + 1);
  if (outcomes.length === 0) return { ok: false, code: "shape-wrong", detail: "no line of line protocol" };
  if (outcomes.length > MAX_SAMPLES) {
    return { ok: false, code: "shape-wrong", detail: `more than ${MAX_SAMPLES} lines` };
  }
  return { ok: true, samples: outcomes.map((outcome) => sampleOf(outcome, scaleOf[kind])) };
}

/** A line that is none becomes a text that says why: no sample, so it is refused as such, and its neighbours are not. */
function sampleOf(outcome: LineOutcome, scale: number): unknown {
  if (!outcome.ok) return `line ${outcome.line}, column ${outcome.column}: expected ${outcome.expected}`;
  return {
    ...(outcome.time === undefined ? {} : { time: millisecondsOf(outcome.time, scale) }),
    readings: readingsOf(outcome),
  };
}

function readingsOf({ fields, tags }: ParsedLine): Record<string, unknown> {
  // without a prototype: a field may bear any name
  const readings: Record<string, unknown> = Object.create(null);
  const statuses = new Map<string, unknown>(
    [...tags, ...fields]
      .filter(([key]) => key.endsWith(STATUS) && key.length > STATUS.length)
      .map(([key, status]) => [key.slice(0, -STATUS.length), status]),
  );
  for (const [key, value] of fields) {
    if (!key.endsWith(STATUS))
      readings[key] = statuses.has(key) ? { value, status: statuses.get(key) } : value;
  }
  // a device that says only that it is at fault
  for (const [key, status] of statuses) {
    if (!fields.has(key) && fields.has(key + STATUS)) readings[key] = { value: null, status };
  }
  return readings;
}

/** Whole milliseconds; what is finer is cut. Digits, not arithmetic: nanoseconds pass what a number holds exactly. */
function millisecondsOf(digits: string, scale: number): number {
  if (scale <= 0) return Number(digits) * 10 ** -scale;
  return digits.length > scale ? Number(digits.slice(0, -scale)) : 0;
}
