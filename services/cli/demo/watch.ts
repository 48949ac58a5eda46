/** Watches a run through the database. In: a running system; out: news, once each, and the times of the first ones. */
import type { System } from "#services/local/system.ts";
import type { IncidentEvent } from "#shared/incident/incident.ts";
import { readIncidentEvents } from "#shared/incident/incident-points.ts";
import { type LedgerTotals, readLedger, totalOf } from "#shared/ledger/ledger.ts";
import { type MailRecord, readMails } from "#shared/mail/mail-points.ts";
import { pause } from "#shared/runtime/wait-for.ts";

export interface Firsts {
  firstReadingStored: number | null;
  firstIncident: number | null;
  firstMail: number | null;
}

export interface RunWatch {
  readonly firsts: Firsts;
  readonly ledger: LedgerTotals;
  run(signal: AbortSignal): Promise<void>;
}

const EVERY_MS = 200;

/** @param elapsed seconds since the run began */
export function createWatch(options: {
  system: System;
  elapsed: () => number;
  onIncident: (event: IncidentEvent) => void;
  onMail: (mail: MailRecord) => void;
}): RunWatch {
  const { system, elapsed } = options;
  const firsts: Firsts = { firstReadingStored: null, firstIncident: null, firstMail: null };
  const seenEvents = new Set<string>();
  const seenMails = new Set<string>();
  let ledger = totalOf([]);

  async function look(): Promise<void> {
    ledger = totalOf(await readLedger(system.influx));
    if (ledger.stored > 0) firsts.firstReadingStored ??= elapsed();
    const events = await readIncidentEvents(system.influx);
    for (const event of events.toSorted((a, b) => a.recordedAt - b.recordedAt)) {
      const key = `${event.incident}|${event.seq}`;
      if (seenEvents.has(key)) continue;
      seenEvents.add(key);
      firsts.firstIncident ??= elapsed();
      options.onIncident(event);
    }
    const mails = await readMails(system.influx);
    for (const mail of mails.filter(({ state }) => state === "sent").toReversed()) {
      if (seenMails.has(mail.messageId)) continue;
      seenMails.add(mail.messageId);
      firsts.firstMail ??= elapsed();
      options.onMail(mail);
    }
  }

  return {
    firsts,
    get ledger() {
      return ledger;
    },
    async run(signal) {
      while (!signal.aborted) {
        // a server that is away for a moment is part of the story
        await look().catch(() => undefined);
        await pause(EVERY_MS, signal);
      }
      await look().catch(() => undefined);
    },
  };
}
