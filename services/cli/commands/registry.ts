/** `outfall registry check`: a registry folder, with every mistake named by file and line; `generate`: a country of invented zones. */
import type { Command } from "commander";
import { withExample } from "../example.ts";
import { registerGenerate } from "./registry-generate.ts";

export function registerRegistry(program: Command): void {
  const registry = program
    .command("registry")
    .description("check the registry of zones, plants, stations and contacts, or invent one");
  const check = registry
    .command("check")
    .description("read a registry folder and name every mistake with file, line and what was expected")
    .argument("[folder]", "registry folder", "registry")
    .action(async (folder: string) => {
      const { loadRegistry } = await import("#shared/registry/load.ts");
      const { stationCounts } = await import("../arm/list-text.ts");
      const registry = await loadRegistry(folder);
      const { settings, zones, plants, stations, contacts, version } = registry;
      process.stdout.write(
        `${settings.name}: ${zones.size} zones, ${plants.size} plants, ${stations.size} stations, ${contacts.length} contacts; version ${version}\n`,
      );
      const { armed, observing } = stationCounts(registry, Date.now());
      process.stdout.write(
        `stations armed ${armed}, observing (judged and listed, not mailed about) ${observing}\n`,
      );
    });
  withExample(check, "outfall registry check ./registry");
  registerGenerate(registry);
  withExample(registry, "outfall registry check ./registry", "outfall registry generate --out ./country");
}
