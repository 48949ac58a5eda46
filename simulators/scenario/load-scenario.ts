/** Reads a scenario file. In: a YAML file; out: the scenario, or every complaint with file and line. */
import { readFile } from "node:fs/promises";
import type { Registry } from "#shared/registry/registry.ts";
import { checkShape, complaintAt, parseYaml, YamlError } from "#shared/yaml/yaml.ts";
import { type Scenario, scenarioSchema } from "./scenario.ts";

/**
 * @param registry  when given, stations the scenario names must be in it
 * @throws YamlError with all mistakes
 */
export async function loadScenario(file: string, registry?: Pick<Registry, "stations">): Promise<Scenario> {
  return parseScenario(file, await readFile(file, "utf8"), registry);
}

/** The pure part of `loadScenario`. */
export function parseScenario(file: string, text: string, registry?: Pick<Registry, "stations">): Scenario {
  const source = parseYaml(file, text);
  const complaints = [...source.complaints];
  const scenario = complaints.length === 0 ? checkShape(scenarioSchema, source, complaints) : undefined;
  if (scenario !== undefined && registry !== undefined) {
    const named: [path: (string | number)[], station: string][] = [
      ...(scenario.stations === "all" ? [] : scenario.stations).map(
        (station, index): [(string | number)[], string] => [["stations", index], station],
      ),
      ...scenario.events.map(({ station }, index): [(string | number)[], string] => [
        ["events", index, "station"],
        station,
      ]),
    ];
    for (const [path, station] of named) {
      if (!registry.stations.has(station)) {
        complaints.push(complaintAt(source, path, `expected a station of the registry, found ${station}`));
      }
    }
  }
  if (scenario === undefined || complaints.length > 0) throw new YamlError("the scenario", complaints);
  return scenario;
}
