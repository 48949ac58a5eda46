/**
 * Ingest: receive -> journal (group commit, fdatasync) -> PUBACK; then decode -> validate -> sort -> test -> store
 * (InfluxDB) -> enqueue (screen jobs) -> cursor. What is acknowledged is on disk; what is on disk and not yet done
 * with is taken up again after a crash, without counting anything twice.
 */
import { join } from "node:path";
import { type LedgerCounts, totalOf } from "#shared/ledger/ledger.ts";
import { fenceTopic, markTopic } from "#shared/mqtt/control-topics.ts";
import { ALL_ZONES } from "#shared/mqtt/worker-zones.ts";
import { createStationQualities } from "#shared/quality/station-qualities.ts";
import { createQueue } from "#shared/queue/bull.ts";
import { type FolderLock, lockFolder } from "#shared/runtime/folder-lock.ts";
import type { Service } from "#shared/runtime/resources.ts";
import { createGroupCommit, type GroupCommit } from "./commit/group-commit.ts";
import type { IngestOptions, IngestStatus } from "./ingest-options.ts";
import { type CursorLog, openCursor } from "./journal/cursor.ts";
import { type Journal, openJournal } from "./journal/journal.ts";
import { openReserve, type Reserve } from "./journal/reserve.ts";
import { createLedgerWriter } from "./ledger/ledger-writer.ts";
import { createTally, type Tally } from "./ledger/tally.ts";
import { createQuarantineListing } from "./quarantine/listing.ts";
import { openQuarantine, type Quarantine } from "./quarantine/quarantine.ts";
import { type Arrival, createSubscriber, type Subscriber } from "./receive/subscriber.ts";
import { createPerseverance } from "./store/perseverance.ts";
import { createBatchPreparer } from "./store/prepare-batch.ts";
import { createSampleSorter, type Edge } from "./store/sort-samples.ts";
import { createStationMemories } from "./store/station-memory.ts";
import { createBatchStore } from "./store/store-batch.ts";
import { BATCH_MESSAGES, BATCHES_IN_FLIGHT, createStoreLoop, type StoreLoop } from "./store/store-loop.ts";
import { createRowWriter } from "./store/writer.ts";
import { countMessage, FUTURE_MS, judgeMessage, type MessageRules } from "./validate/judge-message.ts";
import { createTopicRouter } from "./validate/route-topic.ts";
import { type Contested, openContested } from "./workers/contested.ts";
import { createFences } from "./workers/fences.ts";
import { readKeptZones } from "./workers/kept-zones.ts";
import { createHandover, type Handover } from "./workers/run-handover.ts";
import { ZONES_FILE } from "./workers/worker-folder.ts";

export interface Ingest extends Service {
  status(): IngestStatus;
  /** The ledger's counts by plant; they only grow while the process runs. */
  plants(): ReadonlyMap<string, LedgerCounts>;
}

/** Bounds on what is received and not yet durable; beyond them the socket is held until half of it is. */
const MAX_WAITING = 20_000;
const MAX_WAITING_BYTES = 32_000_000;
/** Records read at once when an earlier run left some. */
const RECOVERY_BATCH = 2_000;

export function createIngest(options: IngestOptions): Ingest {
  const { registry, influx, clock, log, dataDir, at } = options;
  const { me = 1, workers = 1 } = options;
  const worker = `w${me}`;
  const route = createTopicRouter(options.root, registry);
  const rules: MessageRules = { route, futureMs: FUTURE_MS, retentionMs: options.retentionMs };
  const stopping = new AbortController();
  const queue = createQueue("screen", options.redis, log);
  const persevere = createPerseverance({ signal: stopping.signal, log });
  const qualityOf = createStationQualities(registry, () => clock.now());
  const reading = {
    query: (statement: string) => persevere.until("reading stored samples", () => influx.query(statement)),
  };
  const memories = createStationMemories({ influx: reading, qualityOf, doneUntil });
  const sorter = createSampleSorter(reading, memories);

  let cursor: CursorLog;
  /** What an earlier run may have had under way ends here. */
  let ownUntilSeq = 1;
  let ownLatest = Number.NEGATIVE_INFINITY;
  let journal: Journal;
  let reserve: Reserve;
  let quarantine: Quarantine;
  let tally: Tally = createTally(worker);
  let commits: GroupCommit<Arrival>;
  let storeLoop: StoreLoop;
  let contested: Contested;
  let subscriber: Subscriber | undefined;
  let handover: Handover | undefined;
  let lock: FolderLock | undefined;
  let loops: Promise<void>[] = [];
  let cursorSeq = 1;
  let forgotten = 0;
  /** The connection of which something was forgotten. */
  let forgetting: object | undefined;
  /** The connection that was given up for it: what still comes of it changes nothing. */
  let left: object | undefined;
  let grown = Promise.withResolvers<void>();
  const fault = Promise.withResolvers<never>();
  fault.promise.catch(() => undefined);

  const fences = createFences(fenceTopic(options.root, worker), (id) => handover?.fencePassed(id));
  const retired = Promise.withResolvers<void>();

  /** While what an earlier run had under way is done again, its rows are not yet part of the past. */
  function doneUntil(): number {
    return cursorSeq < ownUntilSeq ? (cursor.found?.edge?.receivedAt ?? 0) : Number.POSITIVE_INFINITY;
  }

  const hasRoom = (share: number) =>
    commits.waiting < MAX_WAITING * share && commits.waitingBytes < MAX_WAITING_BYTES * share;

  function onArrival(arrival: Arrival): boolean {
    if (arrival.connection === forgetting || (commits.stuck && !hasRoom(1))) {
      // not acknowledged and not kept: the broker has it, and sends it again when we come back; and all that follows
      // it, or a later value would be stored before an earlier one
      forgetting = arrival.connection;
      if (forgetting !== left) forgotten += 1;
      return true;
    }
    if (fences.isFence(arrival)) fences.arrived(arrival);
    commits.add(arrival);
    return commits.stuck || hasRoom(1);
  }

  function onCommitted(arrivals: readonly Arrival[]): void {
    subscriber?.acknowledge(arrivals);
    for (const arrival of arrivals) countReceived(arrival);
    fences.committed(arrivals, journal.nextSeq);
    grown.resolve();
    grown = Promise.withResolvers();
    if (hasRoom(1 / 2)) subscriber?.resume();
    if (forgotten > 0 && !commits.stuck && commits.waiting === 0) {
      log.warn(
        { forgotten },
        "messages were left unacknowledged, reconnecting so that the broker sends them again",
      );
      forgotten = 0;
      left = forgetting;
      subscriber?.reconnect();
    }
  }

  function countReceived(message: Pick<Arrival, "topic" | "size" | "payload" | "receivedAt">): void {
    const { plant, samples } = countMessage(message, route(message.topic));
    if (samples > 0) tally.received(plant, message.receivedAt, samples);
  }

  async function append(messages: Parameters<Journal["append"]>[0]): Promise<number> {
    const started = performance.now();
    if (reserve.lent && cursorSeq < journal.nextSeq)
      throw new Error("the disk is full: what the journal holds is stored before it takes more");
    const firstSeq = await journal.append(messages);
    if (reserve.lent) await reserve.take().catch(() => undefined);
    options.onCommitSeconds?.((performance.now() - started) / 1000);
    return firstSeq;
  }

  async function moveCursor(seq: number, edge: Edge | undefined): Promise<void> {
    const changed = tally.changedState();
    await persevere.until("moving the cursor", () =>
      reserve.use(() => cursor.move(seq, changed, tally.state, edge)),
    );
    cursorSeq = seq;
    await persevere.until("releasing the journal", () => journal.release(seq));
    await contested.moved(seq);
    fences.stored(seq);
  }

  /** What was journaled before a crash and not done with counts as received again, and its writes as our own. */
  async function recover(): Promise<void> {
    cursor = await openCursor(join(dataDir, "cursor.log"));
    cursorSeq = cursor.found?.seq ?? 1;
    // a new data folder in an hour that an older one has written must not write over it
    tally = createTally(worker, cursor.found?.tally, cursor.found === undefined ? clock.now() : undefined);
    journal = await openJournal(
      {
        folder: join(dataDir, "journal"),
        archive: options.archiveDays
          ? { folder: join(dataDir, "archive"), days: options.archiveDays }
          : undefined,
        now: clock.now,
        log,
        ...(options.journalMaxBytes === undefined ? {} : { maxBytes: options.journalMaxBytes }),
      },
      cursorSeq,
    );
    // no more than this was under way at any time: what lies behind cannot have been written
    ownUntilSeq = Math.min(journal.nextSeq, cursorSeq + BATCHES_IN_FLIGHT * BATCH_MESSAGES);
    let found = 0;
    ownLatest = Number.NEGATIVE_INFINITY;
    for (let seq = cursorSeq; seq < journal.nextSeq; ) {
      const records = await journal.read(seq, RECOVERY_BATCH);
      // what damage has taken is not there to be counted
      if (records.length === 0) break;
      for (const record of records) {
        countReceived(record);
        if (record.seq < ownUntilSeq) ownLatest = Math.max(ownLatest, record.receivedAt);
      }
      found += records.length;
      seq = (records.at(-1)?.seq ?? seq) + 1;
    }
    countLost();
    if (found > 0)
      log.info({ messages: found }, "the journal holds messages of an earlier run, storing them first");
  }

  /** What was acknowledged and the disk has lost: received, and never accounted for, so that the balance says so. */
  function countLost(): void {
    for (const { fromSeq, toSeq, inLastCommit } of journal.damage) {
      const lost = toSeq - Math.max(fromSeq, cursorSeq) + 1;
      if (!inLastCommit && lost > 0) tally.lost(clock.now(), lost);
    }
  }

  function createStore(): StoreLoop {
    const writer = createRowWriter({ influx, persevere });
    const kept: Pick<Quarantine, "keep"> = {
      keep: (entries) => reserve.use(() => quarantine.keep(entries)),
    };
    const deps = {
      root: options.root,
      influx,
      writer,
      memories,
      queue,
      quarantine: kept,
      tally,
      persevere,
      at,
    };
    return createStoreLoop({
      journal,
      preparer: createBatchPreparer({
        route,
        judge: (message, target) => judgeMessage(message, rules, target),
        sorter,
        memories,
        own: {
          untilSeq: ownUntilSeq,
          edge: cursor.found?.edge,
          latest: ownLatest,
          contents: contested.note && new Set(contested.note.contents),
        },
        contested: () => contested.note !== undefined,
      }),
      store: createBatchStore(deps),
      persevere,
      from: cursorSeq,
      grown: () => grown.promise,
      moveCursor,
      beforeWrite: contested.beforeWrite,
      at,
    });
  }

  /** Before other workers may store what we have: what of it stands in the database is ours. */
  async function noteOurs(): Promise<void> {
    const contents: string[] = [];
    for (let seq = cursorSeq; seq < ownUntilSeq; ) {
      const records = await journal.read(seq, RECOVERY_BATCH);
      if (records.length === 0) break;
      const samples = records.flatMap((record) => judgeMessage(record, rules, route(record.topic)).samples);
      contents.push(...(await sorter.findOwn(samples, { edge: cursor.found?.edge, latest: ownLatest })));
      seq = (records.at(-1)?.seq ?? seq) + 1;
    }
    await contested.begin({ untilSeq: ownUntilSeq, contents });
  }

  async function store(): Promise<void> {
    contested.opened(journal.nextSeq);
    await contested.moved(cursorSeq);
    await storeLoop.run();
  }

  return {
    failed: fault.promise,
    done: retired.promise,
    async start() {
      lock = await lockFolder(dataDir);
      reserve = await openReserve(join(dataDir, "reserve"));
      quarantine = await openQuarantine({
        folder: join(dataDir, "quarantine"),
        now: clock.now,
        log,
        keepDays: options.quarantineDays,
        maxBytes: options.quarantineMaxBytes,
        list: createQuarantineListing({ influx, worker, log }).list,
      });
      const zonesFile = join(dataDir, ZONES_FILE);
      const kept = await readKeptZones(zonesFile);
      await recover();
      contested = await openContested(join(dataDir, "ours.json"), persevere);
      ownUntilSeq = contested.note?.untilSeq ?? ownUntilSeq;
      commits = createGroupCommit({ journal: { append }, onCommitted, log, at });
      const ledgerWriter = createLedgerWriter({ influx, tally, now: clock.now });
      const ended = (error: unknown) => {
        if (!stopping.signal.aborted) fault.reject(error);
      };
      const clientId = `outfall-ingest-${options.root}-${worker}`;
      subscriber = createSubscriber({
        url: options.mqttUrl,
        clientId,
        subscriptions: [],
        markTopic: markTopic(options.root, worker),
        onConnected: (sessionPresent) => handover?.connected(sessionPresent),
        onDisconnected: () => handover?.disconnected(),
        ...(options.protocolVersion === undefined ? {} : { protocolVersion: options.protocolVersion }),
        maxPayloadBytes: options.maxPayloadBytes,
        sessionExpected: cursorSeq > 1,
        now: clock.now,
        onArrival,
        log,
      });
      handover = createHandover({
        ...{
          me,
          workers,
          zones: registry.zones.keys(),
          url: options.mqttUrl,
          root: options.root,
          clientId,
          log,
        },
        // what there was before workers kept their zones was a single one
        kept: kept ?? (me === 1 && journal.nextSeq > 1 ? { zones: [ALL_ZONES], storing: true } : undefined),
        file: zonesFile,
        subscriber,
        drained: () => commits.waiting === 0 && cursorSeq === journal.nextSeq,
        persevere,
      });
      if (!handover.storing && contested.note === undefined) await noteOurs();
      storeLoop = createStore();
      loops = [
        handover.open.then(store).catch(ended),
        handover.run(stopping.signal).catch(ended),
        ledgerWriter.run(stopping.signal),
      ];
      handover.retired.then(retired.resolve);
      await subscriber.start();
      await handover.ready;
      log.info({ worker, stations: registry.stations.size }, "ingest is ready");
    },
    status() {
      const journalMessages = journal === undefined ? 0 : journal.nextSeq - cursorSeq;
      const oldest = journalMessages === 0 ? undefined : storeLoop?.takenFrom;
      return {
        ...totalOf(tally.entries()),
        journalBytes: journal?.bytes ?? 0,
        journalMessages,
        oldestWaitingMs: oldest === undefined ? 0 : Math.max(0, clock.now() - oldest),
        connected: subscriber?.connected ?? false,
        forgotten,
        sessionsLost: subscriber?.sessionsLost ?? 0,
        troubles: [...persevere.troubles, ...(handover?.waiting ?? []).map((what) => `waiting for ${what}`)],
        retries: persevere.retries,
        stuck: commits?.stuck ?? false,
      };
    },
    plants: () => tally.totals(),
    async close() {
      await subscriber?.close();
      await commits?.close();
      stopping.abort(new Error("ingest is closing"));
      grown.resolve();
      await Promise.allSettled(loops);
      await cursor?.close();
      await journal?.close();
      await quarantine?.close();
      await queue.close();
      await lock?.release();
    },
  };
}
