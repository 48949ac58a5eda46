/**
 * How many mails an arming brings. In: registry, the arming, recorded incident events, now; out: the mails of the last
 * seven days as if it had held since then, beside those that go anyway. Pure: it asks the same route as notify.
 */
import { type RouteDecision, route } from "#services/notify/route/route.ts";
import { isArmed } from "#shared/commissioning/commissioning.ts";
import type { Incident, IncidentEvent } from "#shared/incident/incident.ts";
import { foldAll } from "#shared/incident/incident-points.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Arming } from "#shared/registry/schema.ts";
import { localDay } from "#shared/time/local-day.ts";

export interface Forecast {
  /** First of the days looked at, and the last. */
  readonly from: string;
  readonly until: string;
  readonly total: number;
  /** Every day of the span, also those without a mail. */
  readonly byDay: ReadonlyMap<string, number>;
  /** By contact id. */
  readonly byContact: ReadonlyMap<string, number>;
  /** By station, or by zone where the matter has none. */
  readonly byPlace: ReadonlyMap<string, number>;
  /** Events that somebody should be told of, with nobody in charge. */
  readonly nobody: number;
  /** Open incidents it covers; they are mailed only when they worsen or reopen. */
  readonly open: readonly Incident[];
  /** Mails about days from the arming's own on that are past: they go when the services are started again. */
  readonly atOnce: number;
}

const DAY_MS = 86_400_000;
export const FORECAST_DAYS = 7;
/** How far back notify looks for events that nobody was told of. */
const LOOK_BACK_MS = 3 * DAY_MS;

/** @param events of all incidents, ordered by incident and seq */
export function forecastMails(
  registry: Registry,
  arming: Arming,
  events: readonly IncidentEvent[],
  now: number,
): Forecast {
  const { timeZone } = registry.settings;
  const since = now - FORECAST_DAYS * DAY_MS;
  const supposed = withArmed(registry, { ...arming, from: localDay(since, timeZone) });
  const byDay = new Map<string, number>();
  for (let at = since; at <= now; at += DAY_MS / 4) byDay.set(localDay(at, timeZone), 0);
  const byContact = new Map<string, number>();
  const byPlace = new Map<string, number>();
  let nobody = 0;
  const added = addedBy(registry, supposed, events, since);
  for (const { event, contacts, defect } of added) {
    nobody += defect ? 1 : 0;
    add(byDay, localDay(event.recordedAt, timeZone), contacts.length);
    add(byPlace, event.station ?? event.zone, contacts.length);
    for (const contact of contacts) add(byContact, contact, 1);
  }
  return {
    from: localDay(since, timeZone),
    until: localDay(now, timeZone),
    total: added.reduce((sum, { contacts }) => sum + contacts.length, 0),
    ...{ byDay, byContact, byPlace, nobody },
    open: foldAll(events).filter(
      (incident) => incident.closedAt === null && isNewlyArmed(registry, supposed, incident, now),
    ),
    atOnce: addedBy(registry, withArmed(registry, arming), events, now - LOOK_BACK_MS).reduce(
      (sum, { contacts }) => sum + contacts.length,
      0,
    ),
  };
}

interface Added {
  readonly event: IncidentEvent;
  /** Ids of those told under the second registry and not under the first. */
  readonly contacts: readonly string[];
  readonly defect: boolean;
}

function addedBy(
  before: Registry,
  after: Registry,
  events: readonly IncidentEvent[],
  since: number,
): Added[] {
  return [...Map.groupBy(events, ({ incident }) => incident).values()].flatMap((life) =>
    life
      .filter(({ recordedAt }) => recordedAt >= since)
      .map((event): Added => {
        const [without, within] = [route(before, life, event.seq), route(after, life, event.seq)];
        const told = idsOf(without);
        return {
          event,
          contacts: idsOf(within).filter((id) => !told.includes(id)),
          defect: within.outcome === "defect" && without.outcome !== "defect",
        };
      })
      .filter(({ contacts, defect }) => contacts.length > 0 || defect),
  );
}

const idsOf = ({ recipients }: RouteDecision) => recipients.map(({ contact }) => contact.id);

const withArmed = (registry: Registry, arming: Arming): Registry => ({
  ...registry,
  armed: [...registry.armed, arming],
});

function isNewlyArmed(
  before: Registry,
  after: Registry,
  { kind, ...incident }: Incident,
  now: number,
): boolean {
  const zone = before.zones.get(incident.zone);
  if (zone === undefined || kind === "ledger") return false;
  return !isArmed(before, zone, incident.station, now) && isArmed(after, zone, incident.station, now);
}

function add(counts: Map<string, number>, key: string, count: number): void {
  if (count > 0) counts.set(key, (counts.get(key) ?? 0) + count);
}
