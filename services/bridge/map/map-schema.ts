/** The shape of a bridge map: whose files are whose, and how their symbols, units and states are meant. */
import { z } from "zod";
import { id } from "#shared/registry/schema.ts";
import { txtStatuses } from "#shared/txt/status.ts";
import { symbolsSchema } from "#shared/txt/symbols.ts";

const statusCode = z
  .string()
  .regex(/^\d\d$/, 'expected a code of two digits in quotes, e.g. "03"')
  .refine((code) => txtStatuses[code] === undefined, "00, 01 and 02 mean what they mean everywhere");

const meaning = {
  /** Symbol in the files -> parameter, beside the symbols known to all. */
  symbols: symbolsSchema.default({}),
  /** Parameter -> the unit its values really have, whatever the files say. */
  units: z.record(z.string().min(1), z.string().min(1)).default({}),
  /** Codes outside 00, 01 and 02; a code not listed is taken as calibrating: kept, not judged. */
  status: z.record(statusCode, z.enum(["calibrating", "fault"])).default({}),
};

const separator = z.enum(["tab", ";", ","]);
const decimal = z.enum([".", ","]);
const pattern = z.string().min(1).max(200);

const entry = z
  .strictObject({
    station: id,
    /** Pattern of the name before the time, e.g. `HN_ABCD_NUO001`; a `SIM_` before it need not be in it. */
    name: pattern.optional(),
    /** Pattern of the folder below the drop folder, e.g. `NUO001/**`. */
    folder: pattern.optional(),
    ...meaning,
    separator: separator.optional(),
    decimal: decimal.optional(),
  })
  .refine(
    ({ name, folder }) => name !== undefined || folder !== undefined,
    "expected name, folder or both: whose files are meant",
  );

export const mapSchema = z.strictObject({
  ...meaning,
  separator: separator.default("tab"),
  decimal: decimal.default("."),
  /** The first that fits a file has it. */
  stations: z.array(entry).min(1),
});

export type MapFile = z.infer<typeof mapSchema>;
export type MapEntry = MapFile["stations"][number];
