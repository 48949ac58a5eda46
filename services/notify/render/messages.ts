/** What a mail says, as one shape for all languages. Pieces arrive formatted; the wording is the language's own (vi.ts, en.ts). */
import type { PresenceKind } from "#shared/incident/incident.ts";
import type { PlantState } from "#shared/plant/plant.ts";

/** Kinds of presence that share a letter; a silent station has its own. */
export type PresenceLetterKind = Exclude<PresenceKind, "silent-station">;

export type AveragedRule = "hour" | "day" | "instant" | "other";

export interface Messages {
  readonly tag: { readonly simulated: string; readonly backTest: string };
  readonly banner: string;
  readonly backTest: string;
  readonly link: string;
  readonly label: {
    readonly matter: string;
    readonly zone: string;
    readonly plant: string;
    readonly station: string;
    readonly when: string;
    readonly value: string;
    readonly extremes: string;
    readonly limit: string;
    readonly comparison: string;
    readonly window: string;
    readonly series: string;
    readonly data: string;
    readonly clause: string;
    readonly level: string;
    readonly told: string;
    readonly note: string;
    readonly period: string;
    readonly windowsOver: string;
    readonly worst: string;
    readonly lastRecord: string;
    readonly silentSince: string;
    readonly owed: string;
    readonly basis: string;
    readonly source: string;
    readonly since: string;
  };
  readonly level: Readonly<Record<1 | 2, string>>;
  readonly toldNobody: string;
  readonly confidence: Readonly<Record<string, string>>;
  readonly window: Readonly<Record<AveragedRule, string>>;
  /** minutes of a window outside the range */
  readonly minutesWindow: Readonly<Record<AveragedRule, string>>;
  /** 16:00–17:00 on a date; a whole day; a span over several days */
  spanWithinDay(from: string, to: string, date: string): string;
  spanDay(date: string): string;
  spanOver(from: string, to: string): string;
  duration(ms: number): string;
  parameterAs(parameter: string, basis: string): string;
  unit(unit: string): string;
  limitMax(limit: string): string;
  limitMin(limit: string): string;
  limitRange(min: string, max: string): string;
  /** "bằng 1,39 lần giới hạn (vượt 38,8 %)", never "exceeds 1.39 times" */
  ratio(times: string, abovePercent: string): string;
  ratioShort(times: string): string;
  readonly below: string;
  minutesOutside(minutes: string, min: string, max: string): string;
  extremes(min: string, max: string): string;
  data(usable: string, owed: string, percent: string): string;
  calibrating(count: string): string;
  faulty(count: string): string;
  /** The judgement's own notes in this language; unknown ones as they are. */
  reason(reason: string): string;
  learntLate(occurred: string, received: string): string;
  readonly limit: {
    readonly side: { readonly above: string; readonly outside: string; readonly below: string };
    opened(subject: string, side: string): string;
    worsened(subject: string, side: string): string;
    reopened(subject: string, side: string): string;
    closed(subject: string): string;
    withdrawn(subject: string): string;
    readonly closedSubject: string;
    readonly withdrawnSubject: string;
    outsideSubject(parameter: string, min: string, max: string, minutes: string): string;
    readonly withdrawnText: string;
    worst(value: string, at: string): string;
  };
  readonly silence: {
    subject(station: string): string;
    opened(station: string): string;
    worsened(station: string): string;
    reopened(station: string): string;
    closed(station: string): string;
    withdrawn(station: string): string;
    readonly closedSubject: string;
    readonly withdrawnSubject: string;
    sinceSubject(time: string): string;
    readonly never: string;
    owed(interval: string): string;
    lasting(duration: string): string;
    readonly meaning: string;
    readonly closedMeaning: string;
  };
  readonly presence: {
    /** What is wrong, in a few words. */
    readonly what: Readonly<Record<PresenceLetterKind, string>>;
    readonly meaning: Readonly<Record<PresenceLetterKind, string>>;
    readonly over: Readonly<Record<PresenceLetterKind, string>>;
    subject(what: string, place: string): string;
    worsened(what: string): string;
    reopened(what: string): string;
    withdrawn(what: string): string;
    readonly withdrawnSubject: string;
    sinceSubject(time: string): string;
    readonly never: string;
    readonly label: {
      readonly since: string;
      readonly connectedOn: string;
      readonly lastValue: string;
      readonly delay: string;
      readonly offset: string;
      readonly stands: string;
    };
    owedResult(every: string): string;
    delay(least: string, most: string, records: string, threshold: string): string;
    behind(time: string): string;
    ahead(time: string): string;
    stands(duration: string): string;
    lasting(duration: string): string;
  };
  readonly finding: Readonly<
    Record<
      "availability" | "calibration",
      {
        subject(parameter: string): string;
        headline(parameter: string): string;
        /** What was found; `allowed` is empty where nothing says how much is. */
        figure(found: string, allowed: string): string;
        readonly meaning: string;
      }
    >
  > & { readonly closedSubject: string; readonly withdrawnSubject: string };
  readonly missingPlant: {
    subject(zone: string): string;
    opened(zone: string): string;
    closed(zone: string): string;
    withdrawn(zone: string): string;
    readonly closedSubject: string;
    readonly withdrawnSubject: string;
    readonly none: string;
    plant(name: string, state: string): string;
    readonly state: Readonly<Record<PlantState, string>>;
    asOf(date: string): string;
    readonly meaning: string;
  };
  readonly ledger: {
    subject(plant: string): string;
    opened(plant: string): string;
    reopened(plant: string): string;
    closed(plant: string): string;
    readonly closedSubject: string;
    /** Of messages that belong to no station of the registry. */
    readonly noPlant: string;
    readonly label: {
      readonly hour: string;
      readonly received: string;
      readonly accounted: string;
      readonly difference: string;
      readonly hours: string;
      readonly next: string;
    };
    accounted(
      parts: Readonly<Record<"stored" | "duplicate" | "conflict" | "quarantined" | "inJournal", string>>,
    ): string;
    /** Fewer accounted for than received, or more. */
    missing(count: string): string;
    surplus(count: string): string;
    readonly meaning: string;
    readonly closedMeaning: string;
    readonly next: string;
  };
  readonly foot: {
    /** Trade practice 1.12: stands in every mail about a limit. */
    readonly preliminary: string;
    readonly notLaw: string;
    readonly thresholdsNotLaw: string;
    legalBasis(basis: string): string;
    reference(incident: string, revision: number): string;
  };
}

/** Notes of the judgement (services/compliance, shared/verdict, shared/incident) in another language. */
export function translateReason(
  known: Readonly<Record<string, string>>,
  partOf: string,
  reason: string,
): string {
  const other = /^part of incident (\w+)$/.exec(reason)?.[1];
  return other === undefined ? (known[reason] ?? reason) : `${partOf} ${other}`;
}
