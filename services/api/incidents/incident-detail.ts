/** One incident in full. In: its events, its mails, the registry; out: names, figures of the deciding window, what the registry says, timeline. Pure. */
import type { IncidentEvent, IncidentFacts } from "#shared/incident/incident.ts";
import type { MailRecord } from "#shared/mail/mail-points.ts";
import type { IncidentDetail } from "#shared/overview/incident-detail.ts";
import { storedBasis } from "#shared/parameter/basis.ts";
import { stepAt } from "#shared/plant/plant.ts";
import { plantsServing, type Registry } from "#shared/registry/registry.ts";
import { localDay } from "#shared/time/local-day.ts";
import { provinceAt } from "#shared/zone/zone.ts";
import { viewIncidents } from "./incident-view.ts";

/** @param events of one incident, in order of seq; undefined without any */
export function viewIncidentDetail(
  events: readonly IncidentEvent[],
  mails: readonly MailRecord[],
  registry: Registry,
  simulated: boolean,
): IncidentDetail | undefined {
  const [incident] = viewIncidents(events, registry);
  const last = events.at(-1);
  if (incident === undefined || last === undefined) return undefined;
  const zone = registry.zones.get(last.zone);
  const station = registry.stations.get(last.station ?? "");
  const nameOf = (id: string) => registry.plants.get(id)?.name ?? { vi: id, en: id };
  return {
    simulated: simulated || incident.simulated,
    incident,
    place: {
      zone: incident.zone,
      province:
        zone === undefined
          ? null
          : (({ code, name }) => ({ code, name }))(
              provinceAt(zone, incident.openedAt, registry.settings.timeZone),
            ),
      plant: last.plant === null ? null : { id: last.plant, name: nameOf(last.plant) },
      station:
        incident.station === null ? null : { ...incident.station, intervalMs: station?.intervalMs ?? null },
    },
    basis: storedBasis(last.parameter ?? "") ?? null,
    facts: decidingFacts(events),
    register:
      incident.kind !== "missing-plant" || zone === undefined
        ? null
        : {
            source: zone.source,
            statusAsOf: zone.statusAsOf ?? null,
            note: zone.note ?? null,
            plants: plantsServing(registry, zone.id).map((plant) => ({
              name: plant.name,
              state: stepAt(plant, localDay(last.at, registry.settings.timeZone)).state,
            })),
          },
    events,
    mails,
  };
}

/** While it is open each event carries the window that made its level; the event that ends it carries the closing one. */
function decidingFacts(events: readonly IncidentEvent[]): IncidentFacts {
  const decided = events.findLast(({ closedAt }) => closedAt === null) ?? events[0];
  const known = <Key extends keyof IncidentFacts>(key: Key): Pick<IncidentFacts, Key> | undefined =>
    events.findLast(({ facts }) => facts[key] !== undefined && facts[key] !== null)?.facts;
  const life = {
    windowsOver: known("windowsOver")?.windowsOver,
    worstValue: known("worstValue")?.worstValue,
    worstTo: known("worstTo")?.worstTo,
    worstRatio: known("worstRatio")?.worstRatio,
    worst: known("worst")?.worst,
    lastRecordAt: known("lastRecordAt")?.lastRecordAt,
  };
  const said = Object.entries(life).filter(([, value]) => value !== undefined);
  return { ...decided?.facts, ...Object.fromEntries(said) };
}
