/**
 * One arbitrary message. In: a seed, its number, the stations there are; out: topic, bytes, flags, and how many samples
 * the ledger must count for it. The same seed and number give the same message, alone or among a million.
 */
import type { BenchStation } from "#test/bench/load/registry.ts";
import { createDraw, type Draw } from "./draw.ts";
import { expectedSamples } from "./expected.ts";
import { mutated, randomBytes, spoiltText } from "./payloads/bytes.ts";
import { drawDeep, drawHuge } from "./payloads/heavy.ts";
import { drawLines } from "./payloads/lines.ts";
import { drawArray, oddSample, plainSample } from "./payloads/samples.ts";
import { drawValue, type FuzzTimes } from "./payloads/values.ts";
import { drawTopic, type TopicFamily } from "./topics.ts";

export interface FuzzScene {
  readonly seed: number;
  readonly stations: readonly BenchStation[];
  /** When the run began, ms since epoch: plausible times lie before it. */
  readonly now: number;
}

export interface FuzzMessage {
  readonly index: number;
  readonly topic: string;
  readonly payload: Buffer;
  readonly retain: boolean;
  readonly dup: boolean;
  /** What it was meant to be: `data/mutated`, `strange/plain` … */
  readonly family: string;
  /** What the ledger counts for it. */
  readonly samples: number;
}

const SPAN_MS = 60 * 86_400_000;
/** A million messages are two months of ten stations. */
const STEP_MS = 5_184;

const timesAt = ({ now }: FuzzScene, index: number): FuzzTimes => ({
  now,
  sending: now - SPAN_MS + ((index * STEP_MS) % SPAN_MS),
});

type Family =
  | "plain"
  | "odd"
  | "array"
  | "mutated"
  | "spoilt"
  | "random"
  | "json"
  | "lines"
  | "deep"
  | "huge";

/** Of ten thousand. */
const shares: readonly (readonly [Family, number])[] = [
  ["huge", 1],
  ["deep", 20],
  ["random", 1_000],
  ["json", 1_200],
  ["spoilt", 700],
  ["array", 1_200],
  ["odd", 2_000],
  ["mutated", 2_000],
  ["plain", 1_879],
];
const TOTAL = shares.reduce((sum, [, share]) => sum + share, 0);

/** A station sends again what it has no acknowledgement for. */
const RESENT = 0.05;
const RESENT_WITHIN = 2_000;

export function fuzzMessage(scene: FuzzScene, index: number): FuzzMessage {
  const draw = createDraw(`${scene.seed} ${index}`);
  if (index > 0 && draw.chance(RESENT)) {
    const earlier = fuzzMessage(scene, index - 1 - draw.int(Math.min(index, RESENT_WITHIN)));
    return { ...earlier, index, dup: true, family: "resent" };
  }
  const { topic, family: place } = drawTopic(draw, scene.stations);
  const { family, payload } = drawPayload(draw, place, timesAt(scene, index));
  return {
    index,
    topic,
    payload,
    retain: draw.chance(0.01),
    dup: draw.chance(0.05),
    family: `${place}/${family}`,
    samples: expectedSamples(topic, payload, scene.stations),
  };
}

function drawPayload(draw: Draw, place: TopicFamily, times: FuzzTimes): { family: Family; payload: Buffer } {
  if (place === "line") return drawLinePayload(draw, times);
  if (place === "status" && draw.chance(0.7)) {
    const text = draw.pick([
      '{"online":true}',
      "online",
      "offline",
      "1",
      "0",
      '{"online":"yes"}',
      "{".repeat(600),
    ]);
    return { family: "plain", payload: Buffer.from(text) };
  }
  const family = drawFamily(draw);
  return { family, payload: payloadOf(draw, family, times) };
}

/** What is not made of whole lines loses its quotes: see lines.ts. */
function drawLinePayload(draw: Draw, times: FuzzTimes): { family: Family; payload: Buffer } {
  if (draw.chance(0.7)) return { family: "lines", payload: Buffer.from(drawLines(draw, times)) };
  const damaged = draw.chance(0.5) ? mutated(draw, Buffer.from(drawLines(draw, times))) : randomBytes(draw);
  return { family: "mutated", payload: damaged.map((byte) => (byte === 0x22 ? 0x27 : byte)) as Buffer };
}

function payloadOf(draw: Draw, family: Family, times: FuzzTimes): Buffer {
  const plain = () => Buffer.from(draw.chance(0.7) ? plainSample(draw, times) : oddSample(draw, times));
  switch (family) {
    case "huge":
      return drawHuge(draw, times);
    case "deep":
      return Buffer.from(drawDeep(draw));
    case "random":
      return randomBytes(draw);
    case "json":
      return Buffer.from(drawValue(draw));
    case "spoilt":
      return spoiltText(draw, plain());
    case "array":
      return Buffer.from(drawArray(draw, times));
    case "odd":
      return Buffer.from(oddSample(draw, times));
    case "mutated":
      return mutated(draw, draw.chance(0.2) ? Buffer.from(drawArray(draw, times)) : plain());
    case "lines":
      return Buffer.from(drawLines(draw, times));
    case "plain":
      return Buffer.from(plainSample(draw, times));
  }
}

function drawFamily(draw: Draw): Family {
  let lot = draw.int(TOTAL);
  for (const [family, share] of shares) {
    if (lot < share) return family;
    lot -= share;
  }
  return "plain";
}
