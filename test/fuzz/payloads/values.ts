/** Single values as JSON text: plausible ones, extreme ones, and what is none. */
import type { Draw } from "../draw.ts";
import { prototypeNames } from "../topics.ts";

const oddNumbers = [
  ...["0", "-0", "1e999", "-1e999", "1e308", "5e-324", "1e-400", "9007199254740993", "1E+2", "0.1e1"],
  ...[
    "NaN",
    "Infinity",
    "-Infinity",
    "nan",
    "inf",
    "-inf",
    "0x10",
    "1_000",
    "1,5",
    "01",
    "+1",
    ".5",
    "1.",
    "--1",
  ],
];

const oddTimes = [
  ...["0", "-1", "1e11", "100000000001", "99999999999", "8.64e15", "8640000000000001", "1.5e12", "1e300"],
  ...['"1969-12-31T23:59:59Z"', '"1677-09-21T00:12:43Z"', '"2262-04-12T00:00:00Z"', '"9999-12-31T23:59:59Z"'],
  ...[
    '"+275760-09-13T00:00:00Z"',
    '"-000001-01-01T00:00:00Z"',
    '"0000-00-00T00:00:00Z"',
    '"2026-02-30T00:00Z"',
  ],
  ...['"2026-11-23T24:00:00Z"', '"2026-11-23T10:00:60Z"', '"2026-11-23T10:00:00.123456789Z"', '"2026-11-23"'],
  ...[
    '"2026-11-23T10:00:00+99:99"',
    '"2026-11-23T10:00:00-00:00"',
    '"yesterday"',
    '""',
    "null",
    "true",
    "{}",
    "[]",
  ],
  // the clocks of dead loggers, each one shard of the database
  ...[
    '"1973-03-04T00:00:00Z"',
    '"1980-01-06T00:00:00Z"',
    '"2000-01-01T00:00:00Z"',
    '"2004-01-01T00:00:00+07:00"',
  ],
];

const words = [
  ...["measuring", "calibrating", "fault", "00", "01", "02", "", "OK", "05"],
  ...["mg/L", "mg/l", "µg/l", "ppm", "furlong", "-", "NTU", "m3/day"],
  ...prototypeNames,
];

const escapes = [
  "\\u0000",
  "\\ud800",
  "\\udc00\\ud800",
  "\\u2028",
  "\\n",
  '\\"',
  "\\\\",
  "\\ufeff",
  "\u{1F4A7}",
  "é",
];

export function drawNumber(draw: Draw): string {
  if (draw.chance(0.7)) return (draw.int(100_000) / 100).toString();
  if (draw.chance(0.1)) return draw.times(400, () => draw.int(10)).join("") || "1";
  return draw.pick(oddNumbers);
}

export function drawString(draw: Draw): string {
  if (draw.chance(0.02)) return `"${draw.pick(["x", "1", " ", "\\\\", "NaN,"]).repeat(draw.int(3_000))}"`;
  return `"${draw.chance(0.5) ? draw.pick(words) : draw.times(draw.int(4), () => draw.pick(escapes)).join("")}"`;
}

/** Any JSON value, or something that looks like one. */
export function drawValue(draw: Draw, depth = 0): string {
  switch (draw.int(depth > 3 ? 5 : 7)) {
    case 0:
      return drawNumber(draw);
    case 1:
      return drawString(draw);
    case 2:
      return draw.pick(["null", "true", "false", "undefined", ""]);
    case 3:
      return drawNumber(draw);
    case 4:
      return draw.pick(["{}", "[]", '{"__proto__":{"value":1}}', '{"value":{}}', '{"toString":1}']);
    case 5:
      return `[${draw.times(draw.int(4), () => drawValue(draw, depth + 1)).join(",")}]`;
    default:
      return `{${draw.times(draw.int(4), () => `${drawString(draw)}:${drawValue(draw, depth + 1)}`).join(",")}}`;
  }
}

/** What times a message may carry, ms since epoch. */
export interface FuzzTimes {
  /** When the run began. */
  readonly now: number;
  /** What stations send just now: they catch up with the last two months. */
  readonly sending: number;
}

const MINUTE_MS = 60_000;
const MINUTES_A_DAY = 24 * 60;
const LATE = 0.002;

/** A minute of the half hour that is sent, which another message may have too; now and then one of days before. */
export function plainTime(draw: Draw, { sending }: FuzzTimes): number {
  const minutes = draw.int(draw.chance(LATE) ? 10 * MINUTES_A_DAY : 30);
  return Math.floor(sending / MINUTE_MS) * MINUTE_MS - minutes * MINUTE_MS;
}

/** A station's time as JSON; now and then the edge of the future, or one that is none. */
export function drawTime(draw: Draw, times: FuzzTimes): string {
  if (draw.chance(0.04)) return draw.pick(oddTimes);
  if (draw.chance(0.02)) return String(times.now + (draw.int(600) - 300) * 1_000);
  const time = plainTime(draw, times);
  return draw.chance(0.5) ? String(time) : `"${new Date(time).toISOString()}"`;
}
