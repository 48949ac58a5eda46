/**
 * Sorts samples into new, duplicate, merged and conflicting ones. In: samples in order of arrival; out: the same
 * with what each one is. Asks the database only where the memory of a station does not know.
 */
import type { Influx } from "#shared/influx/influx.ts";
import type { Sample } from "#shared/reading/sample.ts";
import { type Comparison, compareWithStored } from "./compare.ts";
import { checksumOf } from "./history.ts";
import type { StationMemories } from "./station-memory.ts";
import { readAt } from "./stored-samples.ts";

export type SortedSample =
  | { readonly kind: "store"; readonly sample: Sample }
  | { readonly kind: "duplicate"; readonly sample: Sample }
  | ({ readonly sample: Sample } & Extract<Comparison, { kind: "conflict" }>);

export interface SampleSorter {
  /** @param settled resolves once the batches sorted before are written: the database is asked only then. */
  sort(samples: readonly Sample[], settled?: () => Promise<void>): Promise<SortedSample[]>;
  /** Whether the memory alone cannot tell what these are: the database is asked, and must hold all that came before. */
  needsDatabase(samples: readonly Sample[]): Promise<boolean>;
  /**
   * After a crash: samples of the journal that may have been written before it. What stands in the database with the
   * same values, last touched when the sample was received or later, was our own write, and counts as stored, not as
   * its own duplicate.
   * @param own its edge is what was done with in the last moment before the cursor: a repetition within that moment is a duplicate
   */
  expectOwn(samples: readonly Sample[], own: OwnSpan): Promise<void>;
  /** Those of them that are our own by this rule, by `contentOf`. */
  findOwn(samples: readonly Sample[], own: OwnSpan): Promise<string[]>;
}

/** The records that an earlier run may have written without moving the cursor. */
export interface OwnSpan {
  readonly edge?: Edge | undefined;
  /** When the latest of them was received, ms since epoch: a row touched after that is of a time when the clock was ahead. */
  readonly latest: number;
}

/** Samples that were stored, of the last millisecond of receipt that the cursor has passed. */
export interface Edge {
  /** ms since epoch */
  readonly receivedAt: number;
  readonly contents: readonly string[];
}

const keyOf = (sample: Pick<Sample, "station" | "time">) => `${sample.station}|${sample.time}`;
/** A sample by what it says. */
export const contentOf = (sample: Sample): string => `${keyOf(sample)}|${checksumOf(sample)}`;

export function createSampleSorter(influx: Pick<Influx, "query">, memories: StationMemories): SampleSorter {
  const own = new Set<string>();
  /** While what may be our own is sorted: what counted as stored. A repetition of it is no write of ours, whatever its moment. */
  const claimed = new Set<string>();
  let claiming = false;

  /**
   * The stored rows of samples that the memory cannot decide: older than it reaches, or another checksum there.
   * @param known what the memory had of each sample when the batch began
   */
  async function readDoubtful(
    samples: readonly Sample[],
    known: readonly (number | undefined)[],
    settled?: () => Promise<void>,
  ): Promise<Map<string, Sample> | undefined> {
    const doubtful = samples.filter((sample, index) => isDoubtful(sample, known[index]));
    if (doubtful.length === 0) return undefined;
    await settled?.();
    return new Map((await readAt(influx, doubtful)).map((sample) => [keyOf(sample), sample]));
  }

  function isDoubtful(sample: Sample, known: number | undefined): boolean {
    if (known !== undefined) return known !== checksumOf(sample);
    return sample.time < memories.of(sample.station).history.completeFrom;
  }

  async function findOwn(samples: readonly Sample[], { edge, latest }: OwnSpan): Promise<string[]> {
    const stored = new Map((await readAt(influx, samples)).map((sample) => [keyOf(sample), sample]));
    const finished = new Set(edge?.contents);
    const found: string[] = [];
    for (const sample of samples) {
      const row = stored.get(keyOf(sample));
      if (row === undefined || row.receivedAt < sample.receivedAt) continue;
      // written by none of these: the clock was ahead then, and has been set back
      if (row.receivedAt > sample.receivedAt && row.receivedAt > latest) continue;
      if (compareWithStored(sample, row).kind !== "duplicate") continue;
      const content = contentOf(sample);
      if (sample.receivedAt !== edge?.receivedAt || !finished.has(content)) found.push(content);
    }
    return found;
  }

  return {
    findOwn,
    async needsDatabase(samples) {
      await memories.learn(samples);
      return samples.some((sample) =>
        isDoubtful(sample, memories.of(sample.station).history.at(sample.time)),
      );
    },
    async expectOwn(samples, span) {
      claiming = true;
      for (const content of await findOwn(samples, span)) if (!claimed.has(content)) own.add(content);
    },
    async sort(samples, settled) {
      await memories.learn(samples);
      // as of now: what the batch itself adds can push older times out of a memory
      const known = samples.map(({ station, time }) => memories.of(station).history.at(time));
      const stored = await readDoubtful(samples, known, settled);
      const sorted: SortedSample[] = [];
      /** What this batch stores, whole. Nearly every sample is new, so it is made when one is first asked for. */
      let batch: Map<string, Sample> | undefined;
      const store = (sample: Sample, whole: Sample): SortedSample => {
        batch?.set(keyOf(whole), whole);
        memories.of(whole.station).history.set(whole.time, checksumOf(whole));
        if (claiming) claimed.add(contentOf(sample));
        return { kind: "store", sample };
      };

      function sortOne(sample: Sample, knownBefore: number | undefined): SortedSample {
        const { history } = memories.of(sample.station);
        const inRing = history.at(sample.time) ?? knownBefore;
        const isNew = inRing === undefined && sample.time >= history.completeFrom;
        if (isNew && own.size === 0) return store(sample, sample);
        if (own.size > 0 && own.delete(contentOf(sample))) return store(sample, sample);
        const key = keyOf(sample);
        if (inRing !== undefined && inRing === checksumOf(sample)) return { kind: "duplicate", sample };
        // all stored so far were new and whole: the first merge or conflict makes the map
        batch ??= new Map(
          sorted.filter(({ kind }) => kind === "store").map((item) => [keyOf(item.sample), item.sample]),
        );
        const before = batch.get(key) ?? stored?.get(key);
        if (before === undefined) return store(sample, sample);
        const comparison = compareWithStored(sample, before);
        if (comparison.kind === "duplicate") return { kind: "duplicate", sample };
        if (comparison.kind === "conflict") return { ...comparison, sample };
        return store(
          { ...sample, readings: comparison.readings },
          { ...sample, readings: [...before.readings, ...comparison.readings] },
        );
      }

      samples.forEach((sample, index) => {
        sorted.push(sortOne(sample, known[index]));
      });
      claiming = false;
      return sorted;
    },
  };
}
