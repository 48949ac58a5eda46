/** Figures of an explanation as text without a language: six digits, more where fewer would hide on which side of a limit it lies. Pure. */
import { decimal } from "#shared/limit/decimal.ts";

const MINUTE_MS = 60_000;

export function figure(value: number, beside: readonly (number | null | undefined)[] = []): string {
  const exact = decimal(value);
  const short = Number(value.toPrecision(6));
  const hides = beside.some(
    (other) => other !== null && other !== undefined && Math.sign(short - other) !== Math.sign(exact - other),
  );
  return String(hides ? exact : short);
}

/** `55 min` */
export const minutes = (ms: number): string => `${figure(ms / MINUTE_MS)} min`;

export const minutesOf = (ms: number): number => decimal(ms / MINUTE_MS);

/** `≤ 135`, `5.5…9` */
export function range({ min, max }: { min?: number | undefined; max?: number | undefined }): string {
  if (min !== undefined && max !== undefined) return `${figure(min)}…${figure(max)}`;
  if (max !== undefined) return `≤ ${figure(max)}`;
  return min === undefined ? "–" : `≥ ${figure(min)}`;
}
