/** `outfall missing-plants`: operating zones that no running plant serves, worst first, from the registry alone. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import type { Geography } from "#shared/province/province.ts";
import { withExample } from "../example.ts";

interface Options {
  registry: string;
  at?: string;
  geography?: Geography;
  province?: string;
  all?: boolean;
  json?: boolean;
  csv?: boolean;
}

export function registerMissingPlants(program: Command): void {
  const command = program
    .command("missing-plants")
    .description(
      "the register of zones without a proper wastewater plant, worst first, and the national counts",
    )
    .option("--registry <folder>", "registry folder", "registry")
    .option("--at <date>", "as of the end of a local day, e.g. 2025-06-30 (default: today)", parseDay)
    .addOption(
      new Option("--geography <name>", "provinces as they were or are (default: those of the day)").choices([
        "NSO-2024",
        "NSO-2025",
      ]),
    )
    .option("--province <which>", "one province: NSO-2025/92, its code, or its name")
    .option("--all", "every operating zone, also those with a proper plant")
    .option("--json", "one JSON object")
    .addOption(new Option("--csv", "a row a zone, for spreadsheets").conflicts("json"))
    .action(async (options: Options) => {
      process.stdout.write(await answer(options));
    });
  withExample(
    command,
    "outfall missing-plants --at 2025-06-30 --geography NSO-2024",
    "outfall missing-plants --registry ./country --province NSO-2025/92 --csv > missing.csv",
  );
}

async function answer({
  registry: folder,
  at,
  geography,
  province,
  all,
  json,
  csv,
}: Options): Promise<string> {
  const { loadRegistry } = await import("#shared/registry/load.ts");
  const { missingPlantRegister, isListed } = await import("#shared/plant/register.ts");
  const { localDay } = await import("#shared/time/local-day.ts");
  const { SIMULATED_WORDS } = await import("#services/api/simulated.ts");
  const registry = await loadRegistry(folder);
  const day = at ?? localDay(Date.now(), registry.settings.timeZone);
  const register = missingPlantRegister(registry, { day, geography, province });
  if (province !== undefined && register.rows.length === 0)
    throw new Error(
      `no operating zone is in province ${province} of ${register.geography}; expected e.g. NSO-2025/92`,
    );
  const rows = all ? register.rows : register.rows.filter(isListed);
  const mark = registry.settings.simulated ? SIMULATED_WORDS : undefined;
  if (json) return `${JSON.stringify({ simulated: registry.settings.simulated, ...register, rows })}\n`;
  if (csv) return (await import("#shared/plant/register-csv.ts")).registerCsv({ rows }, mark);
  return `${(await import("../missing-plants-text.ts")).missingPlantLines(register, rows, mark).join("\n")}\n`;
}

function parseDay(text: string): string {
  if (!z.iso.date().safeParse(text).success)
    throw new InvalidArgumentError("expected a date, e.g. 2025-06-30");
  return text;
}
