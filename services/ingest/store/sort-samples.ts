/**
 * Sorts samples into new, duplicate, merged and conflicting ones. In: samples in order of arrival; out: the same
 * with what each one is. Asks the database only where the ring of a station does not know.
 */
import type { Influx } from "#shared/influx/influx.ts";
import type { Sample } from "#shared/reading/sample.ts";
import { compareWithStored } from "./compare.ts";
import { checksumOf, createHistory, RING, type StationHistory } from "./history.ts";
import { readNewest, readSpan } from "./stored-samples.ts";

export type SortedSample =
  | { readonly kind: "store"; readonly sample: Sample }
  | { readonly kind: "duplicate"; readonly sample: Sample }
  | { readonly kind: "conflict"; readonly sample: Sample; readonly detail: string };

export interface SampleSorter {
  sort(samples: readonly Sample[]): Promise<SortedSample[]>;
  /**
   * After a crash: samples of the journal that may have been written before it. One that stands in the database
   * with this very time of receipt was our own write, and counts as stored, not as its own duplicate.
   */
  expectOwn(samples: readonly Sample[]): Promise<void>;
}

const keyOf = (sample: Pick<Sample, "station" | "time">) => `${sample.station}|${sample.time}`;

export function createSampleSorter(influx: Influx): SampleSorter {
  const histories = new Map<string, StationHistory>();
  const own = new Set<string>();

  async function learn(samples: readonly Sample[]): Promise<void> {
    const unknown = [...new Set(samples.map((sample) => sample.station))].filter((id) => !histories.has(id));
    if (unknown.length === 0) return;
    const newest = Map.groupBy(await readNewest(influx, unknown, RING), (sample) => sample.station);
    for (const station of unknown) histories.set(station, createHistory(newest.get(station) ?? []));
  }

  const historyOf = (station: string): StationHistory => {
    const history = histories.get(station);
    if (history === undefined) throw new Error(`the history of ${station} was not read`);
    return history;
  };

  /**
   * The stored rows of samples that the rings cannot decide: older than their ring, or another checksum there.
   * @param known what the ring had of each sample when the batch began
   */
  async function readDoubtful(
    samples: readonly Sample[],
    known: readonly (number | undefined)[],
  ): Promise<Map<string, Sample>> {
    const doubtful = samples.filter((sample, index) => {
      const checksum = known[index];
      if (checksum === undefined) return sample.time < historyOf(sample.station).completeFrom;
      return checksum !== checksumOf(sample);
    });
    if (doubtful.length === 0) return new Map();
    const stations = [...new Set(doubtful.map((sample) => sample.station))];
    const stored = await readSpan(
      influx,
      stations,
      doubtful.map((sample) => sample.time),
    );
    return new Map(stored.map((sample) => [keyOf(sample), sample]));
  }

  return {
    async expectOwn(samples) {
      if (samples.length === 0) return;
      const stations = [...new Set(samples.map((sample) => sample.station))];
      const stored = await readSpan(
        influx,
        stations,
        samples.map((sample) => sample.time),
      );
      const received = new Map(stored.map((sample) => [keyOf(sample), sample.receivedAt]));
      for (const sample of samples) {
        if (received.get(keyOf(sample)) === sample.receivedAt) own.add(keyOf(sample));
      }
    },
    async sort(samples) {
      await learn(samples);
      // as of now: what the batch itself adds can push older times out of a ring
      const known = samples.map((sample) => historyOf(sample.station).at(sample.time));
      const stored = await readDoubtful(samples, known);
      const sorted: SortedSample[] = [];
      /** What this batch stores, whole. Nearly every sample is new, so it is made when one is first asked for. */
      let batch: Map<string, Sample> | undefined;
      const store = (sample: Sample, whole: Sample): SortedSample => {
        batch?.set(keyOf(whole), whole);
        historyOf(whole.station).set(whole.time, checksumOf(whole));
        return { kind: "store", sample };
      };

      function sortOne(sample: Sample, knownBefore: number | undefined): SortedSample {
        const history = historyOf(sample.station);
        const inRing = history.at(sample.time) ?? knownBefore;
        const isNew = inRing === undefined && sample.time >= history.completeFrom;
        if (isNew && own.size === 0) return store(sample, sample);
        const key = keyOf(sample);
        if (own.delete(key)) return store(sample, sample);
        if (inRing !== undefined && inRing === checksumOf(sample)) return { kind: "duplicate", sample };
        // all stored so far were new and whole: the first merge or conflict makes the map
        batch ??= new Map(
          sorted.filter(({ kind }) => kind === "store").map((item) => [keyOf(item.sample), item.sample]),
        );
        const before = batch.get(key) ?? stored.get(key);
        if (before === undefined) return store(sample, sample);
        const comparison = compareWithStored(sample, before);
        if (comparison.kind === "duplicate") return { kind: "duplicate", sample };
        if (comparison.kind === "conflict") return { kind: "conflict", sample, detail: comparison.detail };
        return store(
          { ...sample, readings: comparison.readings },
          { ...sample, readings: [...before.readings, ...comparison.readings] },
        );
      }

      samples.forEach((sample, index) => {
        sorted.push(sortOne(sample, known[index]));
      });
      return sorted;
    },
  };
}
