/** One incident with all that is known of it: what `GET /incidents/:id` answers and the console shows. Only types; times in ms since epoch. */
import type { IncidentEvent, IncidentFacts } from "#shared/incident/incident.ts";
import type { MailRecord } from "#shared/mail/mail-points.ts";
import type { PlantState } from "#shared/plant/plant.ts";
import type { Name, OverviewIncident } from "./overview.ts";

interface Named {
  readonly id: string;
  readonly name: Name;
}

export interface IncidentDetail {
  readonly simulated: boolean;
  readonly incident: OverviewIncident;
  readonly place: {
    readonly zone: Named;
    /** Of the zone when the matter began; null when the zone left the registry. */
    readonly province: { readonly code: string; readonly name: string } | null;
    readonly plant: Named | null;
    readonly station: (Named & { readonly intervalMs: number | null }) | null;
  };
  /** Basis the station reports the parameter in, e.g. N for ammonium. */
  readonly basis: string | null;
  /** The figures of the window that made its level, with the worst one of its life so far. */
  readonly facts: IncidentFacts;
  /** What the registry says of the zone's central plant; for `missing-plant` only. */
  readonly register: {
    readonly source: string;
    /** A date, or null. */
    readonly statusAsOf: string | null;
    readonly note: string | null;
    /** Plants that are to serve the zone, none of them running. */
    readonly plants: readonly { readonly name: Name; readonly state: PlantState }[];
  } | null;
  /** In order of seq. */
  readonly events: readonly IncidentEvent[];
  /** Newest first. */
  readonly mails: readonly MailRecord[];
}
