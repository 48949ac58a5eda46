/** `outfall judge`: the whole judgement offline, in virtual time, without any server. */
import type { Command } from "commander";
import { withExample } from "../example.ts";

interface Options {
  registry: string;
  readings: string;
  until?: string;
  revisions?: boolean;
  incidents?: boolean;
  mails?: string;
  json?: boolean;
}

const MOST_FAULTS = 50;

export function registerJudge(program: Command): void {
  const command = program
    .command("judge")
    .description(
      "judge a recorded feed offline: verdicts as lines of JSON, the same as the services would give",
    )
    .requiredOption("--registry <folder>", "registry: stations, limits, rules")
    .requiredOption("--readings <file>", "records, one JSON object a line, or a CSV file; also .gz")
    .option(
      "--until <when>",
      "as of the start of this local day, or this instant; default: all of the file, final",
    )
    .option("--revisions", "every revision of a verdict, not only the newest")
    .option("--incidents", "after the verdicts, the transitions of the incidents that they make")
    .option("--mails <folder>", "the mails that these would make, as .eml files; nothing is sent")
    .option("--json", "verdicts as lines of JSON (the default where the output is no terminal)")
    .action(async (options: Options) => {
      const { printJudgement } = await import("../judge/print-judgement.ts");
      process.exitCode = await printJudgement({ ...options, mostFaults: MOST_FAULTS });
    });
  withExample(
    command,
    "outfall judge --registry ./registry --readings feed.jsonl --json > verdicts.ndjson",
    "outfall judge --registry ./registry --readings november.csv --until 2026-11-24T00:00:00+07:00 --revisions",
    "outfall judge --registry ./registry --readings feed.jsonl --incidents --mails ./mails > verdicts.ndjson",
  );
}
