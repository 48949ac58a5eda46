/** Reads a replay map. In: a YAML file; out: the map with the registry it brings, or every complaint with file and line. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { checkRegistry } from "#shared/registry/check.ts";
import { buildRegistry, type Registry } from "#shared/registry/registry.ts";
import type { Station } from "#shared/station/station.ts";
import { checkShape, complaintAt, parseYaml, YamlError } from "#shared/yaml/yaml.ts";
import { type MapFile, mapSchema } from "./map-schema.ts";

export interface ReplayMap {
  readonly file: string;
  readonly source: MapFile["source"];
  readonly time: MapFile["time"];
  /** By column name or 1-based number. */
  readonly columns: MapFile["columns"];
  readonly station: Station;
  readonly registry: Registry;
}

/** @throws YamlError with all mistakes */
export async function loadMap(file: string): Promise<ReplayMap> {
  return parseMap(file, await readFile(file, "utf8"));
}

/** The pure part of `loadMap`. */
export function parseMap(file: string, text: string): ReplayMap {
  const source = parseYaml(file, text);
  const complaints = [...source.complaints];
  const map = complaints.length === 0 ? checkShape(mapSchema, source, complaints) : undefined;
  if (map === undefined) throw new YamlError("the replay map", complaints);

  const complain = (path: readonly (string | number)[], message: string) =>
    complaints.push(complaintAt(source, path, message));
  const { settings, zones, contacts, armed, instruments } = map.registry;
  if (!settings.simulated)
    complain(["registry", "settings", "simulated"], "a replay is not live: expected true");
  for (const complaint of checkRegistry(settings, [{ file, zones, contacts, armed, instruments }])) {
    complain(["registry", ...complaint.path], complaint.message);
  }
  checkColumns(map, complain);
  const version = createHash("sha256").update(text).digest("hex").slice(0, 16);
  const registry = buildRegistry(settings, zones, contacts, armed, version, instruments);
  const station = stationOf(map, registry, complain);
  if (station === undefined || complaints.length > 0) throw new YamlError("the replay map", complaints);
  return { file, source: map.source, time: map.time, columns: map.columns, station, registry };
}

type Complain = (path: readonly (string | number)[], message: string) => void;

function checkColumns(map: MapFile, complain: Complain): void {
  const taken = new Map<string, string>();
  for (const [name, { parameter }] of Object.entries(map.columns)) {
    const first = taken.get(parameter);
    if (first !== undefined) complain(["columns", name], `${parameter} is already read from column ${first}`);
    taken.set(parameter, name);
  }
  if (map.source.header) return;
  for (const name of Object.keys(map.columns)) {
    if (!/^[1-9]\d*$/.test(name))
      complain(["columns", name], `no header: expected a column number, found ${name}`);
  }
  if (typeof map.time.column !== "number") {
    complain(["time", "column"], `no header: expected a column number, found ${map.time.column}`);
  }
}

function stationOf(map: MapFile, registry: Registry, complain: Complain): Station | undefined {
  if (map.station !== undefined) {
    const named = registry.stations.get(map.station);
    if (named === undefined) complain(["station"], `the map's registry has no station ${map.station}`);
    return named;
  }
  const [only, ...others] = registry.stations.values();
  if (only === undefined) complain(["registry", "zones"], "expected a station");
  else if (others.length > 0)
    complain([], "the registry has several stations: expected station: to name one");
  return only;
}
