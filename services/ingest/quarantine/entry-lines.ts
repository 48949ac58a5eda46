/**
 * Entries as lines, as far as there is room, and back. In: entries and how full the quarantine is; out: texts to
 * append, each of bounded size. Pure. `payload` is the last key of a line, so that a list is read without decoding it.
 */
import type { QuarantinedSample } from "./quarantine.ts";

/** What there is room for: all, the reasons without payloads, nothing. */
export type Room = "whole" | "reasons" | "none";

export interface FittedLines {
  readonly chunks: readonly string[];
  /** For the last of the entries. */
  readonly room: Room;
  /** Entries there was no room for. */
  readonly left: number;
}

/** Written at once. */
const CHUNK = 8_000_000;
/** Of the bound, for entries with their payloads; the rest is for reasons. */
const WHOLE_SHARE = 0.8;

export function entryChunks(
  entries: readonly QuarantinedSample[],
  given: { readonly used: number; readonly maxBytes: number },
): FittedLines {
  const chunks: string[] = [];
  let { used } = given;
  let chunk = "";
  let room: Room = "whole";
  let left = 0;
  for (const entry of entries) {
    let text = `${JSON.stringify(entry)}\n`;
    room = used + text.length <= given.maxBytes * WHOLE_SHARE ? "whole" : "reasons";
    if (room === "reasons") text = `${JSON.stringify({ ...entry, payload: "" })}\n`;
    if (used + text.length > given.maxBytes) {
      room = "none";
      left += 1;
      continue;
    }
    used += text.length;
    chunk += text;
    if (chunk.length < CHUNK) continue;
    chunks.push(chunk);
    chunk = "";
  }
  if (chunk !== "") chunks.push(chunk);
  return { chunks, room, left };
}

/** Never inside a value: the quotes of a text are escaped. */
const PAYLOAD = ',"payload":"';

/** An entry without its payload, and whether the line carries one; undefined for what a torn write left. */
export function headOfLine(
  line: Buffer,
): { entry: Omit<QuarantinedSample, "payload">; carries: boolean } | undefined {
  const place = line.lastIndexOf(PAYLOAD);
  if (place < 0) return undefined;
  const entry = parse(`${line.toString("utf8", 0, place)}}`);
  return entry === undefined ? undefined : { entry, carries: line[place + PAYLOAD.length] !== QUOTE };
}

/** The whole entry. */
export function entryOfLine(line: Buffer): QuarantinedSample | undefined {
  const entry = parse(line.toString("utf8"));
  return typeof entry?.payload === "string" ? entry : undefined;
}

const QUOTE = 0x22;

function parse(text: string): QuarantinedSample | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is QuarantinedSample {
  const { id, receivedAt, topic, code, plant, detail, size } = (value ?? {}) as Record<string, unknown>;
  return (
    [id, topic, code, plant, detail].every((text) => typeof text === "string") &&
    [receivedAt, size].every((number) => typeof number === "number")
  );
}
