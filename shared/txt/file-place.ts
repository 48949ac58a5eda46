/** Where a file of an export goes. In: patterns of a folder and a name, as each province has its own; out: for a station and a time, the path. Pure. */
import { SIMULATED_PREFIX } from "./file-name.ts";

export interface FilePlace {
  readonly province: string;
  readonly zone: string;
  readonly plant: string;
  readonly station: string;
  /** 14 digits, local. */
  readonly digits: string;
}

const placeholders: Readonly<Record<string, (place: FilePlace) => string>> = {
  province: ({ province }) => plain(province),
  zone: ({ zone }) => zone,
  plant: ({ plant }) => plant,
  station: ({ station }) => station,
  time: ({ digits }) => digits,
  yyyy: ({ digits }) => digits.slice(0, 4),
  MM: ({ digits }) => digits.slice(4, 6),
  dd: ({ digits }) => digits.slice(6, 8),
};

export interface PlacePatterns {
  /** Below the export's folder; empty for the folder itself. */
  readonly layout: string;
  readonly name: string;
  /** Puts `SIM_` before every name. */
  readonly simulated: boolean;
}

/** @throws Error that says what a pattern lacks */
export function compilePlace({ layout, name, simulated }: PlacePatterns): (place: FilePlace) => string {
  if (!/\{time\}\.txt$/.test(name)) throw new Error(`name pattern ${name}: expected it to end in {time}.txt`);
  if (name.includes("/")) throw new Error(`name pattern ${name}: expected no folder in it`);
  if (layout.startsWith("/") || layout.split("/").includes(".."))
    throw new Error(`layout ${layout}: expected folders below the export's own`);
  if (!`${layout}/${name}`.includes("{station}"))
    throw new Error("expected {station} in the layout or the name: stations would overwrite one another");
  const folders = compile(layout.replace(/\/+$/, ""));
  const names = compile(name);
  return (place) => {
    const folder = folders(place);
    return `${folder === "" ? "" : `${folder}/`}${simulated ? SIMULATED_PREFIX : ""}${names(place)}`;
  };
}

function compile(pattern: string): (place: FilePlace) => string {
  const pieces = pattern.split(/\{(\w+)\}/);
  const writers = pieces.map((piece, index) => {
    if (index % 2 === 0) return () => piece;
    const write = placeholders[piece];
    if (write === undefined) {
      const known = Object.keys(placeholders).map((key) => `{${key}}`);
      throw new Error(`pattern ${pattern}: expected ${known.join(", ")}, found {${piece}}`);
    }
    return write;
  });
  return (place) => writers.map((write) => write(place)).join("");
}

/** A code that is no part of a path, and not of a name's parts. */
const plain = (text: string) => text.replace(/[^A-Za-z0-9-]+/g, "-");
