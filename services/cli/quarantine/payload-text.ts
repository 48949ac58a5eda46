/**
 * A payload as a person can read it, whatever its bytes. In: bytes; out: JSON set out over lines, text, or a hex dump.
 * Pure. Nothing of it can move a terminal: control characters and marks of writing direction never come out.
 */
import { isUtf8 } from "node:buffer";
import { printable } from "#shared/reading/rejection.ts";

export interface PayloadText {
  readonly form: "json" | "text" | "bytes" | "empty";
  readonly lines: readonly string[];
  /** Lines left out. */
  readonly more: number;
}

const MOST_LINES = 60;
const MOST_WIDTH = 160;
const HEX_ROW = 16;

/** @param mostLines all of them with Infinity */
export function payloadText(payload: Buffer, mostLines = MOST_LINES): PayloadText {
  if (payload.length === 0) return { form: "empty", lines: [], more: 0 };
  if (!isUtf8(payload)) return cut("bytes", hexLines(payload, mostLines), mostLines, hexRows(payload.length));
  const text = payload.toString("utf8");
  const json = setOut(text);
  const lines = (json ?? text).split("\n").map(printable);
  const shown = mostLines === Number.POSITIVE_INFINITY ? lines : lines.map(narrow);
  return cut(json === undefined ? "text" : "json", shown, mostLines, lines.length);
}

function cut(form: PayloadText["form"], lines: readonly string[], most: number, all: number): PayloadText {
  const shown = lines.slice(0, most);
  return { form, lines: shown, more: all - shown.length };
}

const narrow = (line: string) => (line.length > MOST_WIDTH ? `${line.slice(0, MOST_WIDTH)} …` : line);

/** Undefined where it is not JSON, or nested too deep to set out. */
function setOut(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return undefined;
  }
}

const hexRows = (bytes: number) => Math.ceil(bytes / HEX_ROW);

/** `00000000  7b 22 74 …  {"t…`, as hexdump -C writes it. */
function hexLines(payload: Buffer, mostLines: number): string[] {
  const lines: string[] = [];
  for (let start = 0; start < payload.length && lines.length < mostLines; start += HEX_ROW) {
    const row = payload.subarray(start, start + HEX_ROW);
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const letters = [...row]
      .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "."))
      .join("");
    lines.push(`${start.toString(16).padStart(8, "0")}  ${hex.padEnd(HEX_ROW * 3 - 1)}  ${letters}`);
  }
  return lines;
}
