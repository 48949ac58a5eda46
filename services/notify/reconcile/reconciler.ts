/**
 * Finds incident events of the last days that no job told of (a flushed Redis, a missed enqueue). In: recorded events
 * and delivery records in InfluxDB; out: each event the outbox does not know is told of once.
 */
import { readIncidentEvents } from "#shared/incident/incident-points.ts";
import type { Influx } from "#shared/influx/influx.ts";
import { readMails } from "#shared/mail/mail-points.ts";
import type { NotifyJob } from "#shared/queue/queues.ts";
import type { Clock } from "#shared/runtime/clock.ts";
import type { Logger } from "#shared/runtime/log.ts";

export interface Reconciler {
  /** One look; never throws, what fails is looked at again next time. */
  look(signal: AbortSignal): Promise<void>;
}

interface ReconcilerDeps {
  readonly influx: Influx;
  readonly clock: Clock;
  readonly log: Logger;
  readonly isRouted: (incident: string, seq: number) => boolean;
  /** Tells all but `mailed` contacts; returns whether there is nothing more to decide about the event. */
  readonly tell: (job: NotifyJob, mailed: ReadonlySet<string>) => Promise<boolean>;
}

/** Older events are history: a mail about them would tell nobody anything. */
const LOOK_BACK_MS = 3 * 86_400_000;
/** Simulated days are short: at least this much real time is looked at. */
const LOOK_BACK_REAL_MS = 10 * 60_000;

export function createReconciler({ influx, clock, log, isRouted, tell }: ReconcilerDeps): Reconciler {
  /** Events of which there is nothing more to decide. */
  let settled = new Set<string>();
  let lastProblem = "";

  return {
    async look(signal) {
      try {
        const since = Math.round(clock.now() - Math.max(LOOK_BACK_MS, LOOK_BACK_REAL_MS * clock.speed));
        // by the time of recording: late data and replays carry event times of long ago
        const recent = await readIncidentEvents(influx, `recorded >= ${since}`);
        const unknown = recent.filter(
          ({ incident, seq }) => !isRouted(incident, seq) && !settled.has(keyOf(incident, seq)),
        );
        const next = new Set(
          recent.map(({ incident, seq }) => keyOf(incident, seq)).filter((key) => settled.has(key)),
        );
        // a new outbox on an old database: what was mailed before is not mailed again
        const mailed =
          unknown.length === 0 ? new Map<string, Set<string>>() : await mailedSince(influx, since);
        for (const { incident, seq } of unknown) {
          if (signal.aborted) return;
          const key = keyOf(incident, seq);
          if (await tell({ incident, seq }, mailed.get(key) ?? new Set())) next.add(key);
        }
        settled = next;
        lastProblem = "";
      } catch (error) {
        const problem = (error as Error).message;
        if (problem !== lastProblem)
          log.warn({ err: error }, "incident events could not be compared with the outbox");
        lastProblem = problem;
      }
    },
  };
}

const keyOf = (incident: string, seq: number) => `${incident}.${seq}`;

const MOST_MAILS = 1_000_000;

/** Contacts that have it, by incident revision. */
async function mailedSince(influx: Influx, since: number): Promise<Map<string, Set<string>>> {
  const mails = await readMails(influx, MOST_MAILS, `time >= ${since}ms`);
  const contacts = new Map<string, Set<string>>();
  for (const { incident, seq, contact, state } of mails) {
    if (state !== "sent") continue;
    const key = keyOf(incident, seq);
    contacts.set(key, (contacts.get(key) ?? new Set()).add(contact));
  }
  return contacts;
}
