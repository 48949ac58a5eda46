/**
 * Ingest: receive -> decode -> validate -> journal (group commit, fdatasync) -> PUBACK; then store (InfluxDB) ->
 * enqueue (screen jobs) -> cursor. What is acknowledged is on disk; what is on disk and not yet done with is taken
 * up again after a crash, without counting anything twice.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Influx } from "#shared/influx/influx.ts";
import { line } from "#shared/influx/line.ts";
import { type LedgerTotals, totalOf } from "#shared/ledger/ledger.ts";
import type { TopicRoot } from "#shared/mqtt/topic.ts";
import { createQueue, type RedisOptions } from "#shared/queue/bull.ts";
import { type Rejection, reject } from "#shared/reading/rejection.ts";
import type { Sample } from "#shared/reading/sample.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Clock } from "#shared/runtime/clock.ts";
import type { Logger } from "#shared/runtime/log.ts";
import type { Service } from "#shared/runtime/resources.ts";
import { pause } from "#shared/runtime/wait-for.ts";
import { createGroupCommit, type GroupCommit } from "./commit/group-commit.ts";
import { createEnqueuer } from "./enqueue/enqueuer.ts";
import { readCursor, writeCursor } from "./journal/cursor.ts";
import { type Journal, openJournal } from "./journal/journal.ts";
import type { Message } from "./journal/record.ts";
import { createLedgerWriter } from "./ledger/ledger-writer.ts";
import { createTally, type Tally } from "./ledger/tally.ts";
import { openQuarantine, type Quarantine, type QuarantinedSample } from "./quarantine/quarantine.ts";
import { type Arrival, createSubscriber, type Receipt, type Subscriber } from "./receive/subscriber.ts";
import { createSampleSorter } from "./store/sort-samples.ts";
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
const QUARANTINED_PAYLOAD = 16_384;

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
  const sorter = createSampleSorter(influx);
  /** What waits behind a failing server waits in the journal, not in the socket. */
  let stalled = false;
  const onFailing = () => subscriber?.resume();
  const writer = createSampleWriter({ influx, signal: stopping.signal, log, onFailing });
  const enqueuer = createEnqueuer({ queue, signal: stopping.signal, log, onFailing });
  const failing = () => stalled || writer.failing || enqueuer.failing;

  let journal: Journal;
  let quarantine: Quarantine;
  let tally: Tally = createTally(worker);
  let commits: GroupCommit<InFlight>;
  let subscriber: Subscriber | undefined;
  let loops: Promise<void>[] = [];
  /** Durable and waiting for the store, in memory: a tail of the journal, `seq` of the first. */
  let tail: { firstSeq: number; messages: (Message & Judged)[] } = { firstSeq: 1, messages: [] };
  let cursorSeq = 1;
  let forgotten = 0;
  let wake = Promise.withResolvers<void>();
  const fault = Promise.withResolvers<never>();
  fault.promise.catch(() => undefined);

  const unstored = () => commits.waiting + tail.messages.length;

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
    const inOrder = tail.firstSeq + tail.messages.length === firstSeq;
    if (tail.messages.length === 0) tail = { firstSeq, messages: [...items] };
    else if (inOrder && tail.messages.length < MAX_UNSTORED)
      for (const item of items) tail.messages.push(item);
    // else: the journal has them, and the store reads on there once it has caught up with the tail
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

  /** The next messages the store has not done: from memory, or from the journal where memory has a gap. */
  async function nextBatch(): Promise<(Message & Judged)[]> {
    if (tail.firstSeq === cursorSeq && tail.messages.length > 0) return tail.messages.slice(0, BATCH);
    if (cursorSeq >= journal.nextSeq) return [];
    const limit = tail.messages.length > 0 ? Math.min(BATCH, tail.firstSeq - cursorSeq) : BATCH;
    const records = await journal.read(cursorSeq, Math.max(1, limit));
    // a journal damaged in the middle has a gap: what follows it is not lost, and is not counted twice
    cursorSeq = records[0]?.seq ?? cursorSeq;
    return records.map((record) => ({ ...record, ...judgeMessage(record, rules) }));
  }

  /** Everything of one batch is in the database, the quarantine and the queue before it is counted and the cursor moves. */
  async function processBatch(batch: readonly (Message & Judged)[]): Promise<void> {
    const samples: Sample[] = [];
    /** Of each sample, the place of its message in the batch and its own place in the message. */
    const messagePlaces: number[] = [];
    const samplePlaces: number[] = [];
    const refused: QuarantinedSample[] = [];
    /** The payload is kept once a message: an array of bad samples would multiply it. */
    const carried = new Set<number>();
    const refuse = (message: Message, seq: number, place: string, rejection: Rejection) => {
      refused.push(quarantined(message, `${seq}-${place}`, rejection, !carried.has(seq)));
      carried.add(seq);
    };
    batch.forEach((message, index) => {
      const seq = cursorSeq + index;
      message.samples.forEach((sample, place) => {
        samples.push(sample);
        messagePlaces.push(index);
        samplePlaces.push(place);
      });
      message.rejections.forEach((rejection, place) => {
        refuse(message, seq, `${place}`, rejection);
      });
    });

    const sorted = await retried("reading stored samples", () => sorter.sort(samples));
    sorted.forEach((item, index) => {
      const messagePlace = messagePlaces[index] ?? -1;
      const message = batch[messagePlace];
      if (item.kind !== "conflict" || message === undefined) return;
      const rejection = reject("conflict", item.detail, item.sample.plant);
      refuse(message, cursorSeq + messagePlace, `s${samplePlaces[index]}`, rejection);
    });

    const statuses = batch.filter((message) => message.status !== undefined).map(statusLine);
    if (statuses.length > 0)
      await retried("writing station states", () => influx.write("record", statuses.join("\n")));
    const toStore = sorted.filter((item) => item.kind === "store").map((item) => item.sample);
    const notTaken = await writer.write(toStore);
    for (const { sample, detail } of notTaken) refused.push(refusedSample(sample, cursorSeq, detail));
    await retried("keeping the quarantine", () => quarantine.keep(refused));
    const gone = new Set(notTaken.map(({ sample }) => sample));
    await enqueuer.enqueue(gone.size === 0 ? toStore : toStore.filter((sample) => !gone.has(sample)));

    for (const { kind, sample } of sorted) {
      const outcome = kind === "store" ? (gone.has(sample) ? "quarantined" : "stored") : kind;
      tally.done(sample.plant, sample.receivedAt, outcome);
    }
    for (const message of batch) {
      for (const { plant } of message.samples) tally.left(plant, message.receivedAt);
      for (const { plant } of message.rejections) {
        tally.done(plant, message.receivedAt, "quarantined");
        tally.left(plant, message.receivedAt);
      }
    }
  }

  /** What must come through, a database read or a write to disk: tried until it does. */
  async function retried<T>(what: string, work: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures += 1) {
      stopping.signal.throwIfAborted();
      try {
        const answer = await work();
        stalled = false;
        return answer;
      } catch (error) {
        if (failures === 0) log.warn({ err: error }, `${what} failed, the journal holds the messages`);
        stalled = true;
        onFailing();
        await pause(Math.min(5_000, 100 * 2 ** Math.min(failures, 6)), stopping.signal);
      }
    }
  }

  async function storeLoop(): Promise<void> {
    while (!stopping.signal.aborted) {
      const batch = await retried("reading the journal", nextBatch);
      if (batch.length === 0) {
        wake = Promise.withResolvers<void>();
        if (cursorSeq < journal.nextSeq) throw new Error(`the journal lacks its record ${cursorSeq}`);
        await wake.promise;
        continue;
      }
      await processBatch(batch);
      const fromTail = tail.firstSeq === cursorSeq && tail.messages.length > 0;
      cursorSeq += batch.length;
      if (fromTail) {
        tail.messages.splice(0, batch.length);
        tail.firstSeq = cursorSeq;
      }
      const cursor = { seq: cursorSeq, tally: tally.state() };
      await retried("writing the cursor", () => writeCursor(cursorFile, cursor));
      await retried("releasing the journal", () => journal.release(cursorSeq));
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
    tail.firstSeq = journal.nextSeq;
    let found = 0;
    for (let seq = cursorSeq; seq < journal.nextSeq; ) {
      const records = await journal.read(seq, BATCH);
      if (records.length === 0) break;
      const judged = records.map((record) => ({ ...record, ...judgeMessage(record, rules) }));
      for (const message of judged) countReceived(message);
      const samples = judged.flatMap((message) => message.samples);
      await retried("reading stored samples", () => sorter.expectOwn(samples));
      found += records.length;
      seq = (records.at(-1)?.seq ?? seq) + 1;
    }
    if (found > 0)
      log.info({ messages: found }, "the journal holds messages of an earlier run, storing them first");
  }

  return {
    failed: fault.promise,
    async start() {
      await mkdir(dataDir, { recursive: true });
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
    },
  };
}

function quarantined(
  message: Message,
  id: string,
  rejection: Rejection,
  withPayload: boolean,
): QuarantinedSample {
  const { receivedAt, topic, size, payload } = message;
  const kept = withPayload ? payload.subarray(0, QUARANTINED_PAYLOAD).toString("base64") : "";
  return { id, receivedAt, topic, ...rejection, size, payload: kept };
}

/** InfluxDB refused the line of a sample that had passed every check. */
function refusedSample(sample: Sample, seq: number, detail: string): QuarantinedSample {
  const payload = Buffer.from(JSON.stringify(sample));
  return {
    id: `${seq}-${sample.station}-${sample.time}`,
    receivedAt: sample.receivedAt,
    topic: `${sample.zone}/${sample.plant}/${sample.station}`,
    plant: sample.plant,
    code: "write-refused",
    detail,
    size: payload.length,
    payload: payload.toString("base64"),
  };
}

/** A last will or a birth: shown on the tile, never opens or mails anything. */
function statusLine({ status, receivedAt }: Message & Judged): string {
  if (status === undefined) throw new Error("not a status message");
  const { zone, plant, station, online } = status;
  return line("station_status", { zone, plant, station }, { online }, receivedAt);
}
