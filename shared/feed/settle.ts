/**
 * One station's samples as they would be stored. In: samples in any order, some perhaps more than once; out: each time once,
 * in order, parameters of one time together. What was received first stands; another value for it is a conflict. Pure.
 */
import type { Reading, Sample } from "#shared/reading/sample.ts";

export interface Settled {
  readonly samples: readonly Sample[];
  readonly duplicates: number;
  readonly conflicts: number;
}

export function settleSamples(samples: readonly Sample[]): Settled {
  const ordered = isRising(samples)
    ? samples
    : samples.toSorted((a, b) => a.time - b.time || a.receivedAt - b.receivedAt || compareValues(a, b));
  const settled: Sample[] = [];
  let duplicates = 0;
  let conflicts = 0;
  for (const sample of ordered) {
    const last = settled.at(-1);
    if (last?.time !== sample.time) {
      settled.push(sample);
      continue;
    }
    const fresh = sample.readings.filter((reading) => !find(last, reading.parameter));
    if (fresh.length > 0) settled[settled.length - 1] = { ...last, readings: [...last.readings, ...fresh] };
    else if (sample.readings.every((reading) => find(last, reading.parameter)?.value === reading.value))
      duplicates += 1;
    else conflicts += 1;
  }
  return { samples: settled, duplicates, conflicts };
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
