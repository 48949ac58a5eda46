/** Limits of a legal text. In: a plant's limit set, the text, parameter and local day; out: the figures of its column. Pure. */
import { factorIntoStored } from "#shared/parameter/basis.ts";
import { findParameter } from "#shared/parameter/parameter.ts";
import type { LimitSet } from "#shared/registry/limit-schema.ts";
import { bounds, isWithin } from "./bounds.ts";
import { applicationOf } from "./factors.ts";
import type { Figure, Instrument, InstrumentRow } from "./instrument-schema.ts";
import { figureName, lastDayOf } from "./instruments.ts";
import type { Limit } from "./limit.ts";

/** Unverified figures give a limit only where the set accepts them by name; binding sets only within the text's dates. */
export function tableLimits(set: LimitSet, instrument: Instrument, parameter: string, day: string): Limit[] {
  if (findParameter(parameter) === undefined) return [];
  const lastDay = lastDayOf(instrument);
  if (set.purpose === "binding" && !isWithin(day, instrument.inForceFrom, lastDay)) return [];
  const textDay = clamp(day, instrument.inForceFrom, lastDay);
  return instrument.limits
    .filter((row) => row.parameter === parameter)
    .flatMap((row) =>
      row.figures
        .filter(({ column, from, until }) => column === set.column && isWithin(textDay, from, until))
        .filter((figure) => isAccepted(set, row, figure))
        .map((figure) => limitOf(set, instrument, row, figure)),
    );
}

/** Outside its dates a text is asked for its first or last figures. */
function clamp(day: string, first: string, last: string | undefined): string {
  if (day < first) return first;
  return last !== undefined && day > last ? last : day;
}

function isAccepted(set: LimitSet, row: InstrumentRow, { column, confidence }: Figure): boolean {
  return confidence !== "unverified" || accepts(set, figureName(row.parameter, column));
}

const accepts = (set: LimitSet, name: string): boolean => set.acceptUnverified?.includes(name) ?? false;

/** QCVN 40:2011 section 2.1: Cmax = C × Kq × Kf (two secondary sources); a text without formula has none. */
function limitOf(set: LimitSet, instrument: Instrument, row: InstrumentRow, figure: Figure): Limit {
  const { parameter } = row;
  const { kq, kf, applies, unverified } = applicationOf(set, instrument, parameter);
  const intoStored = factorIntoStored(parameter, row.as);
  const unsure = [
    ...(figure.confidence === "unverified" ? [figureName(parameter, figure.column)] : []),
    ...unverified,
  ];
  const c = figure.max ?? figure.min ?? 0;
  return {
    parameter,
    quantity: "value",
    ...bounds(figure, (applies ? kq * kf : 1) * intoStored),
    unit: findParameter(parameter)?.unit ?? row.unit,
    ...(figure.over === undefined ? {} : { over: figure.over }),
    instrument: [instrument.id, figure.column].filter(Boolean).join("/"),
    clause: [
      clauseOf(instrument, row, figure),
      applies ? `: ${c} × Kq ${kq} × Kf ${kf}` : "",
      unsure.length === 0 ? "" : ` (unverified, accepted by the registry: ${unsure.join(", ")})`,
    ].join(""),
    confidence: unsure.length > 0 ? "unverified" : figure.confidence,
    purpose: set.purpose,
    ...(applies ? { formula: { c: c * intoStored, kq, kf } } : {}),
  };
}

/** Title, table, row and column, or the figure's own clause. */
export function clauseOf(instrument: Instrument, row: InstrumentRow, figure: Figure): string {
  const place = figure.clause ?? `row ${row.row}`;
  const column = figure.column === undefined ? undefined : `column ${figure.column}`;
  return [instrument.title.en, instrument.table, place, column].filter(Boolean).join(", ");
}
