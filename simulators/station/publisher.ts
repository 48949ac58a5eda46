/**
 * A station's sender. In: records; out: acknowledged messages, in order, at most a window of them in flight. It keeps
 * what is not acknowledged through any outage, and sends the last ten minutes again to a broker that lost its session.
 */
import type { StationTopic, TopicRoot } from "#shared/mqtt/topic.ts";
import type { Logger } from "#shared/runtime/log.ts";
import { type Connection, openConnection } from "./connection.ts";
import { createOutbox, type OutboxRecord } from "./outbox.ts";

export interface PublisherOptions {
  readonly mqttUrl: string;
  readonly topicRoot: TopicRoot;
  readonly address: Omit<StationTopic, "kind">;
  /** The station's time, ms since epoch. */
  readonly now: () => number;
  readonly log: Pick<Logger, "debug" | "info" | "warn">;
  /** Messages in flight, default 500. */
  readonly window?: number;
  /** What was acknowledged in the last so many real ms is sent again after a lost session, default 10 s. */
  readonly repeatRealMs?: number;
}

export interface Publisher {
  /** Records acknowledged by the broker, each counted once. */
  readonly published: number;
  /** Records sent again after a lost session. */
  readonly resent: number;
  /** Records given up because the outbox was full. */
  readonly dropped: number;
  /** Records not yet acknowledged. */
  readonly waiting: number;
  /** Opens the connection, and again whenever it is lost. */
  open(): void;
  /** Cuts the line as soon as all records offered so far are acknowledged: the last will goes out. `open` takes it back. */
  cut(): void;
  /** Takes a record; never blocks. */
  offer(record: OutboxRecord): void;
  /** Resolves when at most `limit` records wait, or when the signal aborts. */
  whenAtMost(limit: number, signal?: AbortSignal): Promise<void>;
  /** Says offline and disconnects; what waits is given up. */
  close(): Promise<void>;
}

const DEFAULT_WINDOW = 500;
const RECONNECT_MS = 250;
/** Loggers keep 60 days: 17,280 five-minute records. */
const OUTBOX_LIMIT = 17_280;
const REPEAT_MS = 10 * 60_000;
/** Twice the seconds between two snapshots of the broker. */
const REPEAT_REAL_MS = 10_000;
const REPEAT_LIMIT = 100_000;

export function createPublisher(options: PublisherOptions): Publisher {
  const window = options.window ?? DEFAULT_WINDOW;
  const outbox = createOutbox({
    limit: OUTBOX_LIMIT,
    repeatMs: REPEAT_MS,
    repeatRealMs: options.repeatRealMs ?? REPEAT_REAL_MS,
    repeatLimit: REPEAT_LIMIT,
  });
  const { station } = options.address;
  let connection: Connection | undefined;
  let wanted = false;
  let cutting = false;
  let known = false;
  let lineLost = false;
  let lastReason = "";
  let timer: NodeJS.Timeout | undefined;
  let published = 0;
  let resent = 0;
  let waiters: { limit: number; resolve: () => void }[] = [];

  function connect(): void {
    const opened: Connection = openConnection({
      ...options,
      onConnected(sessionPresent) {
        options.log.debug({ station, sessionPresent }, "station connected");
        lastReason = "";
        // a broker that was killed may answer with a session of its last snapshot and lack what came after it: that a
        // session is present proves nothing, and sending twice is harmless
        if (lineLost || (known && !sessionPresent)) {
          const count = outbox.repeatLast(Date.now());
          options.log.info(
            { station, count, sessionPresent },
            "line was lost, sending the last records again",
          );
        }
        lineLost = false;
        known = true;
        pump();
      },
      onClosed(reason) {
        if (connection !== opened) return;
        connection = undefined;
        outbox.recall();
        if (!wanted) return;
        lineLost ||= known;
        if (reason !== lastReason)
          options.log.warn({ station, reason }, "station lost its broker, trying again");
        lastReason = reason;
        timer = setTimeout(connect, RECONNECT_MS);
      },
    });
    connection = opened;
  }

  function pump(): void {
    const current = connection;
    while (current?.connected && outbox.inFlight < window) {
      const record = outbox.take();
      if (record === undefined) return;
      current.publish(record.payload, () => {
        if (connection === current) acknowledged(record);
      });
    }
  }

  function acknowledged(record: OutboxRecord): void {
    outbox.acknowledge(record, Date.now());
    if (record.again) resent += 1;
    else published += 1;
    // refill by halves: many packets leave in one write
    if (outbox.inFlight <= window / 2) pump();
    if (cutting && outbox.size === 0) drop();
    if (waiters.length === 0) return;
    const ready = waiters.filter(({ limit }) => outbox.size <= limit);
    if (ready.length === 0) return;
    waiters = waiters.filter(({ limit }) => outbox.size > limit);
    for (const { resolve } of ready) resolve();
  }

  function drop(): void {
    wanted = false;
    cutting = false;
    clearTimeout(timer);
    const current = connection;
    connection = undefined;
    outbox.recall();
    current?.cut();
  }

  return {
    get published() {
      return published;
    },
    get resent() {
      return resent;
    },
    get dropped() {
      return outbox.dropped;
    },
    get waiting() {
      return outbox.size;
    },
    open() {
      cutting = false;
      if (wanted) return;
      wanted = true;
      connect();
    },
    cut() {
      cutting = true;
      if (outbox.size === 0) drop();
    },
    offer(record) {
      outbox.add(record);
      pump();
    },
    whenAtMost(limit, signal) {
      if (outbox.size <= limit || signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const done = () => {
          signal?.removeEventListener("abort", done);
          resolve();
        };
        signal?.addEventListener("abort", done, { once: true });
        waiters.push({ limit, resolve: done });
      });
    },
    async close() {
      wanted = false;
      clearTimeout(timer);
      await connection?.leave();
      drop();
    },
  };
}
