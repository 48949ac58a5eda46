/** Reads the parts of the overview from InfluxDB. In: the api's context; out: `read()`, one overview; callers at the same time share it. */
import { readIncidentEvents } from "#shared/incident/incident-points.ts";
import { numberOr, toRows } from "#shared/influx/rows.ts";
import { LEDGER_SPAN_MS, readLedgerTotals } from "#shared/ledger/ledger-sums.ts";
import { readMails } from "#shared/mail/mail-points.ts";
import type { Overview, OverviewIncident } from "#shared/overview/overview.ts";
import type { ApiContext } from "../context.ts";
import { viewIncidents } from "../incidents/incident-view.ts";
import { buildOverview } from "./build.ts";
import { createLatest } from "./latest.ts";

const MAILS_SHOWN = 20;

export function createOverview({ registry, influx, clock }: ApiContext): () => Promise<Overview> {
  const latest = createLatest(influx, [...registry.stations.keys()]);
  let incidents: readonly OverviewIncident[] = [];
  let eventsSeen = -1;
  let running: Promise<Overview> | undefined;

  /** Events are only ever added, so their number says whether to read them again. */
  async function readIncidents(): Promise<readonly OverviewIncident[]> {
    const [row] = toRows(await influx.query('SELECT COUNT("level") FROM "record"."incident_event"'));
    const events = numberOr(row?.count, 0);
    if (events !== eventsSeen) {
      incidents = viewIncidents(await readIncidentEvents(influx), registry);
      eventsSeen = events;
    }
    return incidents;
  }

  async function read(): Promise<Overview> {
    const [samples, seen, mails, ledger] = await Promise.all([
      latest(clock.now()),
      readIncidents(),
      readMails(influx, MAILS_SHOWN),
      readLedgerTotals(influx, clock.now() - LEDGER_SPAN_MS),
    ]);
    return buildOverview(registry, clock, {
      latest: samples,
      incidents: seen,
      mails,
      ledger,
    });
  }

  return () => {
    running ??= read().finally(() => {
      running = undefined;
    });
    return running;
  };
}
