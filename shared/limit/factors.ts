/** Kq and Kf of a plant: numbers of the registry, or looked up in the text's own tables. In: a limit set, its text; out: both, and what of them is unverified. Pure. */
import type { LimitSet } from "#shared/registry/limit-schema.ts";
import type { Banded, Instrument } from "./instrument-schema.ts";
import { EXCLUSIONS } from "./instruments.ts";

export interface Factors {
  readonly kq: number;
  readonly kf: number;
  /** Names of unverified tables that were looked into. */
  readonly unverified: readonly string[];
}

/** Which table of the text a set looks Kq up in. */
export function kqTableOf({ receivingWater }: Pick<LimitSet, "receivingWater">): KqTable | undefined {
  return receivingWater === undefined ? undefined : `kq-${receivingWater.kind}`;
}
export type KqTable = "kq-river" | "kq-lake" | "kq-coastal";

/** 1 where the registry gives neither a number nor anything to look up, or the text has no such table: the registry's check refuses both. */
export function factorsOf(set: LimitSet, instrument: Instrument): Factors {
  const tables = instrument.factors ?? {};
  const kqTable = kqTableOf(set);
  const unverified = [kqTable, set.dischargeM3PerDay === undefined ? undefined : ("kf" as const)]
    .filter((name) => name !== undefined)
    .filter((name) => tables[name]?.confidence === "unverified");
  return {
    kq: set.kq ?? lookUpKq(set, tables) ?? 1,
    kf: set.kf ?? lookUp(tables.kf, set.dischargeM3PerDay) ?? 1,
    unverified,
  };
}

function lookUpKq(
  { receivingWater }: LimitSet,
  tables: NonNullable<Instrument["factors"]>,
): number | undefined {
  if (receivingWater === undefined) return undefined;
  const { kind, flowM3PerS, volumeM3, use } = receivingWater;
  if (kind === "coastal") return use === undefined ? undefined : tables["kq-coastal"]?.uses[use];
  const table = tables[`kq-${kind}`];
  return lookUp(table, kind === "river" ? flowM3PerS : volumeM3) ?? table?.unknown;
}

/** The first band that reaches the size; its upper end belongs to it. */
function lookUp(table: Banded | undefined, size: number | undefined): number | undefined {
  if (size === undefined) return undefined;
  return table?.bands.find(({ upTo }) => upTo === undefined || size <= upTo)?.factor;
}

export interface Application extends Factors {
  /** Whether they multiply this parameter. */
  readonly applies: boolean;
}

/**
 * Whether factors touch a parameter: the registry's own list says so, or else the text's list of exceptions, which the
 * registry must have accepted while it is unverified. Factors that are 1 by the registry's numbers touch nothing.
 */
export function applicationOf(set: LimitSet, instrument: Instrument, parameter: string): Application {
  const factors = factorsOf(set, instrument);
  const untouched = { ...factors, applies: false, unverified: [] };
  if (!needsList(set, factors)) return untouched;
  if (set.factorsApplyTo !== undefined)
    return set.factorsApplyTo.includes(parameter) ? { ...factors, applies: true } : untouched;
  const { exclusions } = instrument;
  if (exclusions === undefined) return untouched;
  const unsure = exclusions.confidence === "unverified" ? [EXCLUSIONS] : [];
  if (exclusions.parameters.includes(parameter)) return { ...untouched, unverified: unsure };
  return { ...factors, applies: true, unverified: [...factors.unverified, ...unsure] };
}

/** Whether it matters which parameters are multiplied: a product that is not 1, or one that was looked up. */
export function needsList(set: LimitSet, { kq, kf }: Pick<Factors, "kq" | "kf">): boolean {
  return kq * kf !== 1 || set.receivingWater !== undefined || set.dischargeM3PerDay !== undefined;
}
