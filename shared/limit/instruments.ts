/** Legal texts as data: one file an instrument, every figure with its row, sources and confidence. */
import qcvn40of2011 from "./instruments/qcvn-40-2011.json" with { type: "json" };

export type Confidence = "permit" | "two-or-more-secondary-sources" | "one-secondary-source" | "unverified";

export interface Figure {
  readonly min?: number;
  readonly max?: number;
  readonly confidence: Confidence;
  readonly sources: readonly string[];
}

export interface InstrumentRow {
  readonly row: number;
  readonly parameter: string;
  readonly name: { readonly vi: string; readonly en: string };
  readonly unit: string;
  readonly as?: string;
  readonly A: Figure;
  readonly B: Figure;
}

export interface Instrument {
  readonly id: string;
  readonly title: { readonly vi: string; readonly en: string };
  readonly table: string;
  readonly inForceFrom: string;
  readonly supersededOn: string;
  readonly transitionalUntil: string;
  readonly limits: readonly InstrumentRow[];
}

/**
 * QCVN 40:2011/BTNMT, industrial wastewater, Table 1 columns A and B; in force 2012-02-15, superseded 2025-09-01,
 * usable in transition until 2031-12-31. Read in secondary reproductions; each figure says which.
 */
const instruments: readonly Instrument[] = [qcvn40of2011 as unknown as Instrument];

export const instrumentNames: readonly string[] = instruments.map((instrument) => instrument.id);

export function findInstrument(id: string): Instrument | undefined {
  return instruments.find((instrument) => instrument.id === id);
}
