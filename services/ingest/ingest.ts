/**
 * Ingest: receive -> decode -> validate -> journal (group commit, fdatasync) -> PUBACK; then store (InfluxDB) ->
 * enqueue (screen jobs) -> cursor. What is acknowledged is on disk; what is on disk and not yet done with is taken
 * up again after a crash, without counting anything twice.
 */
import { join } from "node:path";
import type { Influx } from "#shared/influx/influx.ts";
import { type LedgerTotals, totalOf } from "#shared/ledger/ledger.ts";
import type { TopicRoot } from "#shared/mqtt/topic.ts";
import { createQueue, type RedisOptions } from "#shared/queue/bull.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Clock } from "#shared/runtime/clock.ts";
import { type FolderLock, lockFolder } from "#shared/runtime/folder-lock.ts";
import type { Logger } from "#shared/runtime/log.ts";
import type { Service } from "#shared/runtime/resources.ts";
import { createGroupCommit, type GroupCommit } from "./commit/group-commit.ts";
import { createEnqueuer } from "./enqueue/enqueuer.ts";
import { readCursor, writeCursor } from "./journal/cursor.ts";
import { type Journal, openJournal } from "./journal/journal.ts";
import type { Message } from "./journal/record.ts";
import { createLedgerWriter } from "./ledger/ledger-writer.ts";
import { createTally, type Tally } from "./ledger/tally.ts";
import { openQuarantine, type Quarantine } from "./quarantine/quarantine.ts";
import { type Arrival, createSubscriber, type Receipt, type Subscriber } from "./receive/subscriber.ts";
import { type BatchStore, createBatchStore } from "./store/batch-store.ts";
import { createPerseverance } from "./store/perseverance.ts";
import { createSampleSorter } from "./store/sort-samples.ts";
import { createTail, type Tail } from "./store/tail.ts";
import { createSampleWriter } from "./store/writer.ts";
import { FUTURE_MS, type Judged, judgeMessage, type MessageRules } from "./validate/judge-message.ts";

export interface IngestOptions {
  readonly registry: Registry;
  readonly mqttUrl: string;
  readonly redis: RedisOptions;
  readonly influx: Influx;
  readonly root: TopicRoot;
  /** Journal, cursor and quarantine live below it. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly worker?: string;
  readonly protocolVersion?: 4 | 5;
  /** Samples older than this at their receipt are quarantined; undefined keeps everything. */
  readonly retentionMs?: number | undefined;
  readonly maxPayloadBytes?: number;
  readonly journalMaxBytes?: number;
}

export interface IngestStatus extends LedgerTotals {
  readonly journalBytes: number;
  readonly connected: boolean;
  /** Messages left unacknowledged while the journal took nothing; the broker sends them again. */
  readonly forgotten: number;
}

export interface Ingest extends Service {
  status(): IngestStatus;
}

/** A message on its way from the socket to the cursor. */
interface InFlight extends Message, Judged {
  readonly receipt: Receipt;
}

const MAX_PAYLOAD_BYTES = 1_048_576;
const KEPT_OF_OVERSIZED = 4_096;
const MAX_UNSTORED = 20_000;
const BATCH = 10_000;

export function createIngest(options: IngestOptions): Ingest {
  const { registry, influx, clock, log, dataDir } = options;
  const worker = options.worker ?? "w1";
  const maxPayload = options.maxPayloadBytes ?? MAX_PAYLOAD_BYTES;
  const rules: MessageRules = {
    root: options.root,
    registry,
    futureMs: FUTURE_MS,
    retentionMs: options.retentionMs,
  };
  const cursorFile = join(dataDir, "cursor.json");
  const stopping = new AbortController();
  const queue = createQueue("screen", options.redis, log);
  const onFailing = () => subscriber?.resume();
  const persevere = createPerseverance({ signal: stopping.signal, log, onFailing });
  const sorter = createSampleSorter(influx);
  const writer = createSampleWriter({ influx, signal: stopping.signal, log, onFailing });
  const enqueuer = createEnqueuer({ queue, signal: stopping.signal, log, onFailing });
  /** What waits behind a failing server waits in the journal, not in the socket. */
  const failing = () => persevere.failing || writer.failing || enqueuer.failing;

  let journal: Journal;
  let quarantine: Quarantine;
  let tally: Tally = createTally(worker);
  let tail: Tail;
  let commits: GroupCommit<InFlight>;
  let batches: BatchStore;
  let subscriber: Subscriber | undefined;
  let lock: FolderLock | undefined;
  let loops: Promise<void>[] = [];
  let cursorSeq = 1;
  let forgotten = 0;
  let wake = Promise.withResolvers<void>();
  const fault = Promise.withResolvers<never>();
  fault.promise.catch(() => undefined);

  const unstored = () => commits.waiting + tail.length;

  function onArrival(arrival: Arrival): boolean {
    if (commits.stuck && commits.waiting >= MAX_UNSTORED) {
      // not acknowledged and not kept: the broker has it, and sends it again when we come back
      forgotten += 1;
      return true;
    }
    const { topic, payload, packetId, connection } = arrival;
    const message = {
      topic,
      // a copy of the head: a view would keep the whole payload in memory
      payload: payload.length > maxPayload ? Buffer.from(payload.subarray(0, KEPT_OF_OVERSIZED)) : payload,
      size: payload.length,
      receivedAt: clock.now(),
    };
    const { samples, rejections, status } = judgeMessage(message, rules);
    // field by field: spreading costs a microsecond a message
    commits.add({
      topic,
      payload: message.payload,
      size: message.size,
      receivedAt: message.receivedAt,
      samples,
      rejections,
      status,
      receipt: { packetId, connection },
    });
    return commits.stuck || failing() || unstored() < MAX_UNSTORED;
  }

  function onCommitted(items: readonly InFlight[], firstSeq: number): void {
    subscriber?.acknowledge(items.map((item) => item.receipt));
    for (const item of items) countReceived(item);
    tail.add(items, firstSeq);
    wake.resolve();
    if (forgotten > 0 && !commits.stuck && commits.waiting === 0) {
      log.warn(
        { forgotten },
        "messages were left unacknowledged, reconnecting so that the broker sends them again",
      );
      forgotten = 0;
      subscriber?.reconnect();
    }
  }

  function countReceived({ samples, rejections, receivedAt }: Judged & Message): void {
    for (const { plant } of samples) tally.received(plant, receivedAt);
    for (const { plant } of rejections) tally.received(plant, receivedAt);
  }

  async function storeLoop(): Promise<void> {
    while (!stopping.signal.aborted) {
      const batch = await persevere.until("reading the journal", () => tail.next(cursorSeq, BATCH));
      if (batch.messages.length === 0) {
        wake = Promise.withResolvers<void>();
        if (cursorSeq < journal.nextSeq) throw new Error(`the journal lacks its record ${cursorSeq}`);
        await wake.promise;
        continue;
      }
      await batches.store(batch.messages, batch.firstSeq);
      cursorSeq = batch.firstSeq + batch.messages.length;
      tail.release(cursorSeq);
      const cursor = { seq: cursorSeq, tally: tally.state() };
      await persevere.until("writing the cursor", () => writeCursor(cursorFile, cursor));
      await persevere.until("releasing the journal", () => journal.release(cursorSeq));
      if (unstored() <= MAX_UNSTORED / 2) subscriber?.resume();
    }
  }

  /** What was journaled before a crash and not done with counts as received again, and its writes as our own. */
  async function recover(): Promise<void> {
    const cursor = await readCursor(cursorFile);
    cursorSeq = cursor?.seq ?? 1;
    tally = createTally(worker, cursor?.tally);
    journal = await openJournal(
      {
        folder: join(dataDir, "journal"),
        ...(options.journalMaxBytes === undefined ? {} : { maxBytes: options.journalMaxBytes }),
      },
      cursorSeq,
    );
    tail = createTail({ journal, judge: (record) => judgeMessage(record, rules), limit: MAX_UNSTORED });
    batches = createBatchStore({ influx, sorter, writer, enqueuer, quarantine, tally, persevere });
    let found = 0;
    for (let seq = cursorSeq; seq < journal.nextSeq; ) {
      const records = await journal.read(seq, BATCH);
      if (records.length === 0) break;
      const judged = records.map((record) => ({ ...record, ...judgeMessage(record, rules) }));
      for (const message of judged) countReceived(message);
      const samples = judged.flatMap((message) => message.samples);
      await persevere.until("reading stored samples", () => sorter.expectOwn(samples));
      found += records.length;
      seq = (records.at(-1)?.seq ?? seq) + 1;
    }
    if (found > 0)
      log.info({ messages: found }, "the journal holds messages of an earlier run, storing them first");
  }

  return {
    failed: fault.promise,
    async start() {
      lock = await lockFolder(dataDir);
      quarantine = await openQuarantine(join(dataDir, "quarantine.ndjson"));
      await recover();
      commits = createGroupCommit({ journal, onCommitted, log });
      const ledgerWriter = createLedgerWriter({ influx, tally, now: clock.now });
      const ended = (error: unknown) => {
        if (!stopping.signal.aborted) fault.reject(error);
      };
      loops = [storeLoop().catch(ended), ledgerWriter.run(stopping.signal)];
      subscriber = createSubscriber({
        url: options.mqttUrl,
        clientId: `outfall-ingest-${options.root}-${worker}`,
        root: options.root,
        ...(options.protocolVersion === undefined ? {} : { protocolVersion: options.protocolVersion }),
        onArrival,
        log,
      });
      await subscriber.start();
      log.info({ worker, stations: registry.stations.size }, "ingest is ready");
    },
    status() {
      return {
        ...totalOf(tally.entries()),
        journalBytes: journal?.bytes ?? 0,
        connected: subscriber?.connected ?? false,
        forgotten,
      };
    },
    async close() {
      await subscriber?.close();
      await commits?.close();
      stopping.abort(new Error("ingest is closing"));
      wake.resolve();
      await Promise.allSettled(loops);
      await journal?.close();
      await quarantine?.close();
      await queue.close();
      await lock?.release();
    },
  };
}
