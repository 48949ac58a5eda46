/** Shapes that entries of several files have in common: ids, names, dates, durations. */
import { z } from "zod";
import { isWindowRule, WINDOW_RULE_FORM, type WindowRule } from "#shared/window/window-rule.ts";

export const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "expected an id: lower case letters, digits and -, e.g. sim-song-xanh");
export const name = z.strictObject({ vi: z.string().min(1), en: z.string().min(1) });
export const isoDate = z.iso.date("expected a date, e.g. 2026-11-23");
/** "5m", "1h", "1d" as milliseconds. */
export const duration = z
  .string()
  .regex(/^\d+(s|m|h|d)$/, 'expected a duration, e.g. "5m", "1h", "1d"')
  .transform(
    (text) => Number(text.slice(0, -1)) * { s: 1e3, m: 6e4, h: 36e5, d: 864e5 }[text.slice(-1) as "s"],
  );
export const source = z.string().min(1);
/** The averaging window of a figure. */
export const windowRule = z
  .string(`expected ${WINDOW_RULE_FORM}`)
  .refine((text) => isWindowRule(text), `expected ${WINDOW_RULE_FORM}`)
  .transform((text) => text as WindowRule);
