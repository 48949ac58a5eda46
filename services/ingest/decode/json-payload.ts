/** JSON payloads. In: bytes; out: unchecked samples, or why the message as a whole is refused. */
import { isUtf8 } from "node:buffer";
import type { RejectionCode } from "#shared/reading/rejection.ts";
import { isNestedTooDeep, MAX_DEPTH } from "./json-depth.ts";

export type Decoded =
  | { readonly ok: true; readonly samples: readonly unknown[] }
  | { readonly ok: false; readonly code: RejectionCode; readonly detail: string };

const HEAD = 80;
/** Two months of five-minute records; without a bound a megabyte of commas would be half a million refusals. */
const MAX_SAMPLES = 20_000;

/** One sample object, or an array of them (backfill). Never throws, whatever the bytes. */
export function decodeJsonPayload(payload: Buffer): Decoded {
  if (!isUtf8(payload))
    return { ok: false, code: "not-text", detail: `bytes ${payload.subarray(0, 16).toString("hex")}` };
  if (isNestedTooDeep(payload))
    return { ok: false, code: "shape-wrong", detail: `nested deeper than ${MAX_DEPTH}` };
  const text = payload.toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const code = isJsonButForNumbers(text) ? "not-a-number" : "json-malformed";
    return { ok: false, code, detail: text.slice(0, HEAD) };
  }
  const samples = Array.isArray(value) ? value : [value];
  if (samples.length === 0) return { ok: false, code: "shape-wrong", detail: "an empty array" };
  if (samples.length > MAX_SAMPLES) {
    return { ok: false, code: "shape-wrong", detail: `${samples.length} samples, at most ${MAX_SAMPLES}` };
  }
  return { ok: true, samples };
}

/** NaN and Infinity are not JSON, but loggers write them: such a message has its own reason. */
function isJsonButForNumbers(text: string): boolean {
  const mended = text.replace(/([:,[]\s*)-?(?:NaN|Infinity|inf|nan)\b/g, "$1null");
  if (mended === text) return false;
  try {
    JSON.parse(mended);
    return true;
  } catch {
    return false;
  }
}
