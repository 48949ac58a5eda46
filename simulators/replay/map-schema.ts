/** The shape of a replay map: how a recorded CSV becomes samples of one station, and the registry fragment it brings. */
import { z } from "zod";
import { isParameterKey } from "#shared/parameter/parameter.ts";
import { fragmentSchema, id, settingsSchema } from "#shared/registry/schema.ts";
import { compileTimeFormat } from "#shared/time/time-format.ts";

/** A column by its name in the header, or by its number from 1. */
const columnName = z.union([z.string().min(1), z.number().int().positive()]);

const column = z.strictObject({
  parameter: z
    .string()
    .refine((key) => isParameterKey(key), "expected a parameter key: lower case letters, digits and _"),
  /** Unit on the wire, converted by ingest; left out: the registry's own. */
  unit: z.string().optional(),
  /** Multiplies the number in the file. */
  factor: z.number().optional(),
});

export const mapSchema = z.strictObject({
  source: z
    .strictObject({
      delimiter: z.string().length(1).default(","),
      /** Whether the first line names the columns. */
      header: z.boolean(),
      /** Words for "no value"; an empty field always is. */
      missing: z.union([z.string(), z.array(z.string())]).default([]),
      note: z.string().optional(),
    })
    .transform((source) => ({ ...source, missing: [source.missing].flat() })),
  time: z.strictObject({
    column: columnName,
    format: z.string().superRefine((format, context) => {
      try {
        compileTimeFormat(format);
      } catch (error) {
        context.addIssue({ code: "custom", message: (error as Error).message });
      }
    }),
    zone: settingsSchema.shape.timeZone,
    ambiguousTime: z.enum(["in-file-order", "refuse"]).default("refuse"),
  }),
  columns: z
    .record(z.string(), column)
    .refine((columns) => Object.keys(columns).length > 0, "expected columns"),
  /** Which station of the fragment the rows belong to; may be left out where there is only one. */
  station: id.optional(),
  registry: fragmentSchema.extend({ settings: settingsSchema }),
});

export type MapFile = z.infer<typeof mapSchema>;
