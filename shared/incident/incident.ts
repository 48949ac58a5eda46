/** Incidents: what a person has to know about. The truth is the append-only `incident_event`; an incident is the fold of its events. */
import { createHash } from "node:crypto";
import type { LedgerCounts } from "#shared/ledger/ledger.ts";
import type { Statistic } from "#shared/verdict/verdict.ts";

/** ledger: what was received of a plant and what became of it do not agree; the engineer's, never an officer's. */
export const incidentKinds = [
  "limit",
  "low-availability",
  "calibration-too-long",
  "silent-station",
  "never-seen",
  "silent-parameter",
  "late",
  "clock-wrong",
  "frozen",
  "missing-plant",
  "ledger",
] as const;
export type IncidentKind = (typeof incidentKinds)[number];

/** What a station owes and does not give: judged by looking, in `shared/presence/`. */
export const presenceKinds = [
  "silent-station",
  "never-seen",
  "silent-parameter",
  "late",
  "clock-wrong",
  "frozen",
] as const satisfies readonly IncidentKind[];
export type PresenceKind = (typeof presenceKinds)[number];

export const isPresenceKind = (kind: IncidentKind): kind is PresenceKind =>
  (presenceKinds as readonly IncidentKind[]).includes(kind);

/** What the verdicts on a parameter say of its data: too many days without one, calibrating that hides what should be seen. */
export const findingKinds = [
  "low-availability",
  "calibration-too-long",
] as const satisfies readonly IncidentKind[];
export type FindingKind = (typeof findingKinds)[number];

export const isFindingKind = (kind: IncidentKind): kind is FindingKind =>
  (findingKinds as readonly IncidentKind[]).includes(kind);

/** 0 tile only; 1 zone officer; 2 regulator and management board too (trade practice 1.6, configurable, not law). A ledger's is 1, the engineer. */
export type Level = 0 | 1 | 2;
/** moved: late data showed another start or end, or again a level already told; eased: a lower level; reopened: it goes on after all; withdrawn: late data showed there was nothing. */
export type Transition = "opened" | "worsened" | "eased" | "reopened" | "moved" | "closed" | "withdrawn";

/** What the incident is about. `station` and `parameter` are null where they do not apply. */
export interface IncidentSubject {
  readonly kind: IncidentKind;
  readonly zone: string;
  readonly plant: string | null;
  readonly station: string | null;
  readonly parameter: string | null;
}

/** The figures behind a transition; everything a mail says about it. */
export interface IncidentFacts {
  /** Window of the deciding verdict, ms since epoch. */
  readonly from?: number;
  readonly to?: number;
  readonly rule?: string;
  readonly statistic?: Statistic;
  readonly value?: number | null;
  readonly min?: number | null;
  readonly max?: number | null;
  readonly limitMin?: number | null;
  readonly limitMax?: number | null;
  readonly ratio?: number | null;
  readonly severity?: number;
  /** The value, or part of it, is the top of the instrument's range: at least so much. */
  readonly atLeast?: boolean;
  readonly completeness?: number;
  readonly usable?: number;
  readonly owed?: number;
  readonly calibrating?: number;
  readonly faulty?: number;
  readonly instrument?: string;
  readonly clause?: string;
  readonly confidence?: string;
  readonly purpose?: string;
  /** Recent means of the same rule, oldest first, the deciding one last. */
  readonly series?: readonly {
    readonly to: number;
    readonly value: number | null;
    readonly atLeast?: boolean;
  }[];
  /** Over the incident's life, on closing: windows over the limit, and the worst of them. */
  readonly windowsOver?: number;
  readonly worstValue?: number;
  readonly worstTo?: number;
  readonly worstRatio?: number | null;
  /** What that worst figure is and is compared with: it may be of another kind than the deciding one, a load beside hours. */
  readonly worst?: WorstWindow;
  /** Silence: the last record's time. */
  readonly lastRecordAt?: number | null;
  readonly presence?: PresenceFacts;
  /** Ledger: the first hour of receipt that does not balance, and how many do not. */
  readonly ledger?: LedgerCounts & {
    readonly hour: number;
    readonly balance: number;
    readonly hours: number;
  };
  readonly reason?: string;
}

export type WorstWindow = Pick<
  IncidentFacts,
  "rule" | "statistic" | "limitMin" | "limitMax" | "atLeast" | "severity"
>;

/** The figures behind a finding of presence; times in ms since epoch, spans in ms. */
export interface PresenceFacts {
  /** Never seen: since when records are owed. */
  readonly connectedAt?: number;
  /** Silent station: its silences of the day, taken together. */
  readonly silentTodayMs?: number;
  /** Silent parameter: its last value; null: none ever. */
  readonly lastValueAt?: number | null;
  readonly owedEveryMs?: number;
  /** Late: the least and most of its newest records' delays. */
  readonly delayLeastMs?: number;
  readonly delayMostMs?: number;
  /** Clock wrong: what its stamps are ahead of the receipt by (negative: behind), and how much that varies. */
  readonly offsetMs?: number;
  readonly spreadMs?: number;
  /** Frozen: how long at least the values have stood. */
  readonly standsMs?: number;
  /** Records that show it. */
  readonly records?: number;
  /** The threshold of the registry. */
  readonly afterMs?: number;
}

export interface IncidentEvent extends IncidentSubject {
  readonly incident: string;
  /** 1, 2, 3 …: the revision a mail is about. */
  readonly seq: number;
  readonly transition: Transition;
  readonly level: Level;
  /** Event time of the transition, ms since epoch. */
  readonly at: number;
  /** When the matter began, event time, ms since epoch. */
  readonly startedAt: number;
  /** When the matter ended, event time, ms since epoch; null while it is open. */
  readonly closedAt: number | null;
  /** When it was recorded, ms since epoch. */
  readonly recordedAt: number;
  readonly facts: IncidentFacts;
}

export interface Incident extends IncidentSubject {
  readonly id: string;
  readonly level: Level;
  /** Highest level it ever had: those who were told are told the end. */
  readonly worstLevel: Level;
  readonly openedAt: number;
  readonly closedAt: number | null;
  /** Late data showed that there was nothing. */
  readonly withdrawn: boolean;
  readonly lastSeq: number;
  readonly facts: IncidentFacts;
}

/** The same subject and start give the same id, so two workers that open an incident write the same point. */
export function incidentId(subject: IncidentSubject, startedAt: number): string {
  const place = subject.station ?? subject.plant ?? subject.zone;
  return createHash("sha256")
    .update([subject.kind, subject.zone, place, subject.parameter ?? "", startedAt].join("\n"))
    .digest("hex")
    .slice(0, 16);
}

/** One key per thing that can have one open incident at a time. */
export function subjectKey(subject: IncidentSubject): string {
  const place = subject.kind === "ledger" ? subject.plant : subject.station;
  return [subject.kind, subject.zone, place ?? "", subject.parameter ?? ""].join("|");
}

/** Folds events of one incident, in order of seq. */
export function foldEvents(events: readonly IncidentEvent[]): Incident | undefined {
  const first = events[0];
  const last = events.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return {
    id: first.incident,
    kind: first.kind,
    zone: first.zone,
    plant: first.plant,
    station: first.station,
    parameter: first.parameter,
    level: last.level,
    worstLevel: Math.max(...events.map((event) => event.level)) as Level,
    openedAt: last.startedAt,
    closedAt: last.closedAt,
    withdrawn: last.transition === "withdrawn",
    lastSeq: last.seq,
    facts: last.facts,
  };
}
