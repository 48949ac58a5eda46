/** Bytes: random ones, those that text is not made of, and messages that were damaged on the way. */
import type { Draw } from "../draw.ts";

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const notText = [
  Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]),
  Buffer.from([0xc0, 0x80]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xf4, 0x90, 0x80, 0x80]),
  Buffer.from([0x80]),
  Buffer.from([0xe2, 0x82]),
  Buffer.from([0x00]),
  BOM,
];

export function randomBytes(draw: Draw): Buffer {
  if (draw.chance(0.1)) return Buffer.alloc(0);
  return draw.bytes(draw.int(draw.chance(0.02) ? 4_000 : 120));
}

/** Whole text with a few bytes before, behind or in it that are none. */
export function spoiltText(draw: Draw, text: Buffer): Buffer {
  const piece = draw.pick(notText);
  const at = draw.pick([0, text.length, draw.int(text.length + 1)]);
  return Buffer.concat([text.subarray(0, at), piece, text.subarray(at)]);
}

/** Bits turned, an end cut off, a part twice or gone, bytes put in: one to three of these. */
export function mutated(draw: Draw, original: Buffer): Buffer {
  let bytes = Buffer.from(original);
  for (let round = 1 + draw.int(3); round > 0; round -= 1) {
    const at = draw.int(bytes.length + 1);
    const to = Math.min(bytes.length, at + draw.int(20));
    switch (draw.int(6)) {
      case 0:
        if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << draw.int(8));
        break;
      case 1:
        bytes = bytes.subarray(0, at);
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), draw.bytes(1 + draw.int(4)), bytes.subarray(at)]);
        break;
      default:
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          Buffer.from(draw.pick(["{", "}", "[", "]", '"', ",", ":", "-", "e", "NaN", "\\"])),
          bytes.subarray(at),
        ]);
    }
  }
  return bytes;
}
