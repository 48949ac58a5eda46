/**
 * Names of the loggers' files, TT 10/2021: `<Province>_<Facility>_<Station>_<yyyyMMddHHmmss>.txt`. In: a name; out: what
 * stands before the time, and the time. Also seen: times without seconds, more or fewer parts, no `_` before the time.
 */
import type { LocalFields } from "#shared/time/local-instant.ts";
import { readLocalDigits } from "./local-digits.ts";

export interface TxtName {
  /** All before the time: usually province, facility and station, joined by `_`. */
  readonly prefix: string;
  readonly local: LocalFields;
}

/** Exports of simulated data begin with it: nobody can take them for a station's own. */
export const SIMULATED_PREFIX = "SIM_";

// 14 digits are tried first; where they are no time, the first two belong to the prefix
const WITH_SECONDS = /^(.*?)_?(\d{14})$/s;
const WITHOUT_SECONDS = /^(.*?)_?(\d{12})$/s;

/** Undefined where the name is not `<prefix><time>.txt`. */
export function parseTxtName(name: string): TxtName | undefined {
  if (!/\.txt$/i.test(name)) return undefined;
  const stem = name.slice(0, -".txt".length);
  for (const shape of [WITH_SECONDS, WITHOUT_SECONDS]) {
    const [, prefix = "", digits = ""] = shape.exec(stem) ?? [];
    const local = readLocalDigits(digits);
    if (prefix !== "" && local !== undefined) return { prefix, local };
  }
  return undefined;
}
