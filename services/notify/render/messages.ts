/** What a mail says, as one shape for all languages. Pieces arrive formatted; the wording is the language's own (vi.ts, en.ts). */
import type { PresenceKind } from "#shared/incident/incident.ts";
import type { PlantState } from "#shared/plant/plant.ts";
import type { WindowShape } from "#shared/window/window-rule.ts";

/** Kinds of presence that share a letter; a silent station has its own. */
export type PresenceLetterKind = Exclude<PresenceKind, "silent-station">;

/** What a window is judged by. */
export type WindowStatistic = "mean" | "minutes-outside" | "load" | "volume";

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
    readonly begun: string;
    readonly closing: string;
    readonly state: string;
    readonly found: string;
  };
  readonly level: Readonly<Record<1 | 2, string>>;
  readonly toldNobody: string;
  readonly confidence: Readonly<Record<string, string>>;
  /** trung bình giờ, 30-day mean, tải lượng ngày; `shape` is undefined where its rule is not known */
  readonly window: Readonly<Record<WindowStatistic, (shape: WindowShape | undefined) => string>>;
  readonly instant: string;
  /** 16:00–17:00 on a date; a whole day, several, a month; a span over several days */
  spanWithinDay(from: string, to: string, date: string): string;
  spanDay(date: string): string;
  spanDays(first: string, last: string): string;
  spanMonth(month: string): string;
  spanOver(from: string, to: string): string;
  duration(ms: number): string;
  parameterAs(parameter: string, basis: string): string;
  unit(unit: string): string;
  /** What a load and a discharge are of. */
  load(parameter: string): string;
  readonly volume: string;
  /** A mean that is neither of an hour nor of a day: "COD trung bình 30 ngày". */
  averaged(parameter: string, window: string): string;
  /** Of a value, part of which is the top of the instrument's range. */
  atLeast(value: string): string;
  readonly atLeastMeaning: string;
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
  /** A share that is one of time, and not of records. */
  ofTime(percent: string): string;
  calibrating(count: string): string;
  faulty(count: string): string;
  /** The judgement's own notes in this language; unknown ones as they are. */
  reason(reason: string): string;
  learntLate(occurred: string, received: string): string;
  /** Whether late data may still change the figures. */
  provisional(after: string, finalAt: string): string;
  readonly final: string;
  hours(count: string): string;
  /** Since when it goes on, and for how long. */
  begun(since: string, duration: string): string;
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
    /** A figure, what it is and of when: "187,4 mg/L; trung bình giờ, đến 23/11 17:00" */
    worst(value: string, window: string, at: string): string;
    closing(value: string, window: string, span: string): string;
    limitOf(limit: string, window: string): string;
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
        closed(parameter: string): string;
        withdrawn(parameter: string): string;
        /** What was found; `allowed`: days looked at, minutes expected at most. */
        figure(found: string, allowed: string): string;
        readonly meaning: string;
        readonly closedMeaning: string;
        readonly closedSubject: string;
      }
    >
  > & { readonly withdrawnSubject: string };
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
  /** Those with a figure in them. */
  figured: readonly (readonly [form: RegExp, say: (figure: string) => string])[],
  reason: string,
): string {
  for (const [form, say] of figured) {
    const figure = form.exec(reason)?.[1];
    if (figure !== undefined) return say(figure);
  }
  return known[reason] ?? reason;
}

/** Forms of the notes with a figure in them. */
export const figuredReasons = {
  partOf: /^part of incident (\w+)$/,
  nearLimit: /^calibrating began when the hour before was at (\d+) % of the limit$/,
  inflowAlone: /^inflow without outflow for ([\d.]+) h$/,
} as const;
