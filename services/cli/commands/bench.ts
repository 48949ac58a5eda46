/** `outfall bench`: timings, every side in the same run on the same machine. An unmet target is told, and fails nothing. */
import { rm } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import type { SideName } from "#test/bench/ingest.ts";
import { withExample } from "../example.ts";
import { createProgressBar, type ProgressBar } from "../progress-bar.ts";
import { createRunFolder } from "../run-folder.ts";

/** A second run finds Node-RED there. */
const NODE_RED_FOLDER = ".outfall/bench-node-red";

export function registerBench(program: Command): void {
  const bench = program
    .command("bench")
    .description("measure throughput and latency; compare only within one run");
  registerIngest(bench);
  registerBacklog(bench);
  registerMemory(bench);
  registerFlat(bench);
  registerVerdicts(bench);
  withExample(
    bench,
    "npm run bench -- ingest --json",
    "npm run bench -- backlog",
    "npm run bench -- flat",
    "npm run bench -- verdicts --json",
  );
}

interface IngestOptions {
  messages: number;
  stations: number;
  values: number;
  pace?: number;
  sides?: string[];
  repeat: number;
  nodeRed: string | boolean;
  json?: boolean;
  cpuProf?: string;
}

function registerIngest(bench: Command): void {
  const command = bench
    .command("ingest", { isDefault: true })
    .description(
      "messages a second and latencies through the whole path, against a bare subscriber, bare InfluxDB writes and Node-RED",
    )
    .option("--messages <n>", "messages a side", wholeNumber, 200_000)
    .option("--stations <n>", "stations", wholeNumber, 100)
    .option("--values <n>", "values a message, at most 200", wholeNumber, 6)
    .option("--pace <n>", "messages a second of the latency side (default: 30000)", wholeNumber)
    .option("--sides <names>", "these sides only, e.g. drain,live; an unknown one lists them", commaList)
    .option("--repeat <n>", "runs; the figures are medians with their range", wholeNumber, 1)
    .option("--node-red <folder>", "where npm installs Node-RED, or has before", NODE_RED_FOLDER)
    .option("--no-node-red", "without Node-RED")
    .option("--json", "one JSON object")
    .option("--cpu-prof <folder>", "also write a CPU profile of the ingest process")
    .action(async (options: IngestOptions) => {
      const [{ benchIngest, sideNames }, { renderIngestBench }, { medianOf }] = await Promise.all([
        import("#test/bench/ingest.ts"),
        import("#test/bench/report.ts"),
        import("#test/bench/repeat.ts"),
      ]);
      const unknown = options.sides?.find((name) => !sideNames.includes(name as SideName));
      if (unknown !== undefined)
        throw new Error(`--sides ${unknown}: expected any of ${sideNames.join(", ")}, with commas between`);
      const results = [];
      for (let run = 1; run <= options.repeat; run += 1) {
        const round = options.repeat > 1 ? `run ${run} of ${options.repeat}, ` : "";
        results.push(
          await inRunFolder(round, ({ folder, say, warn }) =>
            benchIngest({
              messages: options.messages,
              stations: options.stations,
              values: options.values,
              ...(options.pace === undefined ? {} : { pace: options.pace }),
              ...(options.sides === undefined ? {} : { sides: options.sides as SideName[] }),
              nodeRedFolder: typeof options.nodeRed === "string" ? options.nodeRed : undefined,
              profileFolder: options.cpuProf,
              ...{ folder, say, warn },
            }),
          ),
        );
      }
      const [only] = results;
      const result = results.length > 1 || only === undefined ? medianOf(results) : only;
      print(options.json, result, renderIngestBench);
    });
  withExample(
    command,
    "npm run bench -- ingest --json",
    "outfall bench ingest --sides drain,live --cpu-prof profiles",
    "outfall bench ingest --values 60 --repeat 5 --no-node-red",
  );
}

interface SizeOptions {
  messages: number;
  stations: number;
  values: number;
  json?: boolean;
}

function registerBacklog(bench: Command): void {
  const command = bench
    .command("backlog")
    .description("how long it takes to catch up with what a whole country sent in 24 hours")
    .option("--stations <n>", "stations", wholeNumber, 2_000)
    .option("--messages <n>", "messages of each station", wholeNumber, 288)
    .option("--values <n>", "values a message, at most 200", wholeNumber, 6)
    .option("--json", "one JSON object")
    .action(async ({ stations, messages, values, json }: SizeOptions) => {
      const [{ benchBacklog }, { renderBacklogBench }] = await Promise.all([
        import("#test/bench/backlog.ts"),
        import("#test/bench/report.ts"),
      ]);
      const result = await inRunFolder("", (run) =>
        benchBacklog({ stations, messagesPerStation: messages, values, ...run }),
      );
      print(json, result, renderBacklogBench);
    });
  withExample(command, "npm run bench -- backlog --json", "outfall bench backlog --stations 200");
}

function registerMemory(bench: Command): void {
  const command = bench
    .command("memory")
    .description("what ingest keeps in memory while millions of messages pass")
    .option("--messages <n>", "messages", wholeNumber, 5_000_000)
    .option("--stations <n>", "stations", wholeNumber, 2_000)
    .option("--values <n>", "values a message, at most 200", wholeNumber, 6)
    .option("--json", "one JSON object")
    .action(async ({ messages, stations, values, json }: SizeOptions) => {
      const [{ benchMemory }, { renderMemoryBench }] = await Promise.all([
        import("#test/bench/memory.ts"),
        import("#test/bench/report.ts"),
      ]);
      const result = await inRunFolder("", (run) => benchMemory({ messages, stations, values, ...run }));
      print(json, result, renderMemoryBench);
    });
  withExample(
    command,
    "npm run bench -- memory --messages 5000000 --json",
    "outfall bench memory --messages 300000",
  );
}

interface FlatOptions {
  messages: number;
  stations: number[];
  values: number[];
  json?: boolean;
}

function registerFlat(bench: Command): void {
  const command = bench
    .command("flat")
    .description("what a message costs as stations and values grow")
    .option("--messages <n>", "messages of each measurement", wholeNumber, 100_000)
    .option("--stations <list>", "numbers of stations", wholeNumbers, [100, 1_000, 10_000, 100_000])
    .option("--values <list>", "numbers of values a message", wholeNumbers, [6, 60])
    .option("--json", "one JSON object")
    .action(async ({ messages, stations, values, json }: FlatOptions) => {
      const [{ benchFlat }, { renderFlatBench }] = await Promise.all([
        import("#test/bench/flat.ts"),
        import("#test/bench/report.ts"),
      ]);
      const result = await inRunFolder("", ({ say, warn }) =>
        benchFlat({ messages, stations, values, say, warn }),
      );
      print(json, result, renderFlatBench);
    });
  withExample(command, "npm run bench -- flat --json", "outfall bench flat --stations 100,1000 --values 6");
}

function registerVerdicts(bench: Command): void {
  const command = bench
    .command("verdicts")
    .description(
      "judging offline, closing an hour and a day of a country, the presence sweep, and from a reading to its incident",
    )
    .option("--stations <n>", "stations of the country", wholeNumber, 2_000)
    .option("--incidents <n>", "incidents to wait for", wholeNumber, 200)
    .option("--json", "one JSON object")
    .action(
      async ({ stations, incidents, json }: { stations: number; incidents: number; json?: boolean }) => {
        const [{ benchVerdicts }, { renderVerdictsBench }] = await Promise.all([
          import("#test/bench/verdicts.ts"),
          import("#test/bench/report.ts"),
        ]);
        const result = await inRunFolder("", (run) => benchVerdicts({ stations, incidents, ...run }));
        print(json, result, renderVerdictsBench);
      },
    );
  withExample(command, "npm run bench -- verdicts --json", "outfall bench verdicts --stations 200");
}

interface RunContext {
  folder: string;
  say(text: string): void;
  warn(text: string): void;
  onProgress(done: number, total: number): void;
}

/** A folder of its own on the disk that is measured, and progress on stderr. */
async function inRunFolder<Result>(
  before: string,
  run: (context: RunContext) => Promise<Result>,
): Promise<Result> {
  const folder = await createRunFolder();
  const line = createProgressLine(process.stderr);
  let bar: ProgressBar | undefined;
  try {
    return await run({
      folder,
      say: (text) => line.say(`${before}${text}`),
      warn: (text) => process.stderr.write(`bench: ${text}\n`),
      onProgress(done, total) {
        // begun with the first message, so that its rate is the rate
        bar ??= createProgressBar("bench");
        bar.update(done, total);
      },
    });
  } finally {
    bar?.stop();
    line.end();
    await rm(folder, { recursive: true, force: true });
  }
}

function print<Result>(json: boolean | undefined, result: Result, render: (result: Result) => string): void {
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : render(result));
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("expected a whole number above 0");
  return value;
}

const commaList = (text: string): string[] => text.split(",").map((name) => name.trim());
const wholeNumbers = (text: string): number[] => commaList(text).map(wholeNumber);

/** One line that rewrites itself on a terminal; elsewhere each step once, without its counting. */
function createProgressLine(stream: NodeJS.WriteStream): { say(text: string): void; end(): void } {
  let step = "";
  return {
    say(text) {
      if (stream.isTTY) stream.write(`\r\x1b[Kbench: ${text}`);
      else if (step !== stepOf(text)) stream.write(`bench: ${text}\n`);
      step = stepOf(text);
    },
    end() {
      if (stream.isTTY) stream.write("\r\x1b[K");
    },
  };
}

const stepOf = (text: string) => text.split(":", 1)[0] ?? text;
