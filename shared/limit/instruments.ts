/** The legal texts that come with Outfall, and how to find one. Each file is checked by `test/unit/instrument.test.ts`. */
import type { Confidence, Instrument } from "./instrument-schema.ts";
import qcvn40of2011 from "./instruments/qcvn-40-2011.json" with { type: "json" };
import qcvn40of2025 from "./instruments/qcvn-40-2025.json" with { type: "json" };

export type { Confidence, Figure, Instrument, InstrumentRow } from "./instrument-schema.ts";

/** Legal texts by id. */
export type Instruments = ReadonlyMap<string, Instrument>;

/**
 * QCVN 40:2011/BTNMT, industrial wastewater, Table 1 columns A and B with Kq and Kf; in force 2012-02-15, superseded
 * 2025-09-01, usable in transition until 2031-12-31. Read in secondary reproductions; each figure says which, and those
 * that were only recalled are `unverified`.
 * QCVN 40:2025/BTNMT, its successor: dates and transition; its tables could not be read, so it has no figures.
 */
const shipped = [qcvn40of2011, qcvn40of2025].flatMap((file) => file.instruments as readonly unknown[]);

export const shippedInstruments: Instruments = indexed(shipped as readonly Instrument[]);

/** The shipped texts and a registry's own. */
export function withOwn(own: readonly Instrument[]): Instruments {
  return indexed([...shippedInstruments.values(), ...own]);
}

function indexed(instruments: readonly Instrument[]): Instruments {
  return new Map(instruments.map((instrument) => [instrument.id, instrument]));
}

/** What is less than sure in a text, by the name under which a registry accepts it: `kq-river`, `factors-exclusions`, `A/chloride`. */
export function unverifiedIn(instrument: Instrument): string[] {
  const named: [name: string, confidence: Confidence | undefined][] = [
    ...Object.entries(instrument.factors ?? {}).map(
      ([name, factor]) => [name, factor?.confidence] as [string, Confidence | undefined],
    ),
    [EXCLUSIONS, instrument.exclusions?.confidence],
    ...instrument.limits.flatMap(({ parameter, figures }) =>
      figures.map(
        ({ column, confidence }) => [figureName(parameter, column), confidence] as [string, Confidence],
      ),
    ),
  ];
  return [...new Set(named.filter(([, confidence]) => confidence === "unverified").map(([name]) => name))];
}

/** The name under which the list of parameters without factors is accepted. */
export const EXCLUSIONS = "factors-exclusions";

/** The name under which an unverified figure is accepted. */
export function figureName(parameter: string, column: string | undefined): string {
  return column === undefined ? parameter : `${column}/${parameter}`;
}

/** The columns a text has, in its order; none where it has only one. */
export function columnsOf(instrument: Instrument): string[] {
  const used = instrument.limits.flatMap(({ figures }) => figures.flatMap(({ column }) => column ?? []));
  return [...new Set([...Object.keys(instrument.columns ?? {}), ...used])];
}

/** The last day on which anybody may use it; undefined: no end is known. */
export function lastDayOf(instrument: Instrument): string | undefined {
  if (instrument.transitionalUntil !== undefined) return instrument.transitionalUntil;
  if (instrument.supersededOn === undefined) return undefined;
  return Temporal.PlainDate.from(instrument.supersededOn).subtract({ days: 1 }).toString();
}
