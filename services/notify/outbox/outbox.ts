/**
 * Mails that have to leave. In: rendered mails; out: each one sent once, in order within its thread, whatever happens
 * to Redis, InfluxDB or the mail server meanwhile. `queue` resolves when the mails are on disk; sending is a loop of
 * its own with back-off.
 */
import type { MailRecord } from "#shared/mail/mail-points.ts";
import type { Clock } from "#shared/runtime/clock.ts";
import type { Logger } from "#shared/runtime/log.ts";
import { pause } from "#shared/runtime/wait-for.ts";
import type { MailTransport, SendResult } from "../smtp/transport.ts";
import { backOffMs, refusedBackOff, unreachableBackOff } from "./back-off.ts";
import { apply, type EntryState, isDone, newEntry, type OutboxRecord, resumed, routeKey } from "./entry.ts";
import { laneOf, mailKey, type OutgoingMail, recordOf } from "./mail.ts";
import type { OutboxFile } from "./outbox-file.ts";

export interface Outbox {
  /** True when the mails of this incident revision are in the outbox, or have been: they are never queued again. */
  isRouted(incident: string, seq: number): boolean;
  /** Takes what it does not have yet; resolves when it is durable. */
  queue(incident: string, seq: number, mails: readonly OutgoingMail[]): Promise<void>;
  /** InfluxDB has the final delivery record. */
  markRecorded(keys: readonly string[]): Promise<void>;
  /** Addresses of mails that still have to leave. */
  waitingAddresses(): string[];
  /** Mails it remembers, by state. */
  counts(): Record<EntryState, number>;
  /** Begins to send, the mails of earlier runs first. */
  start(): void;
  /** Waits for mails that are on the wire, at most `CLOSE_TIMEOUT_MS`. */
  close(): Promise<void>;
}

interface OutboxDeps {
  readonly file: OutboxFile;
  readonly transport: Pick<MailTransport, "send">;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told of each new state of a mail. */
  readonly onRecord: (record: MailRecord) => void;
}

interface Waiting {
  readonly mail: OutgoingMail;
  readonly key: string;
  readonly lane: string;
  doubtful: boolean;
  refusals: number;
  /** Real time, ms. */
  notBefore: number;
}

const MAX_ON_THE_WIRE = 4;
const CLOSE_TIMEOUT_MS = 5_000;
const DISK_RETRY_MS = 1_000;

export function createOutbox({ file, transport, clock, log, onRecord }: OutboxDeps): Outbox {
  const { memory } = file;
  const waiting = new Map<string, Waiting>();
  const onTheWire = new Map<string, Promise<void>>();
  const busyLanes = new Set<string>();
  const closing = new AbortController();
  let started = false;
  let failures = 0;
  let pausedUntil = 0;
  let lastProblem = "";
  let timer: NodeJS.Timeout | undefined;

  for (const [key, entry] of memory.entries) {
    memory.entries.set(key, resumed(entry));
    if (!isDone(entry)) wait(entry.mail, resumed(entry).doubtful);
  }

  function wait(mail: OutgoingMail, doubtful: boolean): void {
    const key = mailKey(mail);
    waiting.set(key, { mail, key, lane: laneOf(mail), doubtful, refusals: 0, notBefore: 0 });
  }

  /** Starts what may go now; wakes itself for what may go later. */
  function pump(): void {
    clearTimeout(timer);
    if (!started || closing.signal.aborted) return;
    const now = Date.now();
    let wakeAt = Number.POSITIVE_INFINITY;
    if (now < pausedUntil) wakeAt = pausedUntil;
    else {
      const lanes = new Set(busyLanes);
      for (const mail of waiting.values()) {
        if (onTheWire.size >= MAX_ON_THE_WIRE) break;
        if (lanes.has(mail.lane)) continue;
        lanes.add(mail.lane);
        if (mail.notBefore > now) wakeAt = Math.min(wakeAt, mail.notBefore);
        else launch(mail);
      }
    }
    if (Number.isFinite(wakeAt)) timer = setTimeout(pump, Math.max(1, wakeAt - now));
  }

  function launch(mail: Waiting): void {
    busyLanes.add(mail.lane);
    const done = deliver(mail)
      .catch((error) => log.error({ err: error, mail: mail.key }, "sending a mail broke"))
      .finally(() => {
        onTheWire.delete(mail.key);
        busyLanes.delete(mail.lane);
        pump();
      });
    onTheWire.set(mail.key, done);
  }

  async function deliver(mail: Waiting): Promise<void> {
    const result = await transport.send(mail.mail, () => note({ t: "sending", key: mail.key }));
    if (result.outcome === "sent") return sent(mail, result);
    if (result.outcome === "refused") return refused(mail, result);
    mail.doubtful ||= result.doubtful;
    unreachable(result.answer);
  }

  async function sent(mail: Waiting, result: SendResult): Promise<void> {
    if (failures > 0) log.info({ after: failures }, "mail server answers again");
    failures = 0;
    lastProblem = "";
    waiting.delete(mail.key);
    const at = clock.now();
    const possiblyTwice = mail.doubtful;
    await noteSurely({ t: "sent", key: mail.key, at, possiblyTwice });
    const fields = { incident: mail.mail.incident, seq: mail.mail.seq, contact: mail.mail.contact };
    if (possiblyTwice) log.warn({ ...fields, answer: result.answer }, "mail sent, possibly twice");
    else log.info({ ...fields, answer: result.answer }, "mail sent");
    onRecord(recordOf(mail.mail, { state: "sent", sentAt: at, possiblyTwice }));
  }

  async function refused(mail: Waiting, result: SendResult & { permanent?: boolean }): Promise<void> {
    const fields = { mail: mail.key, to: mail.mail.to, answer: result.answer };
    if (result.permanent) {
      waiting.delete(mail.key);
      log.error(fields, "mail server refused a mail for good");
      await noteSurely({ t: "failed", key: mail.key, answer: result.answer });
      onRecord(recordOf(mail.mail, { state: "failed", sentAt: null, possiblyTwice: mail.doubtful }));
      return;
    }
    mail.refusals += 1;
    mail.notBefore = Date.now() + backOffMs(refusedBackOff, mail.refusals);
    log.warn({ ...fields, refusals: mail.refusals }, "mail server refused a mail for now");
    await noteSurely({ t: "refused", key: mail.key });
  }

  /** The same failure again is one line until it changes; attempts that fail together count once. */
  function unreachable(problem: string): void {
    const now = Date.now();
    if (now < pausedUntil) return;
    failures += 1;
    pausedUntil = now + backOffMs(unreachableBackOff, failures);
    if (problem !== lastProblem)
      log.warn({ problem, waiting: waiting.size }, "mail server not reached, mails wait");
    lastProblem = problem;
  }

  async function note(record: OutboxRecord): Promise<void> {
    await file.append([record]);
    apply(memory, record);
  }

  /** For what has happened and must be remembered: a full disk only delays it. */
  async function noteSurely(record: OutboxRecord): Promise<void> {
    apply(memory, record);
    for (;;) {
      try {
        return await file.append([record]);
      } catch (error) {
        log.error({ err: error }, "outbox not writable");
        if (closing.signal.aborted) return;
        await pause(DISK_RETRY_MS, closing.signal);
      }
    }
  }

  return {
    isRouted: (incident, seq) => memory.routed.has(routeKey(incident, seq)),
    async queue(incident, seq, mails) {
      // claimed before the write: the same event at the same time (job and reconciler) waits for the first one's write
      const fresh = mails.filter((mail) => !memory.entries.has(mailKey(mail)));
      const routed = routeKey(incident, seq);
      const claimed = !memory.routed.has(routed);
      for (const mail of fresh) memory.entries.set(mailKey(mail), newEntry(mail));
      memory.routed.add(routed);
      const records: OutboxRecord[] = fresh.map((mail) => ({ t: "queued", mail }));
      if (claimed) records.push({ t: "routed", incident, seq });
      try {
        await file.append(records);
      } catch (error) {
        for (const mail of fresh) memory.entries.delete(mailKey(mail));
        if (claimed) memory.routed.delete(routed);
        throw error;
      }
      for (const mail of fresh) {
        wait(mail, false);
        onRecord(recordOf(mail, { state: "sending", sentAt: null, possiblyTwice: false }));
      }
      pump();
    },
    async markRecorded(keys) {
      const records = keys.map((key): OutboxRecord => ({ t: "recorded", key }));
      for (const record of records) apply(memory, record);
      await file.append(records);
    },
    waitingAddresses: () => [...waiting.values()].map(({ mail }) => mail.to),
    counts() {
      const counts = { queued: 0, sending: 0, sent: 0, failed: 0 };
      for (const { state } of memory.entries.values()) counts[state] += 1;
      return counts;
    },
    start() {
      started = true;
      for (const { mail, state, sentAt, doubtful, recorded } of memory.entries.values()) {
        if (recorded) continue;
        const told = state === "queued" ? "sending" : state;
        onRecord(recordOf(mail, { state: told, sentAt, possiblyTwice: doubtful }));
      }
      pump();
    },
    async close() {
      closing.abort();
      clearTimeout(timer);
      await Promise.race([Promise.all(onTheWire.values()), pause(CLOSE_TIMEOUT_MS)]);
    },
  };
}
