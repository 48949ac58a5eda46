/** Incidents as they are shown. In: events in order of incident and seq, and the registry; out: one row an incident, with names. Pure. */
import type { IncidentEvent } from "#shared/incident/incident.ts";
import { foldEvents } from "#shared/incident/incident.ts";
import type { OverviewIncident } from "#shared/overview/overview.ts";
import { findParameter } from "#shared/parameter/parameter.ts";
import type { Registry } from "#shared/registry/registry.ts";

/** Newest first. An incident of a zone or station that left the registry keeps its id as its name. */
export function viewIncidents(
  events: readonly IncidentEvent[],
  registry: Pick<Registry, "zones" | "stations" | "settings">,
): OverviewIncident[] {
  return [...Map.groupBy(events, (event) => event.incident).values()]
    .map((group) => viewIncident(group, registry))
    .filter((incident) => incident !== undefined)
    .sort((a, b) => b.openedAt - a.openedAt || (a.id < b.id ? -1 : 1));
}

function viewIncident(
  events: readonly IncidentEvent[],
  registry: Pick<Registry, "zones" | "stations" | "settings">,
): OverviewIncident | undefined {
  const incident = foldEvents(events);
  if (incident === undefined) return undefined;
  const zone = registry.zones.get(incident.zone);
  const { station, parameter, facts } = incident;
  const known = parameter === null ? undefined : findParameter(parameter);
  // what an ended one was about is its worst window, not the one within that ended it
  const shown =
    incident.closedAt === null || facts.worstValue === undefined
      ? facts
      : { ...facts, atLeast: false, ...facts.worst, value: facts.worstValue, ratio: facts.worstRatio };
  const named = (id: string, name: { vi: string; en: string } | undefined) => ({
    id,
    name: name ?? { vi: id, en: id },
  });
  return {
    id: incident.id,
    kind: incident.kind,
    simulated: zone?.simulated ?? registry.settings.simulated,
    zone: named(incident.zone, zone?.name),
    station: station === null ? null : named(station, registry.stations.get(station)?.name),
    parameter:
      parameter === null
        ? null
        : {
            key: parameter,
            name: known?.name ?? { vi: parameter, en: parameter },
            unit: known?.unit ?? "",
            decimals: known?.decimals ?? 0,
          },
    level: incident.level,
    worstLevel: incident.worstLevel,
    openedAt: incident.openedAt,
    closedAt: incident.closedAt,
    withdrawn: events.at(-1)?.transition === "withdrawn",
    rule: shown.rule ?? null,
    statistic: shown.statistic ?? null,
    value: shown.value ?? null,
    atLeast: shown.atLeast ?? false,
    limitMin: shown.limitMin ?? null,
    limitMax: shown.limitMax ?? null,
    ratio: shown.ratio ?? null,
    lastRecordAt: facts.lastRecordAt ?? null,
  };
}
