/** The same station and time twice. In: what is stored and what came; out: what it is. Decided per value. Pure. */
import type { Reading, Sample } from "#shared/reading/sample.ts";

export type Comparison =
  | { readonly kind: "duplicate" }
  | { readonly kind: "merge"; readonly readings: readonly Reading[] }
  | { readonly kind: "conflict"; readonly detail: string };

/** Equal values are a duplicate, other parameters merge, another value is a conflict, never an overwrite. */
export function compareWithStored(incoming: Sample, stored: Pick<Sample, "readings">): Comparison {
  const known = new Map(stored.readings.map((reading) => [reading.parameter, reading]));
  const fresh: Reading[] = [];
  const conflicts: string[] = [];
  for (const reading of incoming.readings) {
    const before = known.get(reading.parameter);
    if (before === undefined) fresh.push(reading);
    else if (before.value !== reading.value || before.flag !== reading.flag) {
      conflicts.push(`${reading.parameter}: stored ${shown(before)}, received ${shown(reading)}`);
    }
  }
  if (conflicts.length > 0) return { kind: "conflict", detail: conflicts.join("; ") };
  return fresh.length === 0 ? { kind: "duplicate" } : { kind: "merge", readings: fresh };
}

const shown = ({ value, flag }: Reading) => (flag === 1 ? String(value) : `${value} (flag ${flag})`);
