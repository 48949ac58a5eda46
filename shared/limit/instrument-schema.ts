/** The shape of a legal text as data: dates, columns, formula, factors, and every figure with clause, source and confidence. */
import { z } from "zod";
import { id, isoDate, name, windowRule } from "#shared/registry/field.ts";

/** How well a figure is known. A text may be `verified-in-text`; only a plant's permit is `permit`. */
const confidence = z.enum(
  ["verified-in-text", "two-or-more-secondary-sources", "one-secondary-source", "unverified"],
  "expected confidence: verified-in-text, two-or-more-secondary-sources, one-secondary-source or unverified",
);

/** What every figure carries; `sources` are keys of the text's own list. */
const backing = {
  clause: z.string().min(1).optional(),
  confidence,
  sources: z
    .array(z.string(), "expected sources: [keys of the text's sources]")
    .min(1, "expected the key of a source; of an unverified figure too, where it was met"),
  note: z.string().optional(),
  /** What other texts have, mentioned only: never a figure of this one. */
  support: z.strictObject({ text: z.string().min(1), sources: z.array(z.string()).min(1) }).optional(),
};

const figure = z.strictObject({
  /** Left out where the text has no columns. */
  column: z.string().min(1).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  over: windowRule.optional(),
  from: isoDate.optional(),
  until: isoDate.optional(),
  ...backing,
});

const row = z.strictObject({
  row: z.union([z.number().int().positive(), z.string().min(1)], "expected the row's number or name"),
  parameter: z.string(),
  name: name.optional(),
  unit: z.string("expected the unit the figures are in"),
  as: z.enum(["N", "NH4", "P"]).optional(),
  note: z.string().optional(),
  figures: z.array(figure).min(1),
});

const bands = z
  .array(z.strictObject({ upTo: z.number().positive().optional(), factor: z.number().positive() }))
  .min(1);

/** A factor by size: the first band that reaches it, `upTo` inclusive; the last band has no end. */
const banded = z.strictObject({
  of: z.string().min(1),
  unit: z.string().min(1),
  bands,
  /** Where the size is not known. */
  unknown: z.number().positive().optional(),
  ...backing,
});

const byUse = z.strictObject({
  of: z.string().min(1),
  uses: z.strictObject({ protected: z.number().positive(), other: z.number().positive() }),
  ...backing,
});

export const instrumentSchema = z.strictObject({
  id,
  title: name,
  issuedBy: z.string().optional(),
  /** Where the figures stand, as quoted in verdicts: "Table 1". */
  table: z.string(),
  inForceFrom: isoDate,
  /** First day on which it is no longer in force for everybody. */
  supersededOn: isoDate.optional(),
  /** Last day on which some may still use it. */
  transitionalUntil: isoDate.optional(),
  /** How the dates are known. */
  dates: z.strictObject(backing),
  note: z.string().optional(),
  replaces: z.array(z.string()).optional(),
  /** Who may stay on what it replaces, and until when. */
  transition: z
    .strictObject({ who: z.string(), until: isoDate, exception: z.string().optional(), ...backing })
    .optional(),
  columns: z.record(z.string(), z.strictObject({ meaning: z.string(), ...backing })).optional(),
  /** Key to where it was read. */
  sources: z.record(z.string(), z.string().min(1)),
  /** That limits are C × Kq × Kf; without it a text has no factors. */
  formula: z.strictObject({ text: z.string(), ...backing }).optional(),
  /** Parameters that the factors do not touch. */
  exclusions: z.strictObject({ parameters: z.array(z.string()), ...backing }).optional(),
  factors: z
    .strictObject({
      "kq-river": banded.optional(),
      "kq-lake": banded.optional(),
      "kq-coastal": byUse.optional(),
      kf: banded.optional(),
    })
    .optional(),
  limits: z.array(row),
});

export type Instrument = z.infer<typeof instrumentSchema>;
export type InstrumentRow = z.infer<typeof row>;
export type Figure = z.infer<typeof figure>;
export type Banded = z.infer<typeof banded>;
/** project-rule: configuration of this project, no legal text. */
export type Confidence = z.infer<typeof confidence> | "permit" | "project-rule";

/** A file of legal texts, shipped or a registry's own. */
export const instrumentFileSchema = z.strictObject({ instruments: z.array(instrumentSchema) });
