/** Query parameters. In: strings of the address and a zod shape; out: checked values, or a refusal naming each parameter that does not fit. */
import { z } from "zod";
import { ApiError } from "./errors.ts";

const EPOCH_MS = /^\d{1,15}$/;
const ISO = z.union([z.iso.datetime({ offset: true, local: false }), z.iso.date()]);

/** An instant: ISO 8601 with offset (or a date, UTC), or ms since epoch. */
export const instant = z.string().transform((text, context) => {
  if (EPOCH_MS.test(text)) return Number(text);
  // a bare + in a query is a space
  const iso = text.replace(/ (\d\d:\d\d)$/, "+$1");
  if (ISO.safeParse(iso).success) return Date.parse(iso);
  context.addIssue("expected ISO 8601 with offset or ms since epoch, e.g. 2026-11-23T10:00:00Z");
  return z.NEVER;
});

export const flag = z.enum(["true", "false"], "expected true or false").transform((text) => text === "true");

export const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "expected an id such as sim-sx-nt01");

/** A whole number from 1 to `most`. */
export const count = (otherwise: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `expected a whole number from 1 to ${most}`)
    .transform(Number)
    .refine((value) => value >= 1 && value <= most, `expected a whole number from 1 to ${most}`)
    .default(otherwise);

/** @throws ApiError parameter-invalid; unknown parameters are refused too, so that a typing mistake is never a silent "all". */
export function checkQuery<Shape extends z.ZodRawShape>(shape: Shape, query: unknown) {
  const result = z.strictObject(shape).safeParse(query);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) =>
    issue.code === "unrecognized_keys"
      ? `${issue.keys.join(", ")}: unknown parameter; expected ${Object.keys(shape).join(", ") || "none"}`
      : `${issue.path.join(".")}: ${issue.message}`,
  );
  throw new ApiError("parameter-invalid", problems.join("; "));
}

/** What a caller sent, fit for a message: one short printable line. */
export function printable(text: string): string {
  return JSON.stringify(text.slice(0, 64));
}
