/** A record of the journal as text. In: a record; out: one line for a person, or one JSON object. Pure. */
import { isUtf8 } from "node:buffer";
import type { JournalRecord } from "#services/ingest/journal/record.ts";
import { printable } from "#shared/reading/rejection.ts";

/** As much of a payload as a line shows. */
const SHOWN = 120;

/** Number, time of receipt, topic, beginning of the payload; everything that came from outside is made harmless. */
export function recordLine({ seq, receivedAt, topic, payload, size }: JournalRecord): string {
  const text = printable(payload.subarray(0, 4 * SHOWN).toString("utf8"));
  const shown = text.length > SHOWN || size > 4 * SHOWN ? `${text.slice(0, SHOWN)} … (${size} bytes)` : text;
  return `${seq}  ${timeText(receivedAt)}  ${printable(topic)}  ${shown}`;
}

/** The payload as text, or in base64 where it is none; `size` where not all of it was kept. */
export function recordJson({ seq, receivedAt, topic, payload, size }: JournalRecord): string {
  const text = isUtf8(payload);
  return JSON.stringify({
    seq,
    receivedAt: timeText(receivedAt),
    topic,
    payload: payload.toString(text ? "utf8" : "base64"),
    ...(text ? {} : { encoding: "base64" }),
    ...(size > payload.length ? { size } : {}),
  });
}

const timeText = (ms: number): string => new Date(ms).toISOString();
