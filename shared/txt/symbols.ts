/**
 * Symbols and units of the files, and our parameters. In: a symbol as a logger writes it; out: a parameter key, and the
 * other way round. Table 34 of TT 10/2021 as a public implementation lists it (S): Flow Temp Color pH TSS COD NH4 TP TN
 * TOC Cl. It has no inflow, DO, EC or BOD: those are written as loggers were seen to write them, or as their key.
 */
import { z } from "zod";
import { findParameter, isParameterKey, parameterNamed } from "#shared/parameter/parameter.ts";

/** Symbols of a province or a logger, each with its parameter; compared without case. */
export type OwnSymbols = Readonly<Record<string, string>>;

/** The same in a YAML file: `Q: flow`. */
export const symbolsSchema = z.record(
  z.string().min(1),
  z.string().refine(isParameterKey, "expected a parameter key: lower case letters, digits and _"),
);

const written: Readonly<Record<string, string>> = {
  ph: "pH",
  temp: "Temp",
  color: "Color",
  cl: "Cl",
  flow: "Flow",
  flow_in: "FlowIn",
};

/** Units as seen on the wire; pH has an empty one. */
const writtenUnits: Readonly<Record<string, string>> = {
  "-": "",
  "m³/h": "m3/h",
  "°C": "oC",
  "Pt/Co": "Pt-Co",
  "µS/cm": "uS/cm",
};

/** From symbols to parameters: one's own first, then names and aliases; an unknown symbol becomes a key of its own. */
export function createSymbolReader(own: OwnSymbols = {}): (symbol: string) => string | undefined {
  const mapped = new Map(Object.entries(own).map(([symbol, parameter]) => [symbol.toLowerCase(), parameter]));
  return (symbol) => {
    const name = symbol.toLowerCase();
    const key = mapped.get(name) ?? parameterNamed(name)?.key ?? plainKey(name);
    return isParameterKey(key) ? key : undefined;
  };
}

/** PM2,5 as pm2_5. */
function plainKey(name: string): string {
  return name.replace(/[^a-z0-9]+/g, "_").replace(/^_|_$/g, "");
}

/** From parameters to symbols; of several own symbols for a parameter the first. */
export function createSymbolWriter(own: OwnSymbols = {}): (parameter: string) => string {
  const mapped = new Map(
    Object.entries(own)
      .reverse()
      .map(([symbol, parameter]) => [parameter, symbol]),
  );
  return (parameter) => mapped.get(parameter) ?? written[parameter] ?? usualSymbol(parameter);
}

function usualSymbol(parameter: string): string {
  return findParameter(parameter) === undefined ? parameter : parameter.toUpperCase();
}

/** A parameter's unit as it stands in a file; empty where it has none or is not known. */
export function writtenUnit(parameter: string): string {
  const unit = findParameter(parameter)?.unit ?? "";
  return writtenUnits[unit] ?? unit;
}
