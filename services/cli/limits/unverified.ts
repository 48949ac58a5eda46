/** What of the legal texts is unverified, and which plants use it all the same. In: a registry; out: rows. Pure. */
import { factorsOf, kqTableOf, needsList } from "#shared/limit/factors.ts";
import type { Banded, Instrument } from "#shared/limit/instrument-schema.ts";
import { EXCLUSIONS, figureName, type Instruments, unverifiedIn } from "#shared/limit/instruments.ts";
import type { LimitSet } from "#shared/registry/limit-schema.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { boundsText } from "./figures.ts";

export interface UnverifiedRow {
  readonly instrument: string;
  /** The name under which a registry accepts it. */
  readonly name: string;
  /** What is recalled: a figure, the bands of a table, a list. */
  readonly figure: string;
  readonly clause: string;
  readonly note: string;
  /** Plants whose limits depend on it. */
  readonly usedBy: readonly string[];
}

export function unverifiedRows({
  instruments,
  plants,
}: Pick<Registry, "instruments" | "plants">): UnverifiedRow[] {
  return [...instruments.values()].flatMap((instrument) =>
    unverifiedIn(instrument).map((name) => ({
      instrument: instrument.id,
      name,
      ...describe(instrument, name),
      usedBy: [...plants.values()]
        .filter(({ limits }) => [limits ?? []].flat().some((set) => uses(set, instruments, instrument, name)))
        .map(({ id }) => id),
    })),
  );
}

/** Accepted by name, and within reach: of the set's column, water or discharge. */
function uses(set: LimitSet, instruments: Instruments, instrument: Instrument, name: string): boolean {
  if (instruments.get(set.instrument) !== instrument || !set.acceptUnverified?.includes(name)) return false;
  if (name === "kf") return set.dischargeM3PerDay !== undefined;
  if (name.startsWith("kq-")) return kqTableOf(set) === name;
  if (name === EXCLUSIONS)
    return set.factorsApplyTo === undefined && needsList(set, factorsOf(set, instrument));
  return figuresNamed(instrument, name).some(({ figure }) => figure.column === set.column);
}

function describe(instrument: Instrument, name: string): Pick<UnverifiedRow, "figure" | "clause" | "note"> {
  const factor = instrument.factors?.[name as keyof NonNullable<Instrument["factors"]>];
  if (factor !== undefined)
    return {
      figure: "bands" in factor ? bandsText(factor) : usesText(factor.uses),
      clause: factor.clause ?? "",
      note: factor.support?.text ?? factor.note ?? "",
    };
  const { exclusions } = instrument;
  if (name === EXCLUSIONS && exclusions !== undefined)
    return {
      figure: exclusions.parameters.join(", "),
      clause: exclusions.clause ?? "",
      note: exclusions.note ?? "",
    };
  const [named] = figuresNamed(instrument, name);
  if (named === undefined) return { figure: "", clause: "", note: "" };
  const { row, figure } = named;
  return {
    figure: `${boundsText(figure)} ${row.unit}`,
    clause: [instrument.table, figure.clause ?? `row ${row.row}`].filter(Boolean).join(", "),
    note: figure.note ?? row.note ?? "",
  };
}

function figuresNamed(instrument: Instrument, name: string) {
  return instrument.limits.flatMap((row) =>
    row.figures
      .filter(
        ({ column, confidence }) => confidence === "unverified" && figureName(row.parameter, column) === name,
      )
      .map((figure) => ({ row, figure })),
  );
}

function bandsText({ bands, unit, unknown }: Banded): string {
  const parts = bands.map(({ upTo, factor }) =>
    upTo === undefined ? `more: ${factor}` : `≤ ${upTo}: ${factor}`,
  );
  return `${parts.join(", ")} (${unit})${unknown === undefined ? "" : `; not known: ${unknown}`}`;
}

const usesText = (uses: Readonly<Record<string, number>>): string =>
  Object.entries(uses)
    .map(([use, factor]) => `${use}: ${factor}`)
    .join(", ");
