/**
 * Several workers of ingest on one machine, each a process. In: how many; out: a service that keeps them running, and
 * those out of service until they have handed their zones over. The workers agree among themselves over the broker
 * (services/ingest/workers/handover.ts); this only starts them.
 */
import { workerFolder, workersWithZones } from "#services/ingest/workers/worker-folder.ts";
import type { Logger } from "#shared/runtime/log.ts";
import type { Service } from "#shared/runtime/resources.ts";
import { pause } from "#shared/runtime/wait-for.ts";
import { type ServiceProcess, startService } from "./service-process.ts";

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;
/** One that ran this long has not failed at its start. */
const STEADY_MS = 60_000;
/** A registry of a hundred thousand stations takes its time, several at once more. */
const READY_TIMEOUT_MS = 300_000;

export function createIngestWorkers(options: {
  readonly workers: number;
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly log: Logger;
}): Service {
  const { workers, dataDir, log } = options;
  const stopping = new AbortController();
  const running = new Map<number, ServiceProcess>();
  let supervising: Promise<void>[] = [];

  const launch = (me: number) =>
    startService("ingest", {
      env: { ...options.env, OUTFALL_INGEST_WORKER: String(me), OUTFALL_INGEST_WORKERS: String(workers) },
      readyTimeoutMs: READY_TIMEOUT_MS,
    });

  const isDone = async (me: number) => me > workers && !(await workersWithZones(dataDir)).includes(me);

  /** Until we stop, or it has nothing left to hand over. */
  async function supervise(me: number, onReady: () => void): Promise<void> {
    for (let delay = FIRST_RETRY_MS; !stopping.signal.aborted; delay = Math.min(delay * 2, LAST_RETRY_MS)) {
      const started = Date.now();
      try {
        const process = await launch(me);
        running.set(me, process);
        onReady();
        if (stopping.signal.aborted) await process.stop();
        await process.ended;
      } catch (error) {
        log.debug({ err: error, worker: `w${me}` }, "a worker did not start");
      }
      running.delete(me);
      if (stopping.signal.aborted || (await isDone(me))) break;
      if (Date.now() - started > STEADY_MS) delay = FIRST_RETRY_MS;
      log.warn({ worker: `w${me}`, againInMs: delay }, "a worker has ended by itself, it is started again");
      await pause(delay, stopping.signal);
    }
    onReady();
  }

  return {
    async start() {
      const retiring = (await workersWithZones(dataDir)).filter((me) => me > workers);
      if (retiring.length > 0)
        log.info(
          { folders: retiring.map((me) => workerFolder(dataDir, me)) },
          "workers are out of service and hand over",
        );
      const all = [...Array.from({ length: workers }, (_, index) => index + 1), ...retiring];
      const ready = all.map((me) => {
        const reported = Promise.withResolvers<void>();
        supervising.push(supervise(me, reported.resolve));
        return reported.promise;
      });
      await Promise.all(ready);
    },
    async close() {
      stopping.abort();
      await Promise.all([...running.values()].map((process) => process.stop()));
      await Promise.all(supervising);
      supervising = [];
    },
  };
}
