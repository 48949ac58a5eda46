/**
 * What ingest remembers of each station: the times it has stored, and the state of its quality tests. Both are filled
 * from the database when a station is first heard of.
 */
import type { Influx } from "#shared/influx/influx.ts";
import type { StationQuality } from "#shared/quality/station-quality.ts";
import type { Sample } from "#shared/reading/sample.ts";
import { rowTags } from "#shared/reading/sample-points.ts";
import { createHistory, type StationHistory } from "./history.ts";
import { readNewest } from "./stored-samples.ts";

export interface StationMemory {
  /** What its rows begin with. */
  readonly tags: string;
  readonly history: StationHistory;
  readonly quality: StationQuality;
}

export interface StationMemories {
  /** Reads what is stored of stations not heard of before. */
  learn(samples: readonly Sample[]): Promise<void>;
  /** @throws for a station that was not learnt: our own mistake. */
  of(station: string): StationMemory;
}

/** Records read back of a station: three hours of five-minute ones, the longest a flat line is looked for. */
const RECENT = 40;

export function createStationMemories(options: {
  influx: Pick<Influx, "query">;
  /** The quality tests of a station, given its newest stored samples. */
  qualityOf?: (station: string, recent: readonly Sample[]) => StationQuality;
  /** What was received later is not yet done with: an earlier run has written it, and it will be tested again. */
  doneUntil?: () => number;
}): StationMemories {
  const { influx, qualityOf = () => untested, doneUntil = () => Number.POSITIVE_INFINITY } = options;
  const memories = new Map<string, StationMemory>();
  return {
    async learn(samples) {
      let tagsOf: Map<string, string> | undefined;
      for (const sample of samples) {
        if (memories.has(sample.station)) continue;
        tagsOf ??= new Map();
        if (!tagsOf.has(sample.station)) tagsOf.set(sample.station, rowTags(sample));
      }
      if (tagsOf === undefined) return;
      const tags = tagsOf;
      await readNewest(influx, [...tags.keys()], RECENT, (stations, stored) => {
        const byStation = Map.groupBy(stored, ({ station }) => station);
        for (const station of stations) {
          const recent = byStation.get(station) ?? [];
          memories.set(station, {
            tags: tags.get(station) ?? "",
            history: createHistory(recent, RECENT),
            quality: qualityOf(
              station,
              recent.filter(({ receivedAt }) => receivedAt <= doneUntil()),
            ),
          });
        }
      });
    },
    of(station) {
      const memory = memories.get(station);
      if (memory === undefined) throw new Error(`the memory of ${station} was not read`);
      return memory;
    },
  };
}

const nothing: readonly never[] = [];
/** Of a station without tests. */
const untested: StationQuality = { judge: (sample) => ({ sample, amended: nothing }) };
