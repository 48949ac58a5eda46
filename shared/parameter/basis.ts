/**
 * The basis of a concentration: what its milligrams are milligrams of. In: a parameter and what a station reports it
 * as; out: what it is stored as, and the factor between. Stored values, limits and pages have one basis a parameter.
 */
export type Basis = "N" | "NH4" | "P";

interface StoredBasis {
  /** As limits are written: QCVN 40:2011 has ammonium and total nitrogen "as N", total phosphorus "as P". */
  readonly stored: Basis;
  /** What a station may report, with the factor into the stored basis. */
  readonly factors: Readonly<Partial<Record<Basis, number>>>;
}

/** Molar masses, g/mol (IUPAC standard atomic weights): N 14.007, NH4 18.039. Trade practice 1.8 has the quotient as 0.776. */
const N_PER_NH4 = 14.007 / 18.039;

const bases: ReadonlyMap<string, StoredBasis> = new Map([
  ["nh4", { stored: "N", factors: { N: 1, NH4: N_PER_NH4 } }],
  ["tn", { stored: "N", factors: { N: 1 } }],
  ["tp", { stored: "P", factors: { P: 1 } }],
]);

/** The basis in which a parameter is stored; undefined where it has none (COD, TSS). */
export function storedBasis(parameter: string): Basis | undefined {
  return bases.get(parameter)?.stored;
}

/** What a station may report it as; a station must say which. Empty where there is nothing to say. */
export function reportedBases(parameter: string): readonly string[] {
  return Object.keys(bases.get(parameter)?.factors ?? {});
}

/** Value as reported × factor = value as stored; 1 where nothing is declared. */
export function factorIntoStored(parameter: string, reportedAs: string | undefined): number {
  return bases.get(parameter)?.factors[reportedAs as Basis] ?? 1;
}
