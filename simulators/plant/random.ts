/** Repeatable randomness. In: a seed text; out: a generator that gives the same numbers on every machine. */

export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Normal with mean 0 and standard deviation 1, cut at ±2.5, so that noise has a known bound. */
  normal(): number;
}

/** Where the normal distribution is cut: what a quiet feed can reach at most follows from it. */
export const NORMAL_BOUND = 2.5;

/** sfc32 (C. Doty-Humphrey, PractRand; public domain), seeded by a hash of the text. */
export function seededRandom(seed: string): Random {
  let [a, b, c, d] = hashOf(seed);
  const uniform = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4_294_967_296;
  };
  // the first numbers still resemble the seed
  for (let i = 0; i < 15; i += 1) uniform();
  return {
    uniform,
    normal() {
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const value = radius * Math.cos(2 * Math.PI * uniform());
      return Math.max(-NORMAL_BOUND, Math.min(NORMAL_BOUND, value));
    },
  };
}

/** Four FNV-1a hashes of the text, each with another start. */
function hashOf(text: string): [number, number, number, number] {
  const hashes = [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b].map((start) => {
    let hash = start;
    for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    return hash | 0;
  });
  return hashes as [number, number, number, number];
}
