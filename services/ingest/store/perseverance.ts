/**
 * What must come through, a database write, a queue, a disk: tried until it does, with back-off and jitter. What waits
 * behind it waits in the journal.
 */
import type { Logger } from "#shared/runtime/log.ts";
import { pause } from "#shared/runtime/wait-for.ts";

export interface Perseverance {
  /**
   * @param what for the log: "writing to InfluxDB"
   * @param isRefusal an error that trying again cannot mend: thrown on. @throws a refusal, or when the signal aborts
   */
  until<T>(what: string, work: () => Promise<T>, isRefusal?: (error: unknown) => boolean): Promise<T>;
  /** True while something failed at its last attempt, or hangs. */
  readonly failing: boolean;
  /** What fails now. */
  readonly troubles: readonly string[];
  /** Attempts that failed. */
  readonly retries: number;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 10_000;
/** An attempt that takes longer counts as failing: clients wait for a server that is away. */
const SLOW_MS = 1_000;

export function createPerseverance(options: {
  signal: AbortSignal;
  log: Logger;
  random?: () => number;
}): Perseverance {
  const { signal, log, random = Math.random } = options;
  const failing = new Set<string>();
  let retries = 0;

  function fail(what: string, error?: unknown): void {
    if (failing.has(what)) return;
    failing.add(what);
    log.warn({ err: error, what }, "a step fails, the journal holds the messages");
  }

  return {
    get failing() {
      return failing.size > 0;
    },
    get troubles() {
      return [...failing];
    },
    get retries() {
      return retries;
    },
    async until(what, work, isRefusal) {
      for (let delay = FIRST_RETRY_MS; ; delay = Math.min(delay * 2, LAST_RETRY_MS)) {
        signal.throwIfAborted();
        const slow = setTimeout(() => fail(what, new Error(`no answer for ${SLOW_MS} ms`)), SLOW_MS);
        try {
          const answer = await unlessAborted(work(), signal);
          if (failing.delete(what)) log.info({ what }, "the step works again");
          return answer;
        } catch (error) {
          signal.throwIfAborted();
          if (isRefusal?.(error)) {
            failing.delete(what);
            throw error;
          }
          retries += 1;
          fail(what, error);
        } finally {
          clearTimeout(slow);
        }
        await pause(delay * (0.5 + random()), signal);
      }
    },
  };
}

/** While a server is away its client may wait for ever; closing must not. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, refuse) => {
    const abort = () => refuse(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, refuse).finally(() => signal.removeEventListener("abort", abort));
  });
}
