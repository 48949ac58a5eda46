/**
 * Ingest as a process that dies again and again. In: its environment and log; out: ways to end it, each of which leaves
 * it running again. One that ends by itself is started again as well, as `outfall run` does, and counted.
 */
import { readFile } from "node:fs/promises";
import { type ServiceProcess, startService } from "#services/local/service-process.ts";
import { pause, waitFor } from "#shared/runtime/wait-for.ts";

export interface IngestLives {
  start(): Promise<void>;
  /** SIGKILL, wherever it is, and a new start. */
  kill(): Promise<void>;
  /** Lives a life that ends at a crash point. False when it was not reached in time and the life was ended otherwise. */
  liveUntil(crashAt: string, timeoutMs: number): Promise<boolean>;
  /** Ends that nobody asked for. */
  readonly unasked: readonly string[];
  /** Which of the texts stands in the last line of its log that has one of them. */
  saidLast(texts: readonly string[]): Promise<string | undefined>;
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 20;
/** A start waits for servers that are away. */
const START_TIMEOUT_MS = 60_000;

export function createIngestLives(options: {
  env: Readonly<Record<string, string>>;
  logFile: string;
}): IngestLives {
  const { logFile } = options;
  const unasked: string[] = [];
  let life: ServiceProcess | undefined;
  /** While set, whoever ends or starts it knows why. */
  let handled = false;
  let closing = false;

  const launch = async (crashAt: string) => {
    life = await startService("ingest", {
      env: { ...options.env, OUTFALL_CRASH_AT: crashAt },
      logFile,
      readyTimeoutMs: START_TIMEOUT_MS,
    });
  };

  /** Until it starts: a full disk, or a server that is away, may refuse it for a while. */
  async function start(): Promise<void> {
    await waitFor(() => launch("").then(() => true), {
      what: `ingest starts (log: ${logFile})`,
      timeoutMs: START_TIMEOUT_MS,
      everyMs: 200,
    });
  }

  async function handle<T>(work: () => Promise<T>): Promise<T> {
    await waitFor(() => !handled, { what: "ingest to be left alone", timeoutMs: START_TIMEOUT_MS });
    handled = true;
    try {
      return await work();
    } finally {
      handled = false;
    }
  }

  async function watch(): Promise<void> {
    while (!closing) {
      await pause(LOOK_EVERY_MS);
      if (handled || closing || life === undefined || life.running) continue;
      unasked.push(`ingest ended by itself: ${lastError(await readFile(logFile, "utf8"))}`);
      await handle(start).catch((error: Error) => unasked.push(error.message));
    }
  }

  let watching: Promise<void> = Promise.resolve();
  return {
    unasked,
    async start() {
      await handle(start);
      watching = watch();
    },
    kill: () =>
      handle(async () => {
        await life?.stop("SIGKILL");
        await start();
      }),
    liveUntil: (crashAt, timeoutMs) =>
      handle(async () => {
        await life?.stop("SIGKILL");
        // it may well die before it is ready, while it takes up what the last life left
        const ready = await launch(crashAt).then(
          () => true,
          () => false,
        );
        const reached =
          !ready ||
          (await waitFor(() => life?.running === false, { what: crashAt, timeoutMs }).catch(() => false));
        await life?.stop("SIGKILL");
        await start();
        return reached;
      }),
    async saidLast(texts) {
      const lines = (await readFile(logFile, "utf8")).split("\n");
      const found = lines.findLast((line) => texts.some((text) => line.includes(text)));
      return texts.find((text) => found?.includes(text));
    },
    async close() {
      closing = true;
      await watching;
      await life?.stop();
    },
  };
}

/** The reason in the last line of a log that is an error. */
function lastError(log: string): string {
  const line = log.split("\n").findLast((text) => text.includes('"level":50')) ?? "";
  return /"message":"((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? line.slice(0, 200);
}
