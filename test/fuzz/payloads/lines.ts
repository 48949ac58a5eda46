/**
 * Payloads of line protocol. Quotes are closed on their own line, so that the fuzz can count lines without reading line
 * protocol as the decoder does.
 */
import type { Draw } from "../draw.ts";
import { drawNumber, type FuzzTimes, plainTime } from "./values.ts";

const lineEnds = ["\n", "\n", "\n", "\r\n", "\n\n"];
const wrong = [
  ...[
    "cod",
    "m",
    "m ",
    "m v",
    "m v=",
    "m,t v=1",
    "m,=1 v=1",
    "m v=1 now",
    "m v=1 1 1",
    ",a=b v=1",
    "=1",
    "m\\ v=1",
  ],
  ...["m v=1i,v=2i", "m v=t", "m v=1e999", "m v=NaN", "m __proto__=1", "m,constructor=1 toString=2"],
  ...["m v=1 99999999999999999999", "m v=1 -1", "m\\", "m v=1\\", "\\ \\, v=1", "m v=\u{1F4A7}"],
];

export function drawLines(draw: Draw, times: FuzzTimes): string {
  const count = draw.int(draw.chance(0.02) ? 200 : 6);
  const lines = draw.times(count, () => {
    const lot = draw.int(10);
    if (lot === 0) return `# ${draw.pick(["a comment", "cod=1 1", ""])}`;
    if (lot === 1) return draw.pick(["", " ", "\t"]);
    if (lot <= 3) return draw.pick(wrong);
    const fields = draw.times(
      1 + draw.int(4),
      () => `${draw.pick(["ph", "cod", "tss", "x1"])}=${drawNumber(draw)}`,
    );
    const status = draw.chance(0.2)
      ? `,cod_status="${draw.pick(["fault", "01", "calibrating", "a\\\\b", ""])}"`
      : "";
    const time = draw.chance(0.9)
      ? ` ${plainTime(draw, times)}${draw.pick(["000000", "000000", "000", ""])}`
      : "";
    return `effluent,k=${draw.int(9)} ${fields.join(",")}${status}${time}`;
  });
  return lines.map((text) => text + draw.pick(lineEnds)).join("");
}
