/**
 * The notify service. In: jobs {incident, seq} on the queue `notify`, incident events in InfluxDB; out: mails over SMTP
 * and their delivery records. Steps: route -> render -> outbox -> smtp -> record. A job is done when the outbox has its
 * mails on disk; a reconciler finds what no job told of.
 */
import { join } from "node:path";
import { readEventsOf } from "#shared/incident/incident-points.ts";
import type { Influx } from "#shared/influx/influx.ts";
import { createWorker, type JobWorker, type RedisOptions } from "#shared/queue/bull.ts";
import type { NotifyJob } from "#shared/queue/queues.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Clock } from "#shared/runtime/clock.ts";
import { type FolderLock, lockFolder } from "#shared/runtime/folder-lock.ts";
import type { Logger } from "#shared/runtime/log.ts";
import type { Service } from "#shared/runtime/resources.ts";
import { pause } from "#shared/runtime/wait-for.ts";
import type { EntryState } from "./outbox/entry.ts";
import { createOutbox, type Outbox } from "./outbox/outbox.ts";
import { type OutboxFile, openOutboxFile } from "./outbox/outbox-file.ts";
import { createReconciler } from "./reconcile/reconciler.ts";
import { createRecorder, type Recorder } from "./record/recorder.ts";
import { compose } from "./render/compose.ts";
import { parseSmtpUrl, refuseRealWorld } from "./smtp/config.ts";
import { createMailTransport } from "./smtp/transport.ts";

export interface NotifyDeps {
  readonly registry: Registry;
  readonly influx: Influx;
  readonly redis: RedisOptions;
  readonly smtpUrl: string;
  readonly from: string;
  readonly publicUrl: string;
  /** The outbox lives in `<dataDir>/notify/`. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Real time between two looks of the reconciler, ms. */
  readonly reconcileMs?: number;
}

export interface Notify extends Service {
  /** Routes and renders one incident revision into the outbox; harmless to repeat. Resolves when it is durable. */
  tell(job: NotifyJob): Promise<void>;
  status(): NotifyStatus;
}

export interface NotifyStatus {
  /** Mails the outbox remembers, by state. */
  readonly mails: Readonly<Record<EntryState, number>>;
}

const RECONCILE_MS = 30_000;
const CONCURRENCY = 8;
const WORKER_CLOSE_TIMEOUT_MS = 3_000;

/** @throws Error when a simulated registry meets a mail server or an address of the real world */
export function createNotify(deps: NotifyDeps): Notify {
  const { registry, influx, clock, log } = deps;
  const server = parseSmtpUrl(deps.smtpUrl);
  refuseRealWorld(
    registry,
    server,
    registry.contacts.map(({ email }) => email),
  );
  const transport = createMailTransport(server);
  const closing = new AbortController();
  let file: OutboxFile | undefined;
  let outbox: Outbox | undefined;
  let lock: FolderLock | undefined;
  let recorder: Recorder | undefined;
  let worker: JobWorker | undefined;
  let reconciling: Promise<void> | undefined;

  async function open(): Promise<Outbox> {
    const opened = await openOutboxFile(join(deps.dataDir, "notify", "outbox.log"));
    file = opened;
    const { cutBytes, damagedLines } = opened;
    if (cutBytes > 0) log.warn({ cutBytes }, "torn end of the outbox cut");
    if (damagedLines > 0) log.error({ damagedLines }, "outbox damaged, the file as found is kept beside it");
    const records = createRecorder({
      influx,
      log,
      onRecorded: (keys) => box.markRecorded(keys),
    });
    recorder = records;
    const box = createOutbox({ file: opened, transport, clock, log, onRecord: records.note });
    refuseRealWorld(registry, server, box.waitingAddresses());
    return box;
  }

  /** Returns whether there is nothing more to decide about it. @param mailed contacts that have it already */
  async function tell(
    box: Outbox,
    { incident, seq }: NotifyJob,
    mailed: ReadonlySet<string> = new Set(),
  ): Promise<boolean> {
    if (!box.isRouted(incident, seq)) {
      const events = await readEventsOf(influx, incident);
      const { mails: all, decision } = compose(registry, events, seq, deps, clock.now());
      const mails = all.filter(({ contact }) => !mailed.has(contact));
      const fields = { incident, seq, reason: decision.reason, mails: mails.length };
      if (decision.outcome === "defect") {
        log.warn(fields, "incident event not mailed");
        return false;
      }
      log.debug(fields, "incident event routed");
      if (mails.length === 0) return true;
      await box.queue(incident, seq, mails);
      return true;
    }
    // whoever routed it may still be writing: the job is done when it is on disk
    await box.queue(incident, seq, []);
    return true;
  }

  const started = () => {
    if (outbox === undefined) throw new Error("notify is not started");
    return outbox;
  };

  return {
    status: () => ({ mails: outbox?.counts() ?? { queued: 0, sending: 0, sent: 0, failed: 0 } }),
    async tell(job) {
      await tell(started(), job);
    },
    async start() {
      lock = await lockFolder(join(deps.dataDir, "notify"));
      const box = await open();
      outbox = box;
      box.start();
      const reconciler = createReconciler({
        influx,
        clock,
        log,
        isRouted: box.isRouted,
        tell: (job, mailed) => tell(box, job, mailed),
      });
      reconciling = (async () => {
        while (!closing.signal.aborted) {
          await reconciler.look(closing.signal);
          await pause(deps.reconcileMs ?? RECONCILE_MS, closing.signal);
        }
      })();
      const handle = async (job: NotifyJob) => void (await tell(box, job));
      worker = createWorker("notify", deps.redis, handle, log, { concurrency: CONCURRENCY });
      log.info({ server: `${server.host}:${server.port}`, from: deps.from }, "notify started");
    },
    async close() {
      closing.abort();
      await Promise.race([worker?.close(), pause(WORKER_CLOSE_TIMEOUT_MS)]);
      await Promise.race([reconciling, pause(WORKER_CLOSE_TIMEOUT_MS)]);
      await outbox?.close();
      await recorder?.close();
      await file?.close();
      transport.close();
      await lock?.release();
    },
  };
}
