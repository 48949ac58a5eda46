/** Samples as JSON text: what stations send, and what comes near it. */
import type { Draw } from "../draw.ts";
import { prototypeNames } from "../topics.ts";
import { drawNumber, drawString, drawTime, drawValue, type FuzzTimes } from "./values.ts";

const names = ["ph", "temp", "cod", "tss", "nh4", "flow", "tn", "toc", "x1", "a_b"];
const badNames = [
  "PH",
  "cod mg",
  "",
  "cod_flag",
  "cod_withheld",
  "time",
  "received",
  "zone",
  "ä",
  "a".repeat(33),
  "1a",
];

/** Each name is a column of every row that ingest reads back: with thousands of them the run would measure that. */
const ODD_NAMES = 40;

/** One that passes every check. */
export function plainSample(draw: Draw, times: FuzzTimes): string {
  const readings = draw.times(1 + draw.int(6), () => `"${draw.pick(names)}":${draw.int(10_000) / 100}`);
  return `{"time":${drawTime(draw, times)},"readings":{${readings.join(",")}}}`;
}

/** One with a reading, a name or a key that may be wrong; keys may stand twice. */
export function oddSample(draw: Draw, times: FuzzTimes): string {
  const reading = () => {
    if (draw.chance(0.5)) return drawNumber(draw);
    const parts = [
      `"value":${drawNumber(draw)}`,
      ...(draw.chance(0.4) ? [`"status":${drawString(draw)}`] : []),
      ...(draw.chance(0.3) ? [`"unit":${drawString(draw)}`] : []),
    ];
    return draw.chance(0.8) ? `{${parts.join(",")}}` : drawValue(draw);
  };
  const name = () => {
    if (draw.chance(0.8)) return draw.pick(names);
    if (draw.chance(0.3)) return `p${draw.int(ODD_NAMES)}`;
    return draw.pick(draw.chance(0.5) ? prototypeNames : badNames);
  };
  const readings = `{${draw.times(draw.int(draw.chance(0.02) ? 300 : 5), () => `"${name()}":${reading()}`).join(",")}}`;
  const keys = [
    ...(draw.chance(0.95) ? [`"time":${drawTime(draw, times)}`] : []),
    ...(draw.chance(0.95) ? [`"readings":${draw.chance(0.9) ? readings : drawValue(draw)}`] : []),
    ...(draw.chance(0.1) ? [`"${draw.pick(prototypeNames)}":${drawValue(draw)}`] : []),
    ...(draw.chance(0.1) ? [`"time":${drawTime(draw, times)}`] : []),
  ];
  return `{${keys.join(",")}}`;
}

/** Backfill: samples and other things in an array, with the white space that JSON allows. */
export function drawArray(draw: Draw, times: FuzzTimes): string {
  const parts = draw.times(draw.int(draw.chance(0.02) ? 400 : 12), () => {
    if (draw.chance(0.6)) return plainSample(draw, times);
    return draw.chance(0.6) ? oddSample(draw, times) : drawValue(draw);
  });
  const white = () => (draw.chance(0.2) ? draw.pick([" ", "\n", "\r\n", "\t", "  "]) : "");
  return `${white()}[${white()}${parts.join(`${white()},${white()}`)}${white()}]${white()}`;
}
