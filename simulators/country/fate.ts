/**
 * What becomes of each zone. In: options and a seed; out: for every zone its status and how far its plant has come, in the
 * numbers asked for. Pure and repeatable. Numbers of zones are exact; who gets which fate is drawn.
 */
import { type Random, seededRandom } from "../plant/random.ts";

/** Steps of an operating zone's plant that does not run, and the two ways of not knowing. */
export type Fate =
  | { readonly kind: "idle"; readonly status: "under-construction" | "planned" | "unknown" }
  | { readonly kind: "missing"; readonly plant: "none" | "under-construction" | "built" }
  | { readonly kind: "unknown"; readonly plant: "none" | "unknown" }
  | {
      readonly kind: "served";
      readonly step: "running" | "monitored" | "connected" | "in-order";
      readonly size: "ample" | "tight" | "too-small" | "unsaid";
      /** Its wastewater goes to the plant of another zone of its province, where one has room. */
      readonly guest: boolean;
    };

export interface FateOptions {
  readonly seed: number;
  readonly zones: number;
  readonly operating: number;
  /** Share of the operating zones that no running plant serves, 0 to 1. */
  readonly withoutPlant: number;
}

/** Of the operating zones nothing is known of the plants of so many; ours, no source says. */
const UNKNOWN_SHARE = 0.08;

export function drawFates({ seed, zones, operating, withoutPlant }: FateOptions): Fate[] {
  const random = seededRandom(`country ${seed} fates`);
  const missing = Math.round(operating * withoutPlant);
  const unknown = Math.min(operating - missing, Math.round(operating * UNKNOWN_SHARE));
  const fates = Array.from({ length: zones }, (_, place): Fate => {
    if (place < missing) {
      return {
        kind: "missing",
        plant: pick(random, ["none", "none", "none", "under-construction", "built"]),
      };
    }
    if (place < missing + unknown)
      return { kind: "unknown", plant: pick(random, ["none", "none", "unknown"]) };
    if (place < operating) return served(random);
    return { kind: "idle", status: pick(random, ["under-construction", "planned", "unknown"]) };
  });
  return shuffle(random, fates);
}

function served(random: Random): Fate {
  return {
    kind: "served",
    step: pick(random, ["running", "monitored", "connected", "connected", "connected", "in-order"]),
    // far below capacity is the normal state
    size: pick(random, [
      "ample",
      "ample",
      "ample",
      "ample",
      "ample",
      "tight",
      "tight",
      "too-small",
      "unsaid",
      "unsaid",
    ]),
    guest: random.uniform() < 0.1,
  };
}

export function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[Math.floor(random.uniform() * choices.length)] as T;
}

/** Fisher–Yates. */
function shuffle<T>(random: Random, given: readonly T[]): T[] {
  const list = [...given];
  for (let last = list.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random.uniform() * (last + 1));
    [list[last], list[other]] = [list[other] as T, list[last] as T];
  }
  return list;
}
