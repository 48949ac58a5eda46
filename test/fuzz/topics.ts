/**
 * Topics of the fuzz: those of stations, and everything else a broker lets through. Never one that Mosquitto refuses,
 * since it ends the publisher's connection: wildcards, control characters, invalid UTF-8, more than 200 levels.
 */
import { type BenchStation, ROOT } from "#test/bench/load/registry.ts";
import type { Draw } from "./draw.ts";

const PREFIX = `${ROOT}/v1`;
export const lineKinds = ["line", "line-us", "line-ms", "line-s"] as const;

/** Names that objects have without being asked. */
export const prototypeNames = [
  ...["__proto__", "constructor", "prototype", "toString", "valueOf", "hasOwnProperty", "__defineGetter__"],
] as const;

const oddLevels = [
  ...["", " ", "data", "status", "line", "DATA", "data ", "_canary", "w1", "null", "undefined", "NaN", "0"],
  ...["é", "Trạm", "\u{1F4A7}", "\u202e", "\ufeff", "'; DROP", "a,b=c d", 'x"y', "\\", "..", "%00", "$SYS"],
  ...prototypeNames,
];
/** The broker knows at most 200 slashes, and 65,535 bytes. */
const MOST_LEVELS = 150;
const MOST_BYTES = 65_535;

export type TopicFamily = "data" | "status" | "line" | "strange";

/** @returns the topic and what it is for; a strange one may by chance be a station's */
export function drawTopic(
  draw: Draw,
  stations: readonly BenchStation[],
): { topic: string; family: TopicFamily } {
  const { zone, plant, id } = draw.pick(stations);
  const place = `${PREFIX}/${zone}/${plant}/${id}`;
  const lot = draw.int(100);
  if (lot < 78) return { topic: `${place}/data`, family: "data" };
  if (lot < 84) return { topic: `${place}/${draw.pick(lineKinds)}`, family: "line" };
  if (lot < 89) return { topic: `${place}/status`, family: "status" };
  return { topic: drawStrange(draw, { zone, plant, id }, stations), family: "strange" };
}

function drawStrange(
  draw: Draw,
  { zone, plant, id }: BenchStation,
  stations: readonly BenchStation[],
): string {
  const other = draw.pick(stations);
  const odd = () => draw.pick(oddLevels);
  switch (draw.int(8)) {
    case 0:
      return `${PREFIX}/${zone}/${plant}/nobody-${draw.int(1_000)}/data`;
    case 1:
      return `${PREFIX}/${other.zone}/${other.plant}/${id}/data`;
    case 2:
      return `${PREFIX}/${odd()}/${odd()}/${odd()}/${draw.pick(["data", "status", "line", odd()])}`;
    case 3:
      return `${PREFIX}/${zone}/${plant}/${odd()}/data`;
    case 4:
      return [PREFIX, ...draw.times(draw.int(MOST_LEVELS), () => odd())].join("/");
    case 5:
      return `${PREFIX}/${zone}/${plant}/${id}/data${draw.pick(["/", "/data", " ", "x", "/../data"])}`;
    case 6:
      return `${PREFIX}/_canary/${draw.pick(["w1", "w2", "w01", "w", "nobody"])}`;
    default: {
      const length = draw.chance(0.05) ? MOST_BYTES - PREFIX.length - 1 : draw.int(200);
      return `${PREFIX}/${"l".repeat(length)}`;
    }
  }
}
