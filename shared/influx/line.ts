/** Line protocol and InfluxQL text. In: names and values; out: escaped pieces. Ids are plain by the registry's rules; free text is not. */

export type FieldValue = number | boolean | string | { readonly integer: number } | null | undefined;

const escapeTag = (text: string) => text.replace(/[,= \\]/g, "\\$&").replace(/[\r\n]/g, " ");
const escapeString = (text: string) => text.replace(/["\\]/g, "\\$&").replace(/[\r\n]+/g, "\\n");

/** Whole numbers that must stay whole (counts, times): written with the `i` suffix. */
export const integer = (value: number): { readonly integer: number } => ({ integer: Math.round(value) });

/**
 * One line. Empty tags and null, undefined or non-finite fields are left out; a point needs one field at least.
 * @param time ms since epoch
 */
export function line(
  measurement: string,
  tags: Readonly<Record<string, string | null | undefined>>,
  fields: Readonly<Record<string, FieldValue>>,
  time: number,
): string {
  let text = measurement;
  for (const [key, value] of Object.entries(tags)) {
    if (value !== null && value !== undefined && value !== "") text += `,${key}=${escapeTag(value)}`;
  }
  const written: string[] = [];
  for (const [key, value] of Object.entries(fields)) {
    const formatted = formatField(value);
    if (formatted !== undefined) written.push(`${key}=${formatted}`);
  }
  if (written.length === 0) throw new Error(`a ${measurement} point without fields`);
  return `${text} ${written.join(",")} ${Math.round(time)}`;
}

function formatField(value: FieldValue): string | undefined {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? String(value) : undefined;
    case "boolean":
      return value ? "true" : "false";
    case "string":
      return `"${escapeString(value)}"`;
    case "object":
      return value === null ? undefined : `${value.integer}i`;
    default:
      return undefined;
  }
}

/** A tag or string value inside an InfluxQL statement. */
export function quote(text: string): string {
  return `'${text.replace(/\\/g, "\\\\").replace(/'/g, "\\'")}'`;
}

/** `(station = 'a' OR station = 'b')`: with a hundred thousand stations ten times as fast as a pattern of the same names. */
export function isOneOf(tag: string, ids: readonly string[]): string {
  // no station has an empty name
  if (ids.length === 0) return `${tag} = ''`;
  return `(${ids.map((id) => `${tag} = ${quote(id)}`).join(" OR ")})`;
}
