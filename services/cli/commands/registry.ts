/** `outfall registry check`: a registry folder, with every mistake named by file and line. */
import type { Command } from "commander";
import { withExample } from "../example.ts";

export function registerRegistry(program: Command): void {
  const registry = program
    .command("registry")
    .description("check the registry of zones, plants, stations and contacts");
  const check = registry
    .command("check")
    .description("read a registry folder and name every mistake with file, line and what was expected")
    .argument("[folder]", "registry folder", "registry")
    .action(async (folder: string) => {
      const { loadRegistry } = await import("#shared/registry/load.ts");
      const { settings, zones, plants, stations, contacts, version } = await loadRegistry(folder);
      process.stdout.write(
        `${settings.name}: ${zones.size} zones, ${plants.size} plants, ${stations.size} stations, ${contacts.length} contacts; version ${version}\n`,
      );
    });
  withExample(check, "outfall registry check ./registry");
  withExample(registry, "outfall registry check ./registry");
}
