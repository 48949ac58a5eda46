/**
 * How deep JSON text is nested. In: its bytes; out: whether brackets stand deeper in one another than allowed. Asked
 * before `JSON.parse`: V8 14.6 (Node 26.10) writes over its own memory when it gives up on text nested some eight
 * thousand deep, such as `[1,` ten thousand times, and the process ends at once or a little later.
 */

/** A reading's status stands five deep in an array of samples. */
export const MAX_DEPTH = 64;
/** Text this short is never deep enough to hurt, and nearly every message is: they are not looked through. */
const SAFE_BYTES = 2_048;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[` and `{`, `]` and `}` differ in this one bit. */
const CURLY = 0x20;
const OPENING = 0x5b | CURLY;
const CLOSING = 0x5d | CURLY;

/** One pass; brackets in strings do not count. Whether the text is JSON is for others to say. */
export function isNestedTooDeep(text: Buffer): boolean {
  const end = text.length;
  if (end <= SAFE_BYTES) return false;
  let depth = 0;
  for (let at = 0; at < end; at += 1) {
    const byte = text[at] as number;
    if (byte === QUOTE) at = endOfString(text, at + 1);
    else if ((byte | CURLY) === OPENING) {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if ((byte | CURLY) === CLOSING) depth -= 1;
  }
  return false;
}

/** The place of the closing quote, or the end of the text. */
function endOfString(text: Buffer, from: number): number {
  const end = text.length;
  let at = from;
  while (at < end) {
    const byte = text[at] as number;
    if (byte === QUOTE) return at;
    at += byte === BACKSLASH ? 2 : 1;
  }
  return end;
}
