/** What looking at a station gives: findings of presence, each of a kind and, where it is one's, a parameter. */
import type { IncidentFacts, Level, PresenceKind } from "#shared/incident/incident.ts";
import type { Station } from "#shared/station/station.ts";

export interface Finding {
  readonly kind: PresenceKind;
  /** Null where it is about the whole station. */
  readonly parameter: string | null;
  readonly level: Level;
  /** When the matter began, event time, ms since epoch. */
  readonly since: number;
  readonly facts: IncidentFacts;
}

/** Neither found nor over: what is open of this kind stays as it is. */
export interface Held {
  readonly kind: PresenceKind;
  readonly parameter: string | null;
  readonly held: true;
}

export const isFinding = (judged: Finding | Held): judged is Finding => !("held" in judged);

export const held = (kind: PresenceKind, parameter: string | null = null): Held => ({
  kind,
  parameter,
  held: true,
});

type Timing = Pick<Station, "intervalMs" | "stamp">;

/** How long after its stamp a record can arrive at the earliest: one stamped at the start covers the interval to come. */
export const completeAfterMs = ({ intervalMs, stamp }: Timing): number =>
  stamp === "start" ? intervalMs : 0;

/** How long after a record's stamp the next one is due. */
export const nextDueMs = (station: Timing): number => station.intervalMs + completeAfterMs(station);

interface Steps {
  readonly openAfter: number;
  readonly officerAfter: number;
  readonly regulatorAfter: number;
}

/** The level of something overdue for so long, ms. @param times as many times longer (slow analysers) */
export function levelOf(overdue: number, { officerAfter, regulatorAfter }: Steps, times = 1): Level {
  return overdue > regulatorAfter * times ? 2 : overdue > officerAfter * times ? 1 : 0;
}
