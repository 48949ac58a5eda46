/** `outfall registry generate`: a simulated country as a registry folder. */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { withExample } from "../example.ts";

interface Options {
  out: string;
  seed?: number;
  zones?: number;
  operating?: number;
  withoutPlant?: number;
  stationsPerPlant?: number;
  stations?: number;
}

export function registerGenerate(registry: Command): void {
  const command = registry
    .command("generate")
    .description(
      "write a country of invented zones: the real number of zones by province, everything else drawn",
    )
    .requiredOption("--out <folder>", "new or empty folder")
    .option("--seed <n>", "the same seed gives the same files (default: 2017)", parseWhole)
    .option("--zones <n>", "zones (default: 325)", parseWhole)
    .option("--operating <n>", "of them operating (default: 220)", parseWhole)
    .option("--without-plant <share>", "of the operating ones, 0 to 1 (default: 0.15)", parseShare)
    .option("--stations-per-plant <n>", "stations of each connected plant (default: 1)", parseWhole)
    .option("--stations <n>", "stations in all, spread over the connected plants", parseWhole)
    .action(generate);
  withExample(
    command,
    "outfall registry generate --out ./country",
    "outfall registry generate --out ./country --seed 7 --stations 2000",
  );
}

async function generate({ out, ...options }: Options): Promise<void> {
  const { defaults, generateCountry } = await import("#simulators/country/country.ts");
  const earlier = await readdir(out).catch(() => []);
  if (earlier.length > 0) throw new Error(`${out} is not empty: expected a new or an empty folder`);
  const { files, truth } = generateCountry({ ...defaults, ...options });
  for (const { file, text } of files) {
    await mkdir(dirname(join(out, file)), { recursive: true });
    await writeFile(join(out, file), text);
  }
  process.stdout.write(
    `${out}: ${files.length} files; ${truth.operating.length} zones operating, ${truth.missing.length} without a running plant, ${truth.unknown.length} of which nobody knows. Simulated.\n`,
  );
}

function parseWhole(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError("expected a whole number");
  return Number(text);
}

function parseShare(text: string): number {
  const share = Number(text);
  if (!/^[\d.]+$/.test(text) || !(share >= 0 && share <= 1))
    throw new InvalidArgumentError("expected a share from 0 to 1, e.g. 0.15");
  return share;
}
