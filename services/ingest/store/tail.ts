/**
 * What is durable and not yet stored, as far as memory keeps it: a run of the journal. In: commits; out: batches for
 * the store. Where memory has a gap, after a crash or a long outage, the journal is read again.
 */
import type { Journal } from "../journal/journal.ts";
import type { JournalRecord, Message } from "../journal/record.ts";
import type { Judged } from "../validate/judge-message.ts";

export interface Batch {
  readonly firstSeq: number;
  readonly messages: readonly (Message & Judged)[];
}

export interface Tail {
  /** Messages in memory. */
  readonly length: number;
  add(messages: readonly (Message & Judged)[], firstSeq: number): void;
  /** The messages from `seq` on, at most `limit`; empty when the journal has none. */
  next(seq: number, limit: number): Promise<Batch>;
  /** Everything before `seq` is done with. */
  release(seq: number): void;
}

export function createTail(options: {
  journal: Pick<Journal, "read" | "nextSeq">;
  judge: (record: JournalRecord) => Judged;
  /** Messages memory holds at the most. */
  limit: number;
}): Tail {
  const { journal, judge } = options;
  let first = journal.nextSeq;
  let messages: (Message & Judged)[] = [];
  return {
    get length() {
      return messages.length;
    },
    add(added, firstSeq) {
      if (messages.length === 0) {
        first = firstSeq;
        messages = [...added];
      } else if (first + messages.length === firstSeq && messages.length < options.limit) {
        for (const message of added) messages.push(message);
      }
      // else: the journal has them, and is read on once memory is done with
    },
    async next(seq, limit) {
      if (messages.length > 0 && first === seq) return { firstSeq: seq, messages: messages.slice(0, limit) };
      if (seq >= journal.nextSeq) return { firstSeq: seq, messages: [] };
      const gap = messages.length > 0 ? Math.min(limit, first - seq) : limit;
      const records = await journal.read(seq, Math.max(1, gap));
      // a journal damaged in the middle has a gap: what follows it is not lost, and is not counted twice
      const firstSeq = records[0]?.seq ?? seq;
      return { firstSeq, messages: records.map((record) => ({ ...record, ...judge(record) })) };
    },
    release(seq) {
      if (messages.length === 0 || first >= seq) return;
      messages.splice(0, seq - first);
      first = seq;
    },
  };
}
