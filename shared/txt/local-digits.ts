/** Times as the files write them: `yyyyMMddHHmmss`, or without seconds; local, without offset. */

import type { LocalFields } from "#shared/time/local-instant.ts";
import type { LocalTime } from "#shared/time/local-time.ts";
import { compileTimeFormat } from "#shared/time/time-format.ts";

const withSeconds = compileTimeFormat("yyyyMMddHHmmss");
const withoutSeconds = compileTimeFormat("yyyyMMddHHmm");
/** No logger is older, or younger; digits that are no time mostly fall outside. */
const FIRST_YEAR = 1990;
const LAST_YEAR = 2099;

/** 14 or 12 digits as calendar fields; undefined where they name no moment of the calendar of 1990 to 2099. */
export function readLocalDigits(digits: string): LocalFields | undefined {
  const fields =
    digits.length === 14 ? withSeconds(digits) : digits.length === 12 ? withoutSeconds(digits) : undefined;
  return fields !== undefined && fields.year >= FIRST_YEAR && fields.year <= LAST_YEAR ? fields : undefined;
}

/** 14 digits of an instant, ms since epoch. */
export function localDigitsAt(time: number, local: LocalTime): string {
  return new Date(time + local.offsetAt(time)).toISOString().replace(/\D/g, "").slice(0, 14);
}
