/** Reads a file of legal texts. In: YAML or JSON text; out: the texts, and every complaint with file and line. Pure. */
import { checkShape, complaintAt, parseYaml } from "#shared/yaml/yaml.ts";
import { checkInstrument } from "./check-instrument.ts";
import { type Instrument, instrumentFileSchema } from "./instrument-schema.ts";

export interface InstrumentFile {
  /** Empty when the shape does not fit. */
  readonly instruments: readonly Instrument[];
  readonly complaints: readonly string[];
}

export function parseInstruments(file: string, text: string): InstrumentFile {
  const source = parseYaml(file, text);
  const complaints = [...source.complaints];
  const read = complaints.length === 0 ? checkShape(instrumentFileSchema, source, complaints) : undefined;
  const instruments = read?.instruments ?? [];
  instruments.forEach((instrument, index) => {
    checkInstrument(instrument, ["instruments", index], (path, message) =>
      complaints.push(complaintAt(source, path, message)),
    );
  });
  return { instruments, complaints };
}
