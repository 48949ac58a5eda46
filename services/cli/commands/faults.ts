/** `outfall faults`: real processes under load, broken at random; an auditor looks for every message. */
import { type Command, InvalidArgumentError } from "commander";
import type { FaultKind } from "#test/faults/draw.ts";
import { withExample } from "../example.ts";
import { createProgressBar } from "../progress-bar.ts";

interface Options {
  runs: number;
  seed?: number;
  seconds: number;
  only?: string;
  keep?: boolean;
  json?: boolean;
}

const SEEDS = 1_000_000;
const STEPS = ["starting servers and ingest", "breaking things", "waiting until all is stored"];

export function registerFaults(program: Command): void {
  const command = program
    .command("faults")
    .description(
      "kill, cut, stall, fill and misdate a local ingest and its servers under load, then account for every message",
    )
    .option("--runs <n>", "how many runs", wholeNumber, 30)
    .option(
      "--seed <n>",
      "of the first run, the next have the next ones; drawn and printed when left out",
      wholeNumber,
    )
    .option("--seconds <n>", "of load in each run", wholeNumber, 8)
    .option("--only <fault>", "this kind of fault alone; an unknown one lists them")
    .option("--keep", "leave the folder of a run that failed, and say where")
    .option("--json", "one JSON object")
    .action(async ({ runs, seconds, only, keep, json, seed: given }: Options) => {
      const [{ runFaults }, { renderRun, renderRuns }, { faultKinds, isFaultKind }] = await Promise.all([
        import("#test/faults/runs.ts"),
        import("#test/faults/report.ts"),
        import("#test/faults/draw.ts"),
      ]);
      if (only !== undefined && !isFaultKind(only))
        throw new Error(`--only ${only}: expected one of ${faultKinds.join(", ")}`);
      const seed = given ?? 1 + Math.floor(Math.random() * SEEDS);
      const print = (text: string) => process.stderr.write(`${text}\n`);
      print(`faults: first seed ${seed}`);
      const bar = createProgressBar("faults");
      const result = await runFaults({
        runs,
        seed,
        ms: seconds * 1000,
        only: only as FaultKind | undefined,
        keep: keep ?? false,
        say: (step, index) =>
          bar.update(index * STEPS.length + Math.max(0, STEPS.indexOf(step)), runs * STEPS.length),
        onRun(run, index, folder) {
          print(`\nrun ${index + 1} of ${runs}: ${renderRun(run)}`);
          if (folder !== undefined) print(`  kept: ${folder}`);
        },
      }).finally(() => bar.stop());
      process.stdout.write(json ? `${JSON.stringify(result)}\n` : renderRuns(result));
      process.exitCode = result.failedSeeds.length === 0 ? 0 : 1;
    });
  withExample(command, "npm run faults -- --runs 30 --json", "outfall faults --runs 1 --seed 4711 --keep");
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("expected a whole number above 0");
  return value;
}
