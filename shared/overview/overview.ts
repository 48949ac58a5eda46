/**
 * The state of everything on one page: what `GET /overview` answers, `GET /live` streams, and the console and the
 * terminal show. Only types; times in ms since epoch, names in both languages.
 */

import type { IncidentKind, Level } from "#shared/incident/incident.ts";
import type { LedgerTotals } from "#shared/ledger/ledger.ts";
import type { MailRecord } from "#shared/mail/mail-points.ts";
import type { PlantState, ZonePlantState } from "#shared/plant/plant.ts";
import type { DeviceStatus, QualityFlag } from "#shared/reading/sample.ts";
import type { Statistic } from "#shared/verdict/verdict.ts";
import type { Zone } from "#shared/zone/zone.ts";

export interface Name {
  readonly vi: string;
  readonly en: string;
}

/** What the newest reading says by itself; `untrusted` failed a quality test, `unlimited` has no limit to compare with. */
export type ParameterState = "over" | "near" | "ok" | "calibrating" | "fault" | "untrusted" | "unlimited";

/** One word a station. Worst first: over, silent, fault, near, calibrating, no-data, ok. */
export type StationState = "over" | "silent" | "fault" | "near" | "calibrating" | "no-data" | "ok";

/** The worst of its stations, `missing-plant`, or `no-station` where nothing is connected. */
export type ZoneState = StationState | "missing-plant" | "no-station";

export interface OverviewParameter {
  readonly key: string;
  readonly name: Name;
  readonly unit: string;
  /** Decimals of the limit as printed; values print one more. */
  readonly decimals: number;
  readonly value: number | null;
  readonly status: DeviceStatus;
  readonly flag: QualityFlag;
  /** The value is the top of the instrument's range: at least so much. */
  readonly atLeast: boolean;
  readonly limitMin: number | null;
  readonly limitMax: number | null;
  /** value ÷ upper limit; null for ranges and without a usable value. */
  readonly ratio: number | null;
  readonly state: ParameterState;
}

export interface OverviewStation {
  readonly id: string;
  readonly name: Name;
  readonly plant: string;
  /** Time stamp of the newest record, or null. */
  readonly lastTime: number | null;
  /** Whole minutes since the newest record, on the feed's time; null without any. */
  readonly ageMin: number | null;
  readonly state: StationState;
  /** False: observed, that is judged and listed, not mailed about. */
  readonly armed: boolean;
  /** Highest ratio among its usable readings, or null. */
  readonly worstRatio: number | null;
  readonly parameters: readonly OverviewParameter[];
  /** Ids of its open incidents. */
  readonly incidents: readonly string[];
}

export interface OverviewZone {
  readonly id: string;
  readonly name: Name;
  readonly simulated: boolean;
  readonly status: Zone["status"];
  readonly state: ZoneState;
  /** Of the zone itself; a station of it may be armed alone. */
  readonly armed: boolean;
  readonly plantState: ZonePlantState;
  readonly province: { readonly code: string; readonly name: string };
  /** Plants that serve the zone, wherever they sit. */
  readonly plants: readonly {
    readonly id: string;
    readonly name: Name;
    readonly zone: string;
    readonly state: PlantState;
  }[];
  readonly stations: readonly OverviewStation[];
  /** Ids of open incidents of the zone itself (missing plant). */
  readonly incidents: readonly string[];
}

export interface OverviewIncident {
  readonly id: string;
  readonly kind: IncidentKind;
  readonly simulated: boolean;
  readonly zone: { readonly id: string; readonly name: Name };
  readonly station: { readonly id: string; readonly name: Name } | null;
  readonly parameter: {
    readonly key: string;
    readonly name: Name;
    readonly unit: string;
    readonly decimals: number;
  } | null;
  readonly level: Level;
  readonly worstLevel: Level;
  readonly openedAt: number;
  readonly closedAt: number | null;
  /** Late data showed there was nothing. */
  readonly withdrawn: boolean;
  /** Of the figure: of the deciding window while it is open, of the worst one once it has ended. */
  readonly rule: string | null;
  readonly statistic: Statistic | null;
  readonly value: number | null;
  /** Part of the value is the top of the instrument's range: at least so much. */
  readonly atLeast: boolean;
  readonly limitMin: number | null;
  readonly limitMax: number | null;
  readonly ratio: number | null;
  /** Silence: the last record's time. */
  readonly lastRecordAt: number | null;
}

export interface Overview {
  readonly simulated: boolean;
  readonly registry: { readonly name: string; readonly timeZone: string; readonly version: string };
  /** Now on the services' clock. */
  readonly clock: number;
  readonly speed: number;
  /** Worst first. */
  readonly zones: readonly OverviewZone[];
  /** Highest level first, then newest; without those of the ledger. */
  readonly openIncidents: readonly OverviewIncident[];
  /** Closed ones, newest first. */
  readonly recentIncidents: readonly OverviewIncident[];
  /** Newest first, at most 20. */
  readonly mails: readonly MailRecord[];
  /** Of the last two days of receipt; the engineer's, as the incidents of it that are open. */
  readonly ledger: LedgerTotals;
  readonly ledgerIncidents: readonly OverviewIncident[];
  /** All an officer is told of the ledger: everything received is accounted for. */
  readonly dataComplete: boolean;
  /** Operating zones: with a running plant, known to have none, not known. */
  readonly share: {
    readonly operating: number;
    readonly served: number;
    readonly missing: number;
    readonly unknown: number;
  };
}
