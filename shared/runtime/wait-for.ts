/** Waits for conditions. In: a probe and a deadline; out: the probe's first truthy answer, or an error that says what was awaited. */

export interface WaitOptions {
  /** What is awaited, for the error message: "InfluxDB answers /ping". */
  what: string;
  timeoutMs?: number;
  everyMs?: number;
}

const DEFAULT_TIMEOUT_MS = 20_000;
const DEFAULT_EVERY_MS = 20;

/** Polls `probe` until it answers something truthy. A throwing probe counts as "not yet"; its last error is the cause. */
export async function waitFor<T>(
  probe: () => T | Promise<T>,
  options: WaitOptions,
): Promise<NonNullable<Exclude<T, false>>> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const deadline = Date.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const answer = await probe();
      if (answer) return answer as NonNullable<Exclude<T, false>>;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (Date.now() >= deadline) {
      throw new Error(`waited ${timeoutMs} ms for: ${options.what}`, { cause });
    }
    await pause(options.everyMs ?? DEFAULT_EVERY_MS);
  }
}

/** Resolves after `ms` of real time, or at once when `signal` aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}
