/**
 * The incident of a ledger that does not balance. In: the ledger in InfluxDB; out: incident events, and a line of log.
 * What is recorded is the truth: a look after a restart, or after Redis was emptied, goes on from there.
 */
import type { IncidentEvent } from "#shared/incident/incident.ts";
import type { Influx } from "#shared/influx/influx.ts";
import { LEDGER_SPAN_MS, readLedgerBy } from "#shared/ledger/ledger-sums.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Logger } from "#shared/runtime/log.ts";
import { judgeLedger, type OffSince } from "./judge-ledger.ts";
import { type RecordedIncidents, sweepLedger } from "./sweep-ledger.ts";

export interface LedgerAlarm {
  /** @throws when InfluxDB is away: the next look sees the same. */
  look(): Promise<void>;
}

/** An hour may be off for so long, real time, before it counts. */
export const LEDGER_GRACE_MS = 60_000;

export function createLedgerAlarm(options: {
  registry: Pick<Registry, "plants">;
  influx: Pick<Influx, "query">;
  incidents: RecordedIncidents & { record(events: readonly IncidentEvent[]): Promise<void> };
  /** The services' clock: hours of receipt are on it. */
  now: () => number;
  /** Real time, ms: how long something has been off has nothing to do with how fast a feed is simulated. */
  realNow: () => number;
  log: Pick<Logger, "error">;
  graceMs?: number | undefined;
}): LedgerAlarm {
  const { registry, influx, incidents, now, realNow, log, graceMs = LEDGER_GRACE_MS } = options;
  let offSince: OffSince = new Map();
  return {
    async look() {
      const at = now();
      // an hour that is off must not end its incident by growing old
      const since = Math.min(
        at - LEDGER_SPAN_MS,
        ...incidents.open("ledger").map(({ openedAt }) => openedAt),
      );
      const rows = await readLedgerBy(influx, since, "plant-hour");
      const judged = judgeLedger(rows, offSince, realNow(), graceMs);
      offSince = judged.offSince;
      const events = sweepLedger(registry, judged, incidents, at);
      await incidents.record(events);
      for (const { plant, closedAt, facts } of events) {
        if (closedAt === null) log.error({ plant, ledger: facts.ledger }, "the ledger does not balance");
      }
    },
  };
}
