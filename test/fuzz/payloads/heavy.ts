/** What is meant to hurt: deep, long, large and endless. One of these costs as much as thousands of others. */
import type { Draw } from "../draw.ts";
import { plainSample } from "./samples.ts";
import type { FuzzTimes } from "./values.ts";

/** One byte more than a message may have. */
const TOO_LARGE = 1_048_577;
/** One more than an array may have. */
const TOO_MANY = 20_001;

/** Some hundred kilobytes at the most. */
export function drawDeep(draw: Draw): string {
  const depth = 10 ** (1 + draw.int(4)) + draw.int(100);
  const [open, close] = draw.pick([
    ["[", "]"],
    ['{"a":', "}"],
    ['{"readings":', "}"],
    ['[{"time":1,"readings":', "}]"],
  ] as const);
  const middle = draw.pick(["", "1", "null", "NaN", '"x"']);
  return open.repeat(depth) + middle + (draw.chance(0.7) ? close.repeat(depth) : "");
}

/** Up to a megabyte and a little more. */
export function drawHuge(draw: Draw, times: FuzzTimes): Buffer {
  switch (draw.int(7)) {
    case 0:
      return Buffer.alloc(TOO_LARGE - draw.int(3), draw.pick([0x20, 0x5b, 0x7b, 0x2c, 0x22, 0x30, 0xff]));
    case 1:
      return Buffer.from(`[${new Array(TOO_MANY - draw.int(3)).fill("0").join(",")}]`);
    case 2:
      return Buffer.from(`[${",-NaN".repeat(200_000)}]`);
    case 3:
      return Buffer.from(`{"time":${"1".repeat(1_000_000)},"readings":{"ph":7}}`);
    case 4:
      return Buffer.from(`{"time":1,"readings":{${'"ph":1,'.repeat(100_000)}"ph":2}}`);
    case 5:
      return Buffer.from(`[${draw.times(2_000, () => plainSample(draw, times)).join(",")}]`);
    default:
      return Buffer.from(`{"readings":{"${"a".repeat(900_000)}":1},"time":"${"2".repeat(100_000)}"}`);
  }
}
