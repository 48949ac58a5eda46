/** `outfall fuzz`: arbitrary messages to a real ingest; the worker lives, and each message is counted once. */
import { rm } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import { withExample } from "../example.ts";
import { createProgressBar } from "../progress-bar.ts";
import { createRunFolder } from "../run-folder.ts";

interface Options {
  messages: number;
  seed?: number;
  show?: number;
  keep?: boolean;
  json?: boolean;
}

const SEEDS = 1_000_000;

export function registerFuzz(program: Command): void {
  const command = program
    .command("fuzz")
    .description("send arbitrary payloads and topics to a local ingest, then account for every message")
    .option("--messages <n>", "how many", wholeNumber, 1_000_000)
    .option("--seed <n>", "the same messages again; drawn and printed when left out", wholeNumber)
    .option("--show <n>", "print this message of the seed instead", wholeNumber)
    .option("--keep", "leave the folder of the run, and say where")
    .option("--json", "one JSON object")
    .action(async ({ messages, show, keep, json, seed: given }: Options) => {
      const [{ runFuzz, fuzzStations }, { renderFuzz, renderFuzzMessage }, { fuzzMessage }] =
        await Promise.all([
          import("#test/fuzz/run.ts"),
          import("#test/fuzz/report.ts"),
          import("#test/fuzz/message.ts"),
        ]);
      const seed = given ?? 1 + Math.floor(Math.random() * SEEDS);
      if (show !== undefined) {
        const scene = { seed, stations: fuzzStations, now: Date.now() };
        process.stdout.write(renderFuzzMessage(fuzzMessage(scene, show)));
        return;
      }
      process.stderr.write(`fuzz: seed ${seed}\n`);
      const folder = await createRunFolder();
      const bar = createProgressBar("fuzz");
      const result = await runFuzz({ messages, seed, folder, onProgress: bar.update }).finally(bar.stop);
      if (keep) process.stderr.write(`kept: ${folder}\n`);
      else await rm(folder, { recursive: true, force: true });
      process.stdout.write(json ? `${JSON.stringify(result)}\n` : renderFuzz(result));
      process.exitCode = result.troubles.length === 0 ? 0 : 1;
    });
  withExample(
    command,
    "npm run fuzz -- --messages 1000000 --json",
    "outfall fuzz --messages 50000 --seed 4711",
    "outfall fuzz --seed 4711 --show 1234",
  );
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("expected a whole number above 0");
  return value;
}
