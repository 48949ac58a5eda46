/** What must come through, a database read or a write to disk: tried until it does. What waits behind it waits in the journal. */
import type { Logger } from "#shared/runtime/log.ts";
import { pause } from "#shared/runtime/wait-for.ts";

export interface Perseverance {
  /** @param what for the log: "reading stored samples". @throws only when the signal aborts. */
  until<T>(what: string, work: () => Promise<T>): Promise<T>;
  /** True while the last attempt failed. */
  readonly failing: boolean;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

export function createPerseverance(options: {
  signal: AbortSignal;
  log: Logger;
  /** Called at each failed attempt. */
  onFailing: () => void;
}): Perseverance {
  const { signal, log, onFailing } = options;
  let failing = false;
  return {
    get failing() {
      return failing;
    },
    async until(what, work) {
      for (let delay = FIRST_RETRY_MS; ; delay = Math.min(delay * 2, LAST_RETRY_MS)) {
        signal.throwIfAborted();
        try {
          const answer = await work();
          failing = false;
          return answer;
        } catch (error) {
          if (delay === FIRST_RETRY_MS)
            log.warn({ err: error }, `${what} failed, the journal holds the messages`);
          failing = true;
          onFailing();
          await pause(delay, signal);
        }
      }
    },
  };
}
