/** A monitoring station at an outfall: what it measures and what it owes. */
import type { StationEntry } from "#shared/registry/schema.ts";

export type Station = Omit<StationEntry, "interval"> & {
  readonly zone: string;
  readonly plant: string;
  /** One record is owed every interval. */
  readonly intervalMs: number;
  /** Offset in ms from a record's time stamp to the start of the interval it covers (0, or minus one interval for `stamp: end`). */
  readonly coversFromOffsetMs: number;
};
