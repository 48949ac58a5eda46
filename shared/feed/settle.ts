/**
 * One station's samples as they would be stored. In: samples in any order, some perhaps more than once; out: each time once,
 * in order, parameters of one time together. What was received first stands; another value for it is a conflict. Pure.
 */
import type { Reading, Sample } from "#shared/reading/sample.ts";

export interface Settled {
  readonly samples: readonly Sample[];
  /** Parameters that came after the first part of their record: when, by the record's time. */
  readonly later: ReadonlyMap<number, ReadonlyMap<string, number>>;
  readonly duplicates: number;
  readonly conflicts: number;
}

export function settleSamples(samples: readonly Sample[]): Settled {
  const ordered = isRising(samples)
    ? samples
    : samples.toSorted((a, b) => a.time - b.time || a.receivedAt - b.receivedAt || compareValues(a, b));
  const settled: Sample[] = [];
  const later = new Map<number, Map<string, number>>();
  let duplicates = 0;
  let conflicts = 0;
  for (const sample of ordered) {
    const last = settled.at(-1);
    if (last?.time !== sample.time) {
      settled.push(sample);
      continue;
    }
    const fresh = sample.readings.filter((reading) => !find(last, reading.parameter));
    if (fresh.length > 0) {
      settled[settled.length - 1] = { ...last, readings: [...last.readings, ...fresh] };
      if (sample.receivedAt > last.receivedAt) addLater(later, sample, fresh);
    } else if (sample.readings.every((reading) => find(last, reading.parameter)?.value === reading.value))
      duplicates += 1;
    else conflicts += 1;
  }
  return { samples: settled, later, duplicates, conflicts };
}

function addLater(
  later: Map<number, Map<string, number>>,
  { time, receivedAt }: Sample,
  fresh: readonly Reading[],
): void {
  const known = later.get(time) ?? new Map<string, number>();
  later.set(time, known);
  for (const { parameter } of fresh) known.set(parameter, receivedAt);
}

/** Records as they came: one sample for each part. The inverse of settling, after what was judged of whole records. */
export function inParts(samples: readonly Sample[], later: Settled["later"]): readonly Sample[] {
  if (later.size === 0) return samples;
  return samples.flatMap((sample) => {
    const since = later.get(sample.time);
    if (since === undefined) return [sample];
    const parts = Map.groupBy(sample.readings, ({ parameter }) => since.get(parameter) ?? sample.receivedAt);
    return [...parts].map(([receivedAt, readings]) => ({ ...sample, receivedAt, readings }));
  });
}

/** Parts that stand one after the other as records again. */
export function joinParts(samples: readonly Sample[]): readonly Sample[] {
  return isRising(samples) ? samples : settleSamples(samples).samples;
}

function isRising(samples: readonly Sample[]): boolean {
  for (let index = 1; index < samples.length; index += 1) {
    if ((samples[index - 1] as Sample).time >= (samples[index] as Sample).time) return false;
  }
  return true;
}

const find = (sample: Sample, parameter: string): Reading | undefined =>
  sample.readings.find((reading) => reading.parameter === parameter);

/** Received together and different: the order must not depend on the file's. */
function compareValues(a: Sample, b: Sample): number {
  const [one, other] = [JSON.stringify(a.readings), JSON.stringify(b.readings)];
  return one < other ? -1 : one > other ? 1 : 0;
}
