/**
 * Records of a file as samples by station, checked as ingest checks a message. In: unchecked records; out: samples, and what
 * was refused or is not judged. What is bad is told with its line, and stops nothing.
 */
import { validateSample } from "#services/ingest/validate/validate-sample.ts";
import { findParameter } from "#shared/parameter/parameter.ts";
import type { Sample } from "#shared/reading/sample.ts";
import type { Registry } from "#shared/registry/registry.ts";

export interface Collected {
  /** By station, in the order of the file. */
  readonly samples: ReadonlyMap<string, Sample[]>;
  /** Readings of parameters that are stored and not judged, by station and parameter. */
  readonly notJudged: ReadonlyMap<string, number>;
  readonly refused: number;
}

/** A sample may be this much later than its receipt: as at ingest. */
const FUTURE_MS = 120_000;
/** Recorded feeds may lie ahead of this machine's clock, but not ages. */
const LATEST = Date.parse("2100-01-01T00:00:00Z");

/** @param onFault told what was expected, and where the record stands */
export function createCollector(registry: Registry, onFault: (message: string, at: number) => void) {
  const samples = new Map<string, Sample[]>();
  const notJudged = new Map<string, number>();
  let refused = 0;
  const only = registry.stations.size === 1 ? [...registry.stations.keys()][0] : undefined;

  function take(record: unknown, at: number): void {
    const read = readSample(record);
    if (typeof read === "string") {
      refused += 1;
      onFault(read, at);
    } else keep(read);
  }

  /** The sample, or what was expected instead. */
  function readSample(record: unknown): Sample | string {
    if (typeof record !== "object" || record === null) return "expected an object";
    const { zone, plant, station: given, receivedAt } = record as Record<string, unknown>;
    // a file of one station need not name it
    const id = given === undefined ? only : given;
    if (id === undefined) return "expected a station";
    const station = registry.stations.get(String(id));
    if (station === undefined) return `the registry has no station ${String(id)}`;
    if ((zone ?? station.zone) !== station.zone || (plant ?? station.plant) !== station.plant)
      return `expected station ${station.id} in ${station.zone}/${station.plant}`;
    const received = receivedAt === undefined ? undefined : instantOf(receivedAt);
    if (Number.isNaN(received))
      return `expected receivedAt as ISO 8601 or ms since 1970, found ${String(receivedAt)}`;
    const validated = validateSample(record, {
      station,
      receivedAt: received ?? 0,
      latest: received === undefined ? Number.POSITIVE_INFINITY : received + FUTURE_MS,
      earliest: Number.NEGATIVE_INFINITY,
    });
    if (!validated.ok) return `${validated.rejection.code}: ${validated.rejection.detail}`;
    const { sample } = validated;
    if (sample.time > LATEST) return `expected a time before 2100, found ${String(sample.time)}`;
    return received === undefined ? { ...sample, receivedAt: sample.time } : sample;
  }

  function keep(sample: Sample): void {
    for (const { parameter } of sample.readings) {
      if (findParameter(parameter) === undefined) count(sample.station, parameter);
    }
    let list = samples.get(sample.station);
    if (list === undefined) {
      list = [];
      samples.set(sample.station, list);
    }
    list.push(sample);
  }

  function count(station: string, parameter: string): void {
    const key = `${station} ${parameter}`;
    notJudged.set(key, (notJudged.get(key) ?? 0) + 1);
  }

  return {
    take,
    collected: (): Collected => ({ samples, notJudged, refused }),
  };
}

const instantOf = (raw: unknown): number =>
  typeof raw === "number" ? raw : typeof raw === "string" ? Date.parse(raw) : Number.NaN;
