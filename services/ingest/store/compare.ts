/** The same station and time twice. In: what is stored and what came; out: what it is. Decided per value. Pure. */
import type { Difference } from "#shared/reading/rejection.ts";
import type { Reading, Sample } from "#shared/reading/sample.ts";

export type Comparison =
  | { readonly kind: "duplicate" }
  | { readonly kind: "merge"; readonly readings: readonly Reading[] }
  | { readonly kind: "conflict"; readonly detail: string; readonly differences: readonly Difference[] };

/** Equal values are a duplicate, other parameters merge, another value is a conflict, never an overwrite. */
export function compareWithStored(incoming: Sample, stored: Pick<Sample, "readings">): Comparison {
  const known = new Map(stored.readings.map((reading) => [reading.parameter, reading]));
  const fresh: Reading[] = [];
  const differing: (readonly [before: Reading, reading: Reading])[] = [];
  for (const reading of incoming.readings) {
    const before = known.get(reading.parameter);
    if (before === undefined) fresh.push(reading);
    else if (!isSame(before, reading)) differing.push([before, reading]);
  }
  if (differing.length > 0) {
    const detail = differing.map(
      ([before, reading]) => `${reading.parameter}: stored ${shown(before)}, received ${shown(reading)}`,
    );
    const differences = differing.map(([before, reading]) => ({
      parameter: reading.parameter,
      stored: { value: receivedValue(before), flag: before.flag },
      received: { value: receivedValue(reading), flag: reading.flag },
    }));
    return { kind: "conflict", detail: detail.join("; "), differences };
  }
  return fresh.length === 0 ? { kind: "duplicate" } : { kind: "merge", readings: fresh };
}

/** The value as the station sent it: quality tests may have put another in its place. */
export const receivedValue = ({ value, censored }: Reading): number | null => censored ?? value;

/** What the device said of itself, as a small number; the flag of a test is ours and may differ for the same record. */
export const statusLetter = ({ flag }: Reading): 1 | 2 | 9 => (flag === 2 || flag === 9 ? flag : 1);

function isSame(before: Reading, reading: Reading): boolean {
  return receivedValue(before) === receivedValue(reading) && statusLetter(before) === statusLetter(reading);
}

const shown = ({ value, flag }: Reading) => (flag === 1 ? String(value) : `${value} (flag ${flag})`);
