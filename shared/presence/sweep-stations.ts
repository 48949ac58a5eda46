/** Looks at every station. In: registry, feed, open incidents; out: the transitions of presence to record. Pure. */
import {
  type Incident,
  type IncidentEvent,
  type IncidentSubject,
  isPresenceKind,
} from "#shared/incident/incident.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Station } from "#shared/station/station.ts";
import { delaysOf } from "./delays.ts";
import type { Feed } from "./feed.ts";
import { nextDueMs } from "./finding.ts";
import { isHeard } from "./heard.ts";
import { judgeStation } from "./judge-station.ts";
import { silentWithin } from "./silence.ts";
import { type Moment, subjectOf, transitionsOf } from "./transitions.ts";

export interface SweepOf {
  readonly registry: Pick<Registry, "settings" | "stations">;
  readonly feed: Pick<Feed, "heard" | "first" | "listeningSince" | "simulated" | "slackMs">;
  /** Open incidents; those of other kinds are passed over. */
  readonly open: readonly Incident[];
  /** All incidents of a subject, also ended ones; asked only for stations that are silent. */
  readonly incidentsOf: (subject: IncidentSubject) => readonly Pick<Incident, "openedAt" | "closedAt">[];
}

const NONE: readonly Incident[] = [];

export function sweepStations(
  { registry, feed, open, incidentsOf }: SweepOf,
  moment: Moment,
): IncidentEvent[] {
  const { now, recordedAt } = moment;
  const { rules, timeZone } = registry.settings;
  const { first } = feed;
  // a simulated feed begins when it begins; a real one owes since each station was connected
  if (feed.simulated && first === undefined) return [];
  const feedFrom = feed.simulated && first !== undefined ? first.time : Number.NEGATIVE_INFINITY;
  const listenedMs =
    recordedAt - (feed.simulated && first !== undefined ? first.receivedAt : feed.listeningSince);
  const openAt = Map.groupBy(
    open.filter(({ kind }) => isPresenceKind(kind)),
    ({ station }) => station ?? "",
  );
  const feedDelayMs = feed.simulated ? feedDelayOf(registry.stations.values(), feed, now, rules) : 0;
  const slackMs = feed.slackMs();
  const dayStart = createDayStart(timeZone);
  const dayFrom = dayStart(localDate(now, timeZone));
  const events: IncidentEvent[] = [];
  for (const station of registry.stations.values()) {
    const heard = feed.heard(station.id);
    const openHere = openAt.get(station.id) ?? NONE;
    const judged = judgeStation({
      station,
      heard,
      now,
      receiverNow: recordedAt,
      connectedAt: dayStart(station.connectedOn),
      feedFrom,
      listenedMs,
      feedDelayMs,
      slackMs,
      rules,
      open: openHere,
      lastSilenceEnd: () => lastEnd(incidentsOf(subjectOf(station, "silent-station"))),
      silentTodayMs: () => silentWithin(incidentsOf(subjectOf(station, "silent-station")), dayFrom),
      dayFrom,
    });
    if (judged.length === 0 && openHere.length === 0) continue;
    events.push(...transitionsOf(station, judged, heard, openHere, moment));
  }
  return events;
}

const lastEnd = (silences: readonly Pick<Incident, "closedAt">[]): number =>
  Math.max(Number.NEGATIVE_INFINITY, ...silences.map(({ closedAt }) => closedAt ?? Number.NEGATIVE_INFINITY));

/** In a simulated feed all stations may be behind the clock: the least delay of those that are heard now is the feed's own. */
function feedDelayOf(
  stations: Iterable<Station>,
  feed: Pick<Feed, "heard">,
  now: number,
  { silence }: { readonly silence: { readonly openAfter: number } },
): number {
  let least = Number.POSITIVE_INFINITY;
  for (const station of stations) {
    const heard = feed.heard(station.id);
    if (!isHeard(heard) || now - heard.time > nextDueMs(station) + silence.openAfter) continue;
    const delays = delaysOf(station, heard, 0);
    if (delays !== undefined) least = Math.min(least, delays.leastMs);
  }
  return Number.isFinite(least) ? Math.max(0, least) : 0;
}

const localDate = (time: number, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(Math.floor(time))
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();

/** When a date begins in the registry's zone, ms since epoch; many stations share one. */
function createDayStart(timeZone: string): (date: string) => number {
  const known = new Map<string, number>();
  return (date) => {
    const start =
      known.get(date) ?? Temporal.PlainDate.from(date).toZonedDateTime({ timeZone }).epochMilliseconds;
    known.set(date, start);
    return start;
  };
}
