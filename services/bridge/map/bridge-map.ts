/** A bridge map. In: a YAML text and the registry; out: for a file's place and name the station it belongs to and how it is read, or every complaint with file and line. Pure. */
import { createHash } from "node:crypto";
import { findParameter } from "#shared/parameter/parameter.ts";
import { canonicalUnit, convertUnit } from "#shared/parameter/unit.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Station } from "#shared/station/station.ts";
import { createInstantResolver } from "#shared/time/local-instant.ts";
import { SIMULATED_PREFIX } from "#shared/txt/file-name.ts";
import type { TxtForm } from "#shared/txt/parse-txt.ts";
import { createSymbolReader } from "#shared/txt/symbols.ts";
import type { TxtMeaning } from "#shared/txt/txt-samples.ts";
import { checkShape, complaintAt, parseYaml, YamlError } from "#shared/yaml/yaml.ts";
import { type MapEntry, type MapFile, mapSchema } from "./map-schema.ts";
import { compilePattern, type PathTest } from "./path-pattern.ts";

/** Whose a file is, and how it is read. */
export interface Target {
  readonly station: Station;
  readonly form: TxtForm;
  readonly meaning: TxtMeaning;
}

export interface BridgeMap {
  /** Changes with the map and the registry: what was refused is tried again then. */
  readonly version: string;
  /** The first entry that fits; undefined: nobody's. `prefix` is the name before the time. */
  targetOf(folder: string, prefix: string): Target | undefined;
}

/** @throws YamlError with all mistakes */
export function parseBridgeMap(file: string, text: string, registry: Registry): BridgeMap {
  const source = parseYaml(file, text);
  const complaints = [...source.complaints];
  const map = complaints.length === 0 ? checkShape(mapSchema, source, complaints) : undefined;
  if (map === undefined) throw new YamlError("the bridge map", complaints);
  const complain = (path: readonly (string | number)[], message: string) =>
    complaints.push(complaintAt(source, path, message));
  checkMeaning(map, [], complain);
  checkMarks(map, map, [], complain);
  map.stations.forEach((entry, index) => {
    const at = ["stations", index];
    if (!registry.stations.has(entry.station))
      complain([...at, "station"], `the registry has no station ${entry.station}`);
    checkMeaning(entry, at, complain);
    checkMarks(entry, map, at, complain);
  });
  if (complaints.length > 0) throw new YamlError("the bridge map", complaints);

  const rules = map.stations.map((entry) => ({
    isOfFolder: entry.folder === undefined ? undefined : compilePattern(entry.folder),
    isOfName: entry.name === undefined ? undefined : compilePattern(entry.name),
    target: targetOf(entry, map, registry),
  }));
  return {
    version: createHash("sha256")
      .update(text)
      .update("\0")
      .update(registry.version)
      .digest("hex")
      .slice(0, 16),
    targetOf(folder, prefix) {
      // one map for real files and for an export of simulated ones
      const plain = prefix.startsWith(SIMULATED_PREFIX) ? prefix.slice(SIMULATED_PREFIX.length) : prefix;
      const fits = (test: PathTest | undefined, text: string) => test === undefined || test(text);
      return rules.find(
        ({ isOfFolder, isOfName }) =>
          fits(isOfFolder, folder) && (fits(isOfName, plain) || fits(isOfName, prefix)),
      )?.target;
    },
  };
}

function targetOf(entry: MapEntry, map: MapFile, registry: Registry): Target {
  const separator = entry.separator ?? map.separator;
  return {
    station: registry.stations.get(entry.station) as Station,
    form: {
      separator: separator === "tab" ? "\t" : separator,
      decimal: entry.decimal ?? map.decimal,
      instantOf: createInstantResolver(registry.settings.timeZone, "refuse"),
    },
    meaning: {
      parameterOf: createSymbolReader({ ...map.symbols, ...entry.symbols }),
      units: { ...map.units, ...entry.units },
      statuses: { ...map.status, ...entry.status },
    },
  };
}

type Complain = (path: readonly (string | number)[], message: string) => void;

function checkMeaning(
  { units }: Pick<MapFile, "units">,
  at: readonly (string | number)[],
  complain: Complain,
): void {
  for (const [parameter, unit] of Object.entries(units)) {
    const own = findParameter(parameter)?.unit;
    if (own === undefined)
      complain([...at, "units", parameter], `expected a known parameter, found ${parameter}`);
    else if (canonicalUnit(unit) !== own && convertUnit(1, unit, own) === undefined)
      complain([...at, "units", parameter], `expected ${own} or a unit that converts, found ${unit}`);
  }
}

function checkMarks(
  own: { separator?: string | undefined; decimal?: string | undefined },
  map: MapFile,
  at: readonly (string | number)[],
  complain: Complain,
): void {
  if ((own.separator ?? map.separator) === "," && (own.decimal ?? map.decimal) === ",")
    complain([...at, "separator"], "separator and decimal mark are both a comma: expected them to differ");
}
