/** The overview from its parts. In: registry, now, newest samples, incidents, mails, ledger; out: the page as data. Pure. */
import { isArmed } from "#shared/commissioning/commissioning.ts";
import type { LedgerTotals } from "#shared/ledger/ledger.ts";
import { actingLimitOf } from "#shared/limit/limit.ts";
import type { MailRecord } from "#shared/mail/mail-points.ts";
import type {
  Overview,
  OverviewIncident,
  OverviewParameter,
  OverviewStation,
  OverviewZone,
} from "#shared/overview/overview.ts";
import { findParameter } from "#shared/parameter/parameter.ts";
import { plantStateOfZone, stepAt } from "#shared/plant/plant.ts";
import type { Reading, Sample } from "#shared/reading/sample.ts";
import { plantsServing, type Registry } from "#shared/registry/registry.ts";
import type { Clock } from "#shared/runtime/clock.ts";
import type { Station } from "#shared/station/station.ts";
import { localDay } from "#shared/time/local-day.ts";
import { provinceAt } from "#shared/zone/zone.ts";
import { isSimulated } from "../simulated.ts";
import { stateOfReading } from "./reading-state.ts";
import { byWorst, stateOfStation, stateOfZone } from "./station-state.ts";

export interface OverviewParts {
  /** Newest samples of each station, newest first. */
  readonly latest: ReadonlyMap<string, readonly Sample[]>;
  /** Newest first. */
  readonly incidents: readonly OverviewIncident[];
  readonly mails: readonly MailRecord[];
  readonly ledger: LedgerTotals;
}

const RECENT_INCIDENTS = 10;
const MINUTE_MS = 60_000;

/** Real time a record may be on its way before its age counts; on an accelerated clock that is long. */
const ON_THE_WAY_MS = 3_000;

export function buildOverview(
  registry: Registry,
  clock: Pick<Clock, "now" | "speed" | "simulated">,
  parts: OverviewParts,
): Overview {
  const now = clock.now();
  const day = localDay(now, registry.settings.timeZone);
  const feedTime = feedTimeOf(parts.latest, now, clock.speed);
  const incidents = parts.incidents.filter(({ kind }) => kind !== "ledger");
  const open = incidents.filter((incident) => incident.closedAt === null);
  const ledgerIncidents = parts.incidents.filter(
    ({ kind, closedAt }) => kind === "ledger" && closedAt === null,
  );
  const byStation = Map.groupBy(open, (incident) => incident.station?.id ?? "");
  const stationsByZone = Map.groupBy(registry.stations.values(), (station) => station.zone);

  const zones = [...registry.zones.values()].map((zone): OverviewZone => {
    const plants = plantsServing(registry, zone.id);
    const plantState = plantStateOfZone(zone, plants, day);
    const stations = (stationsByZone.get(zone.id) ?? [])
      .map((station) => ({
        ...viewStation(
          registry,
          station,
          parts.latest.get(station.id) ?? [],
          byStation.get(station.id) ?? [],
          feedTime,
        ),
        armed: isArmed(registry, zone, station.id, now),
      }))
      .sort((a, b) => byWorst(rankOf(a), rankOf(b)));
    return {
      id: zone.id,
      name: zone.name,
      simulated: zone.simulated,
      status: zone.status,
      state: stateOfZone(stations, plantState),
      armed: isArmed(registry, zone, null, now),
      plantState,
      province: (({ code, name }) => ({ code, name }))(provinceAt(zone, now, registry.settings.timeZone)),
      plants: plants.map((plant) => {
        const { id, name, zone: home } = plant;
        return { id, name, zone: home, state: stepAt(plant, day).state };
      }),
      stations,
      incidents: open
        .filter((incident) => incident.zone.id === zone.id && incident.station === null)
        .map(({ id }) => id),
    };
  });

  const operating = zones.filter((zone) => zone.status === "operating");
  const inState = (state: OverviewZone["plantState"]) =>
    operating.filter((zone) => zone.plantState === state).length;
  return {
    simulated: isSimulated(registry, clock),
    registry: {
      name: registry.settings.name,
      timeZone: registry.settings.timeZone,
      version: registry.version,
    },
    clock: now,
    speed: clock.speed,
    zones: zones.sort((a, b) => byWorst(rankOfZone(a), rankOfZone(b))),
    openIncidents: open.toSorted((a, b) => b.level - a.level || b.openedAt - a.openedAt),
    recentIncidents: incidents
      .filter((incident) => incident.closedAt !== null)
      .sort((a, b) => (b.closedAt ?? 0) - (a.closedAt ?? 0))
      .slice(0, RECENT_INCIDENTS),
    mails: parts.mails,
    ledger: parts.ledger,
    ledgerIncidents,
    dataComplete: parts.ledger.balance === 0 && ledgerIncidents.length === 0,
    share: {
      operating: operating.length,
      served: inState("served"),
      missing: inState("missing"),
      unknown: inState("unknown"),
    },
  };
}

/**
 * The time that ages are measured against: presence runs on the feed's time, so on an accelerated clock the
 * newest record counts, until the whole feed has been quiet for some real seconds.
 */
function feedTimeOf(latest: OverviewParts["latest"], now: number, speed: number): number {
  let newest = Number.NEGATIVE_INFINITY;
  for (const samples of latest.values()) newest = Math.max(newest, samples[0]?.time ?? newest);
  return Math.min(now, Math.max(newest, now - ON_THE_WAY_MS * (speed - 1)));
}

function viewStation(
  registry: Registry,
  station: Station,
  samples: readonly Sample[],
  incidents: readonly OverviewIncident[],
  feedTime: number,
): Omit<OverviewStation, "armed"> {
  const lastTime = samples[0]?.time ?? null;
  const ageMs = lastTime === null ? 0 : Math.max(0, feedTime - lastTime);
  const parameters = newestReadings(samples)
    .map(([reading, time]) => viewReading(registry, station, reading, time))
    .sort((a, b) => placeOf(station, a.key) - placeOf(station, b.key));
  const state = stateOfStation({
    lastTime,
    ageMs,
    silentAfterMs: station.intervalMs + registry.settings.rules.silence.openAfter,
    parameters,
    openKinds: incidents.map(({ kind }) => kind),
  });
  const ratios = parameters.map(({ ratio }) => ratio).filter((ratio) => ratio !== null);
  return {
    id: station.id,
    name: station.name,
    plant: station.plant,
    lastTime,
    ageMin: lastTime === null ? null : Math.floor(ageMs / MINUTE_MS),
    state,
    worstRatio: ratios.length === 0 ? null : Math.max(...ratios),
    parameters,
    incidents: incidents.map(({ id }) => id),
  };
}

/** The newest reading of each parameter: an analyser does not report in every record. */
function newestReadings(samples: readonly Sample[]): [Reading, number][] {
  const newest = new Map<string, [Reading, number]>();
  for (const sample of samples) {
    for (const reading of sample.readings) {
      if (!newest.has(reading.parameter)) newest.set(reading.parameter, [reading, sample.time]);
    }
  }
  return [...newest.values()];
}

function viewReading(
  registry: Registry,
  station: Station,
  reading: Reading,
  time: number,
): OverviewParameter {
  const known = findParameter(reading.parameter);
  const plant = registry.plants.get(station.plant);
  const limit =
    plant === undefined
      ? undefined
      : actingLimitOf(plant, reading.parameter, time, registry.settings.timeZone, registry.instruments);
  return {
    key: reading.parameter,
    name: known?.name ?? { vi: reading.parameter, en: reading.parameter },
    unit: known?.unit ?? "",
    decimals: known?.decimals ?? 2,
    value: reading.value,
    status: reading.status,
    flag: reading.flag,
    atLeast: reading.censored !== undefined,
    limitMin: limit?.min ?? null,
    limitMax: limit?.max ?? null,
    ...stateOfReading(reading, limit),
  };
}

/** The registry's order; what it does not list comes last. */
function placeOf(station: Station, key: string): number {
  const place = Object.keys(station.parameters).indexOf(key);
  return place === -1 ? Number.MAX_SAFE_INTEGER : place;
}

const rankOf = (station: OverviewStation) => ({
  id: station.id,
  state: station.state,
  worst: station.worstRatio,
  age: station.ageMin,
});

const rankOfZone = (zone: OverviewZone) => ({
  id: zone.id,
  state: zone.state,
  worst: zone.stations[0]?.worstRatio ?? null,
  age: zone.stations[0]?.ageMin ?? null,
});
