/** Screen jobs to the queue, retried for ever: a commit is done with only once its checks are queued. */
import type { JobQueue } from "#shared/queue/bull.ts";
import type { Sample } from "#shared/reading/sample.ts";
import type { Logger } from "#shared/runtime/log.ts";
import { pause } from "#shared/runtime/wait-for.ts";
import { screenJobs } from "./screen-jobs.ts";

export interface Enqueuer {
  enqueue(samples: readonly Sample[]): Promise<void>;
  /** True while Redis takes nothing. */
  readonly failing: boolean;
}

const RETRY_MS = 500;
/** The client waits for Redis by itself; after this long that counts as failing. */
const SLOW_MS = 1_000;

export function createEnqueuer(options: {
  queue: Pick<JobQueue<"screen">, "addBulk">;
  signal: AbortSignal;
  log: Logger;
  /** Called when Redis begins to fail. */
  onFailing?: () => void;
}): Enqueuer {
  const { queue, signal, log, onFailing } = options;
  let failing = false;
  const fail = (error?: unknown) => {
    if (!failing) log.warn({ err: error }, "Redis does not take jobs, the journal holds the samples");
    failing = true;
    onFailing?.();
  };
  return {
    get failing() {
      return failing;
    },
    async enqueue(samples) {
      if (samples.length === 0) return;
      const jobs = screenJobs(samples);
      for (;;) {
        signal.throwIfAborted();
        const slow = setTimeout(fail, SLOW_MS);
        try {
          await unlessAborted(queue.addBulk(jobs), signal);
          if (failing) log.info("Redis takes jobs again");
          failing = false;
          return;
        } catch (error) {
          signal.throwIfAborted();
          fail(error);
          await pause(RETRY_MS, signal);
        } finally {
          clearTimeout(slow);
        }
      }
    },
  };
}

/** While Redis is away the client waits for ever; closing must not. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, refuse) => {
    const abort = () => refuse(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, refuse).finally(() => signal.removeEventListener("abort", abort));
  });
}
