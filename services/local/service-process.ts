/**
 * One Outfall service as a process of its own, for the demo, replays and tests. In: its name and environment; out: a
 * handle that knows when it is ready. It ends with its parent: the pipe to its stdin closes, however the parent ends.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export type ServiceName = "ingest" | "compliance" | "notify" | "api";

export interface ServiceProcess {
  readonly name: ServiceName;
  readonly running: boolean;
  /** Of the process that runs now; undefined when none does. */
  readonly pid: number | undefined;
  /** Resolves when the process that runs now has ended. */
  readonly ended: Promise<void>;
  /** Sends the signal and waits for the end; SIGKILL after 10 s. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again with the same environment, once it has ended. */
  restart(): Promise<void>;
}

const ENTRY = fileURLToPath(new URL("../cli/main.ts", import.meta.url));
const STOP_TIMEOUT_MS = 10_000;
const READY_TIMEOUT_MS = 30_000;

/** Resolves once the service says it is ready. @throws Error naming the service and its log. */
export async function startService(
  name: ServiceName,
  options: {
    env: Readonly<Record<string, string>>;
    /** Left out: its log goes where ours goes. */
    logFile?: string;
    /** A registry of a hundred thousand stations takes its time; 30 s when left out. */
    readyTimeoutMs?: number;
  },
): Promise<ServiceProcess> {
  let child: ChildProcess | undefined;
  let exited: Promise<void> = Promise.resolve();

  async function launch(): Promise<void> {
    const log = options.logFile === undefined ? "inherit" : openSync(options.logFile, "a");
    const spawned = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ENTRY, name], {
      stdio: ["pipe", "pipe", log],
      env: { ...process.env, ...options.env, OUTFALL_PARENT_PIPE: "stdin" },
      // its own group: Ctrl-C reaches us, and we stop the services in order
      detached: true,
    });
    if (log !== "inherit") closeSync(log);
    child = spawned;
    spawned.stdin?.on("error", () => undefined);
    const ended = new Promise<void>((resolve) => {
      spawned.once("exit", () => resolve());
      spawned.once("error", () => resolve());
    });
    exited = ended.then(() => {
      if (child === spawned) child = undefined;
    });
    try {
      await ready(spawned, ended, name, options);
    } catch (error) {
      // one that comes too late would hold its folder
      spawned.kill("SIGKILL");
      await ended;
      throw error;
    }
  }

  await launch();
  return {
    name,
    get running() {
      return child !== undefined;
    },
    get pid() {
      return child?.pid;
    },
    get ended() {
      return exited;
    },
    async stop(signal = "SIGTERM") {
      const running = child;
      if (running === undefined) return;
      running.kill(signal);
      const timer = setTimeout(() => running.kill("SIGKILL"), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(timer);
      running.stdin?.destroy();
    },
    async restart() {
      await exited;
      await launch();
    },
  };
}

/** What the service said last, for a person: the message of its last logged error, or its last line. */
function lastReason(logFile: string): string {
  const last = readFileSync(logFile, "utf8").trimEnd().split("\n").at(-1) ?? "";
  try {
    const { err, msg } = JSON.parse(last) as { err?: { message?: string }; msg?: string };
    return err?.message ?? msg ?? last;
  } catch {
    return last;
  }
}

function ready(
  child: ChildProcess,
  ended: Promise<void>,
  name: string,
  { logFile, readyTimeoutMs = READY_TIMEOUT_MS }: { logFile?: string; readyTimeoutMs?: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const where = logFile === undefined ? "its log is above" : `see ${logFile}`;
    const fail = (what: string) => reject(new Error(`the ${name} service ${what}; ${where}`));
    const timer = setTimeout(() => fail(`was not ready after ${readyTimeoutMs} ms`), readyTimeoutMs);
    child.stdout?.on("data", (bytes: Buffer) => {
      if (!bytes.toString().includes("ready")) return;
      clearTimeout(timer);
      resolve();
    });
    void ended.then(() => {
      clearTimeout(timer);
      fail(logFile === undefined ? "ended at once" : `ended at once: ${lastReason(logFile)}`);
    });
  });
}
