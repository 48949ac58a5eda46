/** `outfall ingest`: ingest in this process, or several workers of it, each a process, kept running. */
import { type Command, InvalidArgumentError } from "commander";
import { withExample } from "../example.ts";

interface Options {
  registry?: string;
  workers?: string;
  worker?: string;
  of?: string;
}

export function registerIngest(program: Command): void {
  const command = program
    .command("ingest")
    .description("service: MQTT to journal to InfluxDB: acknowledges a message once its bytes are on disk")
    .option("--registry <folder>", "registry folder (OUTFALL_REGISTRY)")
    .option("--workers <n>", "share the zones among so many workers, all on this machine", wholeNumber)
    .option(
      "--worker <i>",
      "be this one worker of --of, where each is a process or pod of its own",
      wholeNumber,
    )
    .option(
      "--of <n>",
      "with --worker: how many there are; fewer than its number, and it hands over and ends",
      wholeNumber,
    )
    .action(async (options: Options) => {
      const env = environmentOf(options, process.env);
      const { main } = await import("#services/ingest/main.ts");
      // one process where one is enough
      if (!(await startsSeveral(env))) return main(env);
    });
  withExample(
    command,
    "OUTFALL_MQTT_URL=mqtt://user:secret@broker:1883 outfall ingest --registry ./registry",
    "outfall ingest --workers 4",
    "outfall ingest --worker 2 --of 4",
  ).addHelpText("after", "\nConfiguration comes from the environment: see docs/configuration.md.");
}

function wholeNumber(text: string): string {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError("expected a whole number from 1");
  return text;
}

/** What the options say, as the variables that say the same. @throws Error when they contradict one another */
export function environmentOf(options: Options, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { registry, workers, worker, of } = options;
  if (workers !== undefined && (worker !== undefined || of !== undefined))
    throw new Error("--workers starts all of them here; expected it without --worker and --of");
  if ((worker === undefined) !== (of === undefined))
    throw new Error("expected --worker and --of together, e.g. --worker 2 --of 4");
  const { OUTFALL_INGEST_WORKER, ...rest } = env;
  const me = worker ?? (workers === undefined ? OUTFALL_INGEST_WORKER : undefined);
  const count = of ?? workers ?? env.OUTFALL_INGEST_WORKERS;
  if (me && !count) throw new Error("OUTFALL_INGEST_WORKER is set; expected OUTFALL_INGEST_WORKERS too");
  return {
    ...rest,
    ...(registry === undefined ? {} : { OUTFALL_REGISTRY: registry }),
    ...(me ? { OUTFALL_INGEST_WORKER: me } : {}),
    ...(count ? { OUTFALL_INGEST_WORKERS: count } : {}),
  };
}

/** Starts them and waits for their end, where several are asked for, or one that is out of service still has zones. */
async function startsSeveral(env: NodeJS.ProcessEnv): Promise<boolean> {
  if (env.OUTFALL_INGEST_WORKER) return false;
  const [{ ingestConfig }, { parseConfig }, { workersWithZones }] = await Promise.all([
    import("#services/ingest/config.ts"),
    import("#shared/runtime/config.ts"),
    import("#services/ingest/workers/worker-folder.ts"),
  ]);
  const { OUTFALL_INGEST_WORKERS: workers, OUTFALL_DATA_DIR: dataDir } = parseConfig(ingestConfig, env);
  const left = await workersWithZones(dataDir);
  if (workers === 1 && left.every((worker) => worker === 1)) return false;
  const [{ createIngestWorkers }, { createLogger }, { runService }] = await Promise.all([
    import("#services/local/ingest-workers.ts"),
    import("#shared/runtime/log.ts"),
    import("#shared/runtime/resources.ts"),
  ]);
  const log = createLogger("ingest-workers");
  await runService(createIngestWorkers({ workers, dataDir, env: env as Record<string, string>, log }), log);
  return true;
}
