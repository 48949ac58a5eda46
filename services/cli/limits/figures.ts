/** Figures of legal texts as rows. In: texts; out: every figure with where it stands and how it is known. Pure. */
import type { Figure, Instrument, InstrumentRow } from "#shared/limit/instrument-schema.ts";
import { figureName, type Instruments } from "#shared/limit/instruments.ts";
import { clauseOf } from "#shared/limit/table-limits.ts";

export interface FigureRow {
  readonly instrument: string;
  /** The name under which a registry accepts it, were it unverified: `B/cod`. */
  readonly name: string;
  readonly parameter: string;
  readonly column: string | null;
  /** As printed: `≤ 150`, `5.5 to 9`. */
  readonly figure: string;
  readonly unit: string;
  readonly as: string | null;
  readonly over: string | null;
  readonly from: string | null;
  readonly until: string | null;
  readonly clause: string;
  readonly confidence: string;
  readonly sources: readonly string[];
}

/** In the order of the texts and their rows. */
export function figureRows(instruments: Instruments): FigureRow[] {
  return [...instruments.values()].flatMap((instrument) =>
    instrument.limits.flatMap((row) => row.figures.map((figure) => rowOf(instrument, row, figure))),
  );
}

function rowOf(instrument: Instrument, row: InstrumentRow, figure: Figure): FigureRow {
  return {
    instrument: instrument.id,
    name: figureName(row.parameter, figure.column),
    parameter: row.parameter,
    column: figure.column ?? null,
    figure: boundsText(figure),
    unit: row.unit,
    as: row.as ?? null,
    over: figure.over ?? null,
    from: figure.from ?? null,
    until: figure.until ?? null,
    clause: clauseOf(instrument, row, figure),
    confidence: figure.confidence,
    sources: figure.sources.map((key) => instrument.sources[key] ?? key),
  };
}

/** `≤ 150`, `≥ 4`, `5.5 to 9`. */
export function boundsText({ min, max }: { min?: number | undefined; max?: number | undefined }): string {
  if (min !== undefined && max !== undefined) return `${plain(min)} to ${plain(max)}`;
  return max === undefined ? `≥ ${plain(min ?? Number.NaN)}` : `≤ ${plain(max)}`;
}

/** Twelve digits: 150 × 0.9 × 1.1 is 148.5, whatever binary makes of it. */
const plain = (value: number): string => String(Number(value.toPrecision(12)));
