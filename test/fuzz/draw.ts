/** Draws for the fuzz. In: a seed; out: whole numbers, picks and bytes, the same ones each time. */
import { seededRandom } from "#simulators/plant/random.ts";

export interface Draw {
  /** 0 … below - 1 */
  int(below: number): number;
  /** True so often: 0.01 is one of a hundred. */
  chance(share: number): boolean;
  pick<T>(list: readonly T[]): T;
  bytes(length: number): Buffer;
  /** So many, each drawn. */
  times<T>(count: number, make: (index: number) => T): T[];
}

export function createDraw(seed: string): Draw {
  const { uniform } = seededRandom(seed);
  const int = (below: number) => Math.floor(uniform() * below);
  return {
    int,
    chance: (share) => uniform() < share,
    pick(list) {
      if (list.length === 0) throw new Error("nothing to pick from");
      return list[int(list.length)] as (typeof list)[number];
    },
    bytes(length) {
      const bytes = Buffer.allocUnsafe(length);
      for (let at = 0; at < length; at += 1) bytes[at] = int(256);
      return bytes;
    },
    times: (count, make) => Array.from({ length: count }, (_, index) => make(index)),
  };
}
