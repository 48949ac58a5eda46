/** BullMQ behind the queue contracts. In: Redis address and prefix; out: typed queues and workers that check every payload. */
import { type JobsOptions, Queue, Worker } from "bullmq";
import type { Logger } from "#shared/runtime/log.ts";
import { type JobData, jobSchemas, type QueueName } from "./queues.ts";

export interface RedisOptions {
  readonly url: string;
  readonly prefix: string;
}

/** Connection options, never an instance: BullMQ leaves a passed instance open. */
function connectionOf(url: string) {
  const { hostname, port, username, password, pathname, protocol } = new URL(url);
  return {
    host: hostname,
    port: Number(port || 6379),
    ...(username === "" ? {} : { username: decodeURIComponent(username) }),
    ...(password === "" ? {} : { password: decodeURIComponent(password) }),
    ...(pathname.length > 1 ? { db: Number(pathname.slice(1)) } : {}),
    ...(protocol === "rediss:" ? { tls: {} } : {}),
    maxRetriesPerRequest: null,
  };
}

/**
 * Nothing is kept under an id (a kept id makes the next add a silent no-op). A job that fails is tried again every
 * second for a day: databases come back, and a job that was dropped would be a check that was skipped.
 */
const jobDefaults: JobsOptions = {
  removeOnComplete: true,
  removeOnFail: { count: 1000 },
  attempts: 86_400,
  backoff: { type: "fixed", delay: 1_000 },
};

export interface JobQueue<Name extends QueueName> {
  add(data: JobData[Name], options?: JobsOptions): Promise<void>;
  addBulk(data: readonly JobData[Name][]): Promise<void>;
  /** Keeps one scheduler that adds `data` every `everyMs`; harmless to repeat. */
  schedule(id: string, everyMs: number, data: JobData[Name]): Promise<void>;
  counts(): Promise<{ waiting: number; active: number; delayed: number; failed: number }>;
  /** Jobs ever completed and failed, from the queue's own metrics. */
  totals(): Promise<{ completed: number; failed: number }>;
  close(): Promise<void>;
}

export function createQueue<Name extends QueueName>(
  name: Name,
  redis: RedisOptions,
  log: Logger,
): JobQueue<Name> {
  const queue = new Queue(name, {
    connection: connectionOf(redis.url),
    prefix: redis.prefix,
    defaultJobOptions: jobDefaults,
  });
  queue.on("error", (error) => log.debug({ err: error, queue: name }, "queue connection trouble"));
  return {
    async add(data, options = {}) {
      await queue.add(name, data, options);
    },
    async addBulk(data) {
      await queue.addBulk(data.map((payload) => ({ name, data: payload })));
    },
    async schedule(id, everyMs, data) {
      await queue.upsertJobScheduler(id, { every: everyMs }, { name, data });
    },
    async counts() {
      const counts = await queue.getJobCounts("waiting", "active", "delayed", "failed", "prioritized");
      const { waiting = 0, active = 0, delayed = 0, failed = 0 } = counts;
      return { waiting, active, delayed, failed };
    },
    async totals() {
      const [completed, failed] = await Promise.all([
        queue.getMetrics("completed"),
        queue.getMetrics("failed"),
      ]);
      return { completed: completed.meta.count, failed: failed.meta.count };
    },
    close: () => queue.close(),
  };
}

export interface JobWorker {
  close(): Promise<void>;
}

const METRICS_POINTS = 60 * 24;

/** Works one queue. A payload that does not fit its schema fails for good, with the reason. */
export function createWorker<Name extends QueueName>(
  name: Name,
  redis: RedisOptions,
  handle: (data: JobData[Name]) => Promise<void>,
  log: Logger,
  options: { concurrency?: number } = {},
): JobWorker {
  const worker = new Worker(
    name,
    async (job) => {
      const checked = jobSchemas[name].safeParse(job.data);
      if (!checked.success) {
        log.error({ queue: name, job: job.id, problem: checked.error.message }, "job payload does not fit");
        return;
      }
      await handle(checked.data as JobData[Name]);
    },
    {
      connection: connectionOf(redis.url),
      prefix: redis.prefix,
      concurrency: options.concurrency ?? 1,
      metrics: { maxDataPoints: METRICS_POINTS },
    },
  );
  worker.on("error", (error) => log.debug({ err: error, queue: name }, "worker connection trouble"));
  // the same failure again and again is one line until it changes
  let failing: string | undefined;
  worker.on("failed", (job, error) => {
    if (error.message !== failing)
      log.warn({ err: error, queue: name, job: job?.id }, "job failed, tried again");
    failing = error.message;
  });
  worker.on("completed", () => {
    if (failing !== undefined) log.info({ queue: name }, "jobs complete again");
    failing = undefined;
  });
  return { close: () => worker.close() };
}
