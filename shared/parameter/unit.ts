/** Units on the wire. In: a value and the unit it came in; out: the value in the parameter's own unit, or undefined if no conversion is known. */

const canonical = new Map<string, string>([
  ["", "-"],
  ["-", "-"],
  ["ph", "-"],
  ["mg/l", "mg/L"],
  ["ppm", "mg/L"],
  ["°c", "°C"],
  ["oc", "°C"],
  ["c", "°C"],
  ["degc", "°C"],
  ["m3/h", "m³/h"],
  ["m³/h", "m³/h"],
  ["m3", "m³"],
  ["m³", "m³"],
  ["pt/co", "Pt/Co"],
  ["pt-co", "Pt/Co"],
  ["µs/cm", "µS/cm"],
  ["us/cm", "µS/cm"],
  ["ntu", "NTU"],
  ["mv", "mV"],
  ["bq/l", "Bq/L"],
  ["bacteria/100 ml", "bacteria/100 mL"],
  ["bacteria/100ml", "bacteria/100 mL"],
  ["vi khuẩn/100 ml", "bacteria/100 mL"],
  ["vi khuẩn/100ml", "bacteria/100 mL"],
  ["mpn/100ml", "bacteria/100 mL"],
  ["mpn/100 ml", "bacteria/100 mL"],
  ["cfu/100ml", "bacteria/100 mL"],
  ["cfu/100 ml", "bacteria/100 mL"],
]);

/** Factors into the canonical unit: value × factor. */
const factors = new Map<string, { unit: string; factor: number }>([
  ["µg/l", { unit: "mg/L", factor: 0.001 }],
  ["ug/l", { unit: "mg/L", factor: 0.001 }],
  ["g/l", { unit: "mg/L", factor: 1000 }],
  ["g/m3", { unit: "mg/L", factor: 1 }],
  ["l/s", { unit: "m³/h", factor: 3.6 }],
  ["m3/day", { unit: "m³/h", factor: 1 / 24 }],
  ["m³/day", { unit: "m³/h", factor: 1 / 24 }],
  ["m3/d", { unit: "m³/h", factor: 1 / 24 }],
  ["ms/cm", { unit: "µS/cm", factor: 1000 }],
]);

/** The project's spelling of a unit ("mg/l" → "mg/L"), or undefined when the unit is not known. */
export function canonicalUnit(unit: string): string | undefined {
  return canonical.get(unit.trim().toLowerCase());
}

/** Converts `value` from `unit` into `into` (a canonical unit); undefined when that is not possible. */
export function convertUnit(value: number, unit: string, into: string): number | undefined {
  if (unit === into || canonicalUnit(unit) === into) return value;
  const conversion = factors.get(unit.trim().toLowerCase());
  return conversion?.unit === into ? value * conversion.factor : undefined;
}
