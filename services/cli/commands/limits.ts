/** `outfall limits`: the figures of legal texts with clause, source and confidence; what is unverified; a plant's limits on a day. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import { commonEnv, parseConfig } from "#shared/runtime/config.ts";
import { withExample } from "../example.ts";

interface Options {
  registry?: string;
  unverified?: boolean;
  plant?: string;
  at?: string;
  json?: boolean;
}

export function registerLimits(program: Command): void {
  const command = program
    .command("limits")
    .description("figures of the legal texts with clause, source and confidence; a plant's limits on a day")
    .option("--registry <folder>", "registry folder (OUTFALL_REGISTRY)")
    .addOption(
      new Option("--unverified", "only what is unverified, and which plants use it").conflicts([
        "plant",
        "at",
      ]),
    )
    .option("--plant <id>", "the limits of this plant")
    .option("--at <date>", "on this day of the registry's time zone; today when left out", parseDay)
    .option("--json", "one JSON object")
    .action(run);
  withExample(
    command,
    "outfall limits --unverified",
    "outfall limits --plant sim-song-xanh-wwtp --at 2026-11-23 --registry ./registry",
  );
}

/** A day that exists, as `2026-11-23`. */
function parseDay(text: string): string {
  if (!z.iso.date().safeParse(text).success)
    throw new InvalidArgumentError("expected a date, e.g. 2026-11-23");
  return text;
}

async function run(options: Options): Promise<void> {
  if (options.at !== undefined && options.plant === undefined)
    throw new Error("--at: expected --plant too, whose limits hold on that day");
  const config = parseConfig(z.object(commonEnv), process.env);
  const { loadRegistry } = await import("#shared/registry/load.ts");
  const registry = await loadRegistry(options.registry ?? config.OUTFALL_REGISTRY);
  const text = await import("../limits/limits-text.ts");
  const print = (json: object, lines: readonly string[]) =>
    process.stdout.write(options.json ? `${JSON.stringify(json)}\n` : `${lines.join("\n")}\n`);

  if (options.plant !== undefined) {
    const { plantLimits } = await import("../limits/plant-limits.ts");
    const { day, limits } = plantLimits(registry, options.plant, options.at, Date.now());
    const { simulated } = registry.settings;
    print(
      { plant: options.plant, day, simulated, limits },
      text.plantLines(options.plant, day, limits, simulated),
    );
  } else if (options.unverified) {
    const { unverifiedRows } = await import("../limits/unverified.ts");
    const unverified = unverifiedRows(registry);
    print({ unverified }, text.unverifiedLines(unverified));
  } else {
    const { figureRows } = await import("../limits/figures.ts");
    const figures = figureRows(registry.instruments);
    const without = [...registry.instruments.values()].filter(({ limits }) => limits.length === 0);
    print(
      { figures, withoutFigures: without.map(({ id }) => id) },
      text.figureLines(
        figures,
        without.map(({ id }) => id),
      ),
    );
  }
}
