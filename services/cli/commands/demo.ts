/** `outfall demo`: the main job, end to end, over simulated zones. */
import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { parseDuration, parseSpeed } from "../duration.ts";
import { withExample } from "../example.ts";
import { checkReportFile } from "../report-file.ts";
import { createMailFolder, createRunFolder } from "../run-folder.ts";

interface Options {
  for?: number;
  report?: string;
  registry: string;
  scenario: string;
  speed: number;
  port?: string;
}

const DEFAULT_SPEED = 1200;

export function registerDemo(program: Command): void {
  const command = program
    .command("demo")
    .description(
      "the whole pipeline on this machine over simulated zones: local servers, checks, mails, live page",
    )
    .option(
      "--for <duration>",
      "end by itself after this long, e.g. 45s (default: until Ctrl-C)",
      parseDuration,
    )
    .option("--report <file>", "write what was measured as JSON")
    .option("--registry <folder>", "registry folder", "registry")
    .option("--scenario <file>", "scenario file", "simulators/scenarios/demo.yaml")
    .option(
      "--speed <n>",
      "simulated seconds a second, until the present is reached",
      parseSpeed,
      DEFAULT_SPEED,
    )
    .option("--port <n>", "port of the live page (default: a free one)")
    .action(async (options: Options) => {
      await checkReportFile(options.report);
      const { runDemo, summaryRows } = await import("../demo/demo.ts");
      const stop = new AbortController();
      process.once("SIGINT", () => stop.abort());
      process.once("SIGTERM", () => stop.abort());
      const folder = await createRunFolder();
      const mailFolder = await createMailFolder(folder);
      const report = await runDemo({
        forMs: options.for,
        registryFolder: options.registry,
        scenarioFile: options.scenario,
        folder,
        mailFolder,
        speed: Math.max(1, options.speed),
        apiPort: options.port === undefined ? undefined : Number(options.port),
        signal: stop.signal,
        output: process.stdout,
      });
      process.stdout.write(`${summaryRows(report, mailFolder)}\n`);
      if (options.report !== undefined)
        await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`);
      process.exit(report.balance === 0 ? 0 : 1);
    });
  withExample(command, "npm run demo", "npm run demo -- --for 45s --report report.json");
}
