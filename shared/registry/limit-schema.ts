/** The shape of a plant's limits: its permits, and the legal texts it is bound to. Checked as a whole in `check-limits.ts`. */
import { z } from "zod";
import { isoDate, source, windowRule } from "./field.ts";

const basis = z.enum(["N", "NH4", "P"]);
const figure = z
  .strictObject({
    min: z.number().optional(),
    max: z.number().optional(),
    /** The averaging window the figure is written for; left out: the windows of the rules. */
    over: windowRule.optional(),
    /** Basis of ammonium, nitrogen and phosphorus; left out: as stored. */
    as: basis.optional(),
    clause: z.string().optional(),
  })
  .refine((bound) => bound.min !== undefined || bound.max !== undefined, "expected min, max or both")
  .refine(({ min, max }) => min === undefined || max === undefined || min < max, "expected min below max");

const load = z.strictObject({
  maxKgPerDay: z.number().positive(),
  over: z.enum(["day", "month"]).default("day"),
  as: basis.optional(),
  clause: z.string().optional(),
});

const permit = z.strictObject({
  number: z.string().min(1),
  from: isoDate.optional(),
  until: isoDate.optional(),
  limits: z.record(z.string(), z.union([figure, z.array(figure).min(1)])),
  /** Mass a day, by parameter. */
  loads: z.record(z.string(), load).optional(),
  /** The largest permitted discharge. */
  discharge: z.strictObject({ maxM3PerDay: z.number().positive(), clause: z.string().optional() }).optional(),
  source: source.optional(),
});
/** One, or several that follow one another. */
export const permits = z.union([permit, z.array(permit).min(1)]);

/** Where the water goes; of its size only what its kind needs, left out where it is not known. */
const receivingWater = z.strictObject({
  kind: z.enum(["river", "lake", "coastal"]),
  flowM3PerS: z.number().positive().optional(),
  volumeM3: z.number().positive().optional(),
  use: z.enum(["protected", "other"]).optional(),
});

/** A limit set: figures of an instrument, or explicit permit figures, which always win over a table. */
export const limitSet = z.strictObject({
  instrument: z.string().min(1),
  /** Left out where the text has no columns. */
  column: z.string().min(1).optional(),
  /** The factors as numbers, with their source; or what to look them up by in the text's own tables. */
  kq: z.number().positive().optional(),
  kf: z.number().positive().optional(),
  receivingWater: receivingWater.optional(),
  dischargeM3PerDay: z.number().positive().optional(),
  /** Parameters that Kq × Kf multiplies: needed where the product is not 1 or is looked up, unless the text's own list is accepted. */
  factorsApplyTo: z.array(z.string()).optional(),
  /** What of the text is used although it is unverified, by name: `kq-river`, `kf`, `factors-exclusions`, `A/chloride`. */
  acceptUnverified: z.array(z.string()).optional(),
  source: source.optional(),
  /** binding: opens incidents. back-test: the same, outside the instrument's dates. would-be: judged and listed only. */
  purpose: z.enum(["binding", "back-test", "would-be"]).default("binding"),
  from: isoDate.optional(),
  until: isoDate.optional(),
});
export const limitSets = z.union([limitSet, z.array(limitSet)]);

export type LimitSet = z.infer<typeof limitSet>;
export type Permit = z.infer<typeof permit>;
