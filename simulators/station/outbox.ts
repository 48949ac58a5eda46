/** What a station has yet to get acknowledged, oldest first, and what it sent lately. In: records; out: the next to send. Pure of any connection. */

export interface OutboxRecord {
  /** The record's time stamp, ms since epoch. */
  readonly time: number;
  readonly payload: string;
  /** Sent before and acknowledged; sent again because the broker lost the session. */
  readonly again?: boolean;
}

export interface Outbox {
  /** Unsent and unacknowledged records. */
  readonly size: number;
  readonly inFlight: number;
  /** Records given up because the outbox was full. */
  readonly dropped: number;
  add(record: OutboxRecord): void;
  /** Takes the oldest unsent record into flight. */
  take(): OutboxRecord | undefined;
  acknowledge(record: OutboxRecord, realNow: number): void;
  /** The connection is gone: what was in flight is unsent again, in order. */
  recall(): void;
  /** The broker forgot the session: the last acknowledged records are to be sent again, before all others. */
  repeatLast(realNow: number): number;
}

export interface OutboxOptions {
  /** Beyond it the oldest unsent records are given up, and counted. */
  readonly limit: number;
  /** How much a station sends again: the last so many ms of its own time, */
  readonly repeatMs: number;
  /** and all that was acknowledged in the last so many real ms: an accelerated station packs days into the seconds a broker may lose. */
  readonly repeatRealMs: number;
  /** but never more records than this. */
  readonly repeatLimit: number;
}

export function createOutbox(options: OutboxOptions): Outbox {
  let unsent: OutboxRecord[] = [];
  let head = 0;
  const flying = new Set<OutboxRecord>();
  let acknowledged: { record: OutboxRecord; at: number }[] = [];
  let oldest = 0;
  let dropped = 0;

  /** Forgets acknowledged records that are older in both times; cuts the array now and then. */
  function trim(newest: number, realNow: number): void {
    for (; oldest < acknowledged.length; oldest += 1) {
      const entry = acknowledged[oldest];
      if (entry === undefined) break;
      const young =
        newest - entry.record.time < options.repeatMs || realNow - entry.at < options.repeatRealMs;
      if (young && acknowledged.length - oldest <= options.repeatLimit) break;
    }
    if (oldest > 1024 && oldest > acknowledged.length / 2) {
      acknowledged = acknowledged.slice(oldest);
      oldest = 0;
    }
  }

  function prepend(records: readonly OutboxRecord[]): void {
    unsent = [...records, ...unsent.slice(head)];
    head = 0;
  }

  return {
    get size() {
      return unsent.length - head + flying.size;
    },
    get inFlight() {
      return flying.size;
    },
    get dropped() {
      return dropped;
    },
    add(record) {
      if (unsent.length - head >= options.limit) {
        head += 1;
        dropped += 1;
      }
      unsent.push(record);
    },
    take() {
      const record = unsent[head];
      if (record === undefined) return undefined;
      head += 1;
      if (head > 1024 && head > unsent.length / 2) {
        unsent = unsent.slice(head);
        head = 0;
      }
      flying.add(record);
      return record;
    },
    acknowledge(record, realNow) {
      if (!flying.delete(record)) return;
      acknowledged.push({ record: { time: record.time, payload: record.payload, again: true }, at: realNow });
      trim(record.time, realNow);
    },
    recall() {
      prepend([...flying]);
      flying.clear();
    },
    repeatLast(realNow) {
      const newest = acknowledged.reduce((latest, { record }) => Math.max(latest, record.time), 0);
      trim(newest, realNow);
      const again = acknowledged.slice(oldest).map(({ record }) => record);
      acknowledged = [];
      oldest = 0;
      prepend(again);
      return again.length;
    },
  };
}
