/**
 * The outbox's memory as a fold of its records. Pure. In: records in the order they were written; out: what each mail
 * has come to, and which incident revisions have been routed.
 */
import { mailKey, type OutgoingMail } from "./mail.ts";

/** One line of the outbox file. */
export type OutboxRecord =
  | { readonly t: "queued"; readonly mail: OutgoingMail }
  /** All mails of this incident revision are above: it is never routed again. */
  | { readonly t: "routed"; readonly incident: string; readonly seq: number }
  /** The server said 354: from here on a lost answer means "possibly sent twice". */
  | { readonly t: "sending"; readonly key: string }
  /** The server's no, for now. */
  | { readonly t: "refused"; readonly key: string }
  | { readonly t: "sent"; readonly key: string; readonly at: number; readonly possiblyTwice: boolean }
  | { readonly t: "failed"; readonly key: string; readonly answer: string }
  /** InfluxDB has the delivery record of the final state. */
  | { readonly t: "recorded"; readonly key: string }
  /** A whole entry, written by compaction. */
  | { readonly t: "entry"; readonly entry: Entry };

export type EntryState = "queued" | "sending" | "sent" | "failed";

export interface Entry {
  /** Without its bodies once it is done. */
  readonly mail: OutgoingMail;
  readonly state: EntryState;
  /** An earlier attempt may have reached the recipient. */
  readonly doubtful: boolean;
  readonly sentAt: number | null;
  readonly recorded: boolean;
}

export interface OutboxMemory {
  readonly entries: Map<string, Entry>;
  /** `<incident>.<seq>` */
  readonly routed: Set<string>;
}

export const routeKey = (incident: string, seq: number): string => `${incident}.${seq}`;

export const isDone = (entry: Pick<Entry, "state">): boolean =>
  entry.state === "sent" || entry.state === "failed";

export function emptyMemory(): OutboxMemory {
  return { entries: new Map(), routed: new Set() };
}

/** Applies one record. A record about a mail that is not there is ignored. */
export function apply(memory: OutboxMemory, record: OutboxRecord): void {
  if (record.t === "routed") {
    memory.routed.add(routeKey(record.incident, record.seq));
  } else if (record.t === "queued") {
    const key = mailKey(record.mail);
    if (!memory.entries.has(key)) memory.entries.set(key, newEntry(record.mail));
  } else if (record.t === "entry") {
    memory.entries.set(mailKey(record.entry.mail), record.entry);
  } else {
    const entry = memory.entries.get(record.key);
    if (entry !== undefined) memory.entries.set(record.key, advance(entry, record));
  }
}

export function newEntry(mail: OutgoingMail): Entry {
  return { mail, state: "queued", doubtful: false, sentAt: null, recorded: false };
}

type Step = Extract<OutboxRecord, { key: string }>;

function advance(entry: Entry, record: Step): Entry {
  switch (record.t) {
    case "sending":
      // a second attempt over a first one that got no answer
      return { ...entry, state: "sending", doubtful: entry.doubtful || entry.state === "sending" };
    case "refused":
      return isDone(entry) ? entry : { ...entry, state: "queued" };
    case "sent":
      return {
        ...entry,
        state: "sent",
        doubtful: record.possiblyTwice,
        sentAt: record.at,
        mail: withoutBodies(entry.mail),
      };
    case "failed":
      return { ...entry, state: "failed", mail: withoutBodies(entry.mail) };
    case "recorded":
      return { ...entry, recorded: true };
  }
}

/** After a restart: what was being sent goes out again, in doubt. */
export function resumed(entry: Entry): Entry {
  return entry.state === "sending" ? { ...entry, state: "queued", doubtful: true } : entry;
}

/** The shortest records that fold to the same memory. */
export function compacted(memory: OutboxMemory): OutboxRecord[] {
  const entries = [...memory.entries.values()].map((entry): OutboxRecord => ({ t: "entry", entry }));
  const routed = [...memory.routed].map((key): OutboxRecord => {
    const dot = key.lastIndexOf(".");
    return { t: "routed", incident: key.slice(0, dot), seq: Number(key.slice(dot + 1)) };
  });
  return [...entries, ...routed];
}

function withoutBodies(mail: OutgoingMail): OutgoingMail {
  return { ...mail, text: "", html: "" };
}
