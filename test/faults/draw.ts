/** Which faults a run gets. In: a seed; out: kinds, moments and durations, the same for the same seed. Pure. */
import { crashPoints } from "#services/ingest/crash-point.ts";
import { seededRandom } from "#simulators/plant/random.ts";

const crashes = (Object.keys(crashPoints) as (keyof typeof crashPoints)[]).map(
  (point) => `crash-${point}` as const,
);

/** Those of one subject follow one another; those of different subjects may overlap. */
export const subjects = {
  ingest: ["kill-ingest", ...crashes],
  broker: ["kill-broker", "cut-broker", "stall-broker"],
  influxdb: ["kill-influxdb", "cut-influxdb", "stall-influxdb", "full-journal"],
  redis: ["kill-redis", "flush-redis", "cut-redis", "stall-redis"],
  disk: ["full-disk"],
  clock: ["clock-step"],
} as const;

export type Subject = keyof typeof subjects;
export type FaultKind = (typeof subjects)[Subject][number];

export const faultKinds: readonly FaultKind[] = Object.values(subjects).flat();

export interface DrawnFault {
  readonly kind: FaultKind;
  /** ms after the load began. */
  readonly atMs: number;
  readonly forMs: number;
  /** In [0, 1): whatever else the kind leaves to chance. */
  readonly figure: number;
}

const FEWEST = 3;
const MOST = 6;
const SHORTEST_MS = 200;
const LONGEST_MS = 2_000;

export const subjectOf = (kind: FaultKind): Subject =>
  (Object.keys(subjects) as Subject[]).find((subject) =>
    (subjects[subject] as readonly FaultKind[]).includes(kind),
  ) ?? "ingest";

export const isFaultKind = (text: string): text is FaultKind =>
  (faultKinds as readonly string[]).includes(text);

/**
 * A death of ingest is always among them: what was acknowledged is only at stake then.
 * @param only faults of this kind alone
 */
export function drawFaults(options: {
  seed: string;
  ms: number;
  only?: FaultKind | undefined;
}): DrawnFault[] {
  const { uniform } = seededRandom(`${options.seed}/faults`);
  const count = FEWEST + Math.floor(uniform() * (MOST - FEWEST + 1));
  const takeOne = (from: readonly FaultKind[]) => from[Math.floor(uniform() * from.length)] ?? "kill-ingest";
  const kinds: FaultKind[] = [options.only ?? takeOne(subjects.ingest)];
  while (kinds.length < count) {
    const rest = faultKinds.filter((kind) => !kinds.includes(kind));
    kinds.push(options.only ?? takeOne(rest));
  }
  return kinds
    .map((kind) => ({
      kind,
      atMs: Math.round(options.ms * (0.05 + 0.85 * uniform())),
      forMs: Math.round(SHORTEST_MS + uniform() * (LONGEST_MS - SHORTEST_MS)),
      figure: uniform(),
    }))
    .sort((one, other) => one.atMs - other.atMs);
}
