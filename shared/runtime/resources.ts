/** Lifecycle of a service: what `start` opened is released in reverse order, once, also when start-up fails half-way. */

export interface Service {
  start(): Promise<void>;
  /** Rejects when the service cannot go on: its process ends, and whoever supervises it starts it again. */
  readonly failed?: Promise<never>;
  /** Resolves when the service has nothing left to do: its process ends. */
  readonly done?: Promise<void>;
  /** Bounded, and harmless when called twice. */
  close(): Promise<void>;
}

const CLOSE_TIMEOUT_MS = 8_000;

/** Runs a service until SIGINT or SIGTERM (or until the pipe to its parent ends, when it has one). */
export async function runService(
  service: Service,
  log: { error(fields: object, message: string): void },
): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  const stop = () => stopped.resolve();
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  if (process.env.OUTFALL_PARENT_PIPE === "stdin") {
    process.stdin.on("end", stop);
    process.stdin.on("error", stop);
    process.stdin.resume();
  }
  let failed = false;
  try {
    const halted = Promise.race(
      [stopped.promise, service.failed, service.done].filter((each) => each !== undefined),
    );
    halted.catch(() => undefined);
    const started = service.start().then(() => "started" as const);
    // a signal ends it also while it still waits for its servers
    if ((await Promise.race([started, halted])) === "started") {
      if (process.env.OUTFALL_PARENT_PIPE === "stdin") process.stdout.write("ready\n");
      await halted;
    } else started.catch(() => undefined);
  } catch (error) {
    failed = true;
    log.error({ err: error }, "the service failed");
  }
  // a server that is away must not keep a process alive
  setTimeout(() => process.exit(1), CLOSE_TIMEOUT_MS).unref();
  await service.close().catch((error) => {
    failed = true;
    log.error({ err: error }, "close failed");
  });
  process.exit(failed ? 1 : 0);
}
