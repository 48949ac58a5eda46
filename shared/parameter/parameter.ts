/**
 * What stations measure. In: a parameter key; out: its names, unit, kind of instrument and how it is judged.
 * Keys are the InfluxDB field names: lower case, no suffix that the `effluent` row uses itself.
 */

export interface Parameter {
  readonly key: string;
  readonly name: { readonly vi: string; readonly en: string };
  /** Canonical unit, as stored. */
  readonly unit: string;
  /** Decimals of the limit as printed; values print one more. */
  readonly decimals: number;
  /** How a window is judged: by its mean, or by the minutes outside a range (pH; never a mean). */
  readonly judgedBy: "mean" | "minutes-outside";
  /** Names that other formats use for it (TT 10/2021 symbols and seen variants), compared without case. */
  readonly aliases: readonly string[];
}

const mean = (
  key: string,
  vi: string,
  en: string,
  unit: string,
  decimals = 0,
  aliases: string[] = [],
): Parameter => ({ key, name: { vi, en }, unit, decimals, judgedBy: "mean", aliases });

const catalogue: readonly Parameter[] = [
  {
    key: "ph",
    name: { vi: "pH", en: "pH" },
    unit: "-",
    decimals: 1,
    judgedBy: "minutes-outside",
    aliases: [],
  },
  mean("temp", "Nhiệt độ", "Temperature", "°C", 0, ["temperature", "nhietdo"]),
  mean("cod", "COD", "COD", "mg/L"),
  mean("bod5", "BOD5", "BOD5", "mg/L", 0, ["bod"]),
  mean("tss", "TSS", "TSS", "mg/L", 0, ["ss"]),
  mean("nh4", "Amoni", "Ammonium", "mg/L", 0, ["ammonium", "amoni", "nh4-n"]),
  mean("tn", "Tổng N", "Total N", "mg/L"),
  mean("tp", "Tổng P", "Total P", "mg/L"),
  mean("toc", "TOC", "TOC", "mg/L"),
  mean("color", "Độ màu", "Colour", "Pt/Co", 0, ["colour"]),
  mean("do", "DO", "Dissolved oxygen", "mg/L", 1),
  mean("ec", "Độ dẫn điện", "Conductivity", "µS/cm", 0, ["cond", "conductivity"]),
  mean("turbidity", "Độ đục", "Turbidity", "NTU", 1),
  mean("cl", "Clo dư", "Residual chlorine", "mg/L", 1),
  mean("orp", "ORP", "Redox potential", "mV", 0, ["redox"]),
  mean("flow", "Lưu lượng đầu ra", "Outflow", "m³/h", 0, ["flow_out", "flowout"]),
  mean("flow_in", "Lưu lượng đầu vào", "Inflow", "m³/h", 0, ["flowin"]),
  mean("flow_total", "Tổng lưu lượng đầu ra", "Outflow, totalised", "m³", 0, ["totaliser"]),
  mean("flow_in_total", "Tổng lưu lượng đầu vào", "Inflow, totalised", "m³"),
  // grab samples of a laboratory, as a rule
  mean("as", "Asen", "Arsenic", "mg/L", 2, ["arsenic", "asen"]),
  mean("hg", "Thuỷ ngân", "Mercury", "mg/L", 3, ["mercury"]),
  mean("pb", "Chì", "Lead", "mg/L", 2, ["lead"]),
  mean("cd", "Cadimi", "Cadmium", "mg/L", 2, ["cadmium", "cadimi"]),
  mean("cr6", "Crom (VI)", "Chromium (VI)", "mg/L", 2, ["cr-vi", "cr(vi)"]),
  mean("cr3", "Crom (III)", "Chromium (III)", "mg/L", 1, ["cr-iii", "cr(iii)"]),
  mean("cu", "Đồng", "Copper", "mg/L", 1, ["copper"]),
  mean("zn", "Kẽm", "Zinc", "mg/L", 1, ["zinc"]),
  mean("ni", "Niken", "Nickel", "mg/L", 1, ["nickel"]),
  mean("mn", "Mangan", "Manganese", "mg/L", 1, ["manganese"]),
  mean("fe", "Sắt", "Iron", "mg/L", 1, ["iron"]),
  mean("cn", "Tổng xianua", "Total cyanide", "mg/L", 2, ["cyanide"]),
  mean("phenol", "Tổng phenol", "Total phenol", "mg/L", 1),
  mean("oil_mineral", "Tổng dầu mỡ khoáng", "Total mineral oil and grease", "mg/L", 1, ["oil"]),
  mean("sulfide", "Sunfua", "Sulfide", "mg/L", 1),
  mean("fluoride", "Florua", "Fluoride", "mg/L", 1),
  mean("chloride", "Clorua", "Chloride", "mg/L"),
  mean("pest_oc", "Tổng hoá chất BVTV clo hữu cơ", "Organochlorine pesticides, total", "mg/L", 2),
  mean("pest_op", "Tổng hoá chất BVTV phốt pho hữu cơ", "Organophosphorus pesticides, total", "mg/L", 1),
  mean("pcb", "Tổng PCB", "PCB, total", "mg/L", 3),
  mean("coliform", "Coliform", "Coliform", "bacteria/100 mL", 0, ["coliforms"]),
  mean("rad_alpha", "Tổng hoạt độ phóng xạ α", "Gross alpha activity", "Bq/L", 1),
  mean("rad_beta", "Tổng hoạt độ phóng xạ β", "Gross beta activity", "Bq/L", 1),
];

const byKey = new Map(catalogue.map((parameter) => [parameter.key, parameter]));

/** All known parameters, in the order in which they are shown. */
export const parameters: readonly Parameter[] = catalogue;

/** The catalogue entry, or undefined: unknown parameters are stored, not judged. */
export function findParameter(key: string): Parameter | undefined {
  return byKey.get(key);
}

const byName = new Map(
  catalogue.flatMap((parameter) =>
    [parameter.key, ...parameter.aliases].map((name) => [name.toLowerCase(), parameter] as const),
  ),
);

/** The catalogue entry by its key or one of its aliases, compared without case. */
export function parameterNamed(name: string): Parameter | undefined {
  return byName.get(name.toLowerCase());
}

const KEY = /^[a-z][a-z0-9_]{0,31}$/;
const RESERVED = /_(withheld|flag|tests|censored)$|^(received|time|zone|plant|station|constructor)$/;

/** Whether a key may become an InfluxDB field: lower case letters, digits and `_`, not a name the row uses itself. */
export function isParameterKey(key: string): boolean {
  return KEY.test(key) && !RESERVED.test(key);
}
