/**
 * One server as a child process under a small shell that watches its stdin: when this process ends, however it
 * ends, the pipe closes and the shell kills the child. Nothing is left behind, even after `kill -9`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";

export interface Child {
  readonly pid: number;
  readonly running: boolean;
  /** Ends with its exit; never rejects. */
  readonly exited: Promise<void>;
  /** Sends SIGTERM (or the signal) to the server itself, then waits; SIGKILL after 5 s. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** stdin of the shell carries the signal to send ("TERM", "KILL"); its end means KILL. */
const WATCH = `
"$@" </dev/null &
child=$!
# the reader keeps fd 3, the pipe from the parent
( read -r signal <&3 && kill -s "$signal" "$child" 2>/dev/null && read -r signal <&3; kill -s KILL "$child" 2>/dev/null ) &
watcher=$!
wait "$child"
status=$?
kill "$watcher" 2>/dev/null
exit "$status"
`;

const STOP_TIMEOUT_MS = 5_000;

export function startChild(options: {
  command: string;
  args: readonly string[];
  cwd: string;
  logFile: string;
  env?: NodeJS.ProcessEnv;
}): Child {
  const log = openSync(options.logFile, "a");
  const shell: ChildProcess = spawn(
    "/bin/sh",
    ["-c", `exec 3<&0\n${WATCH}`, "outfall", options.command, ...options.args],
    {
      cwd: options.cwd,
      stdio: ["pipe", log, log],
      env: options.env ?? process.env,
      // its own group: Ctrl-C on the terminal reaches us, and we stop the servers in order
      detached: true,
    },
  );
  closeSync(log);
  let running = true;
  const exited = new Promise<void>((resolve) => {
    const done = () => {
      running = false;
      resolve();
    };
    shell.once("exit", done);
    shell.once("error", done);
  });
  shell.stdin?.on("error", () => undefined);
  shell.unref();
  return {
    pid: shell.pid ?? -1,
    get running() {
      return running;
    },
    exited,
    async stop(signal = "SIGTERM") {
      if (!running) return;
      shell.stdin?.write(`${signal.replace("SIG", "")}\n`);
      const timer = setTimeout(() => shell.stdin?.end(), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(timer);
      shell.stdin?.destroy();
    },
  };
}
