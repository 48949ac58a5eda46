/** What every mail of an incident event starts from. In: registry, events, recipient; out: the nouns it names, its language's words and figures, and the parts all kinds share. */
import {
  type IncidentEvent,
  type IncidentFacts,
  isFindingKind,
  isPresenceKind,
} from "#shared/incident/incident.ts";
import { limitsOf } from "#shared/limit/limit.ts";
import { findParameter, type Parameter } from "#shared/parameter/parameter.ts";
import type { Plant } from "#shared/plant/plant.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Station } from "#shared/station/station.ts";
import { provinceAt, type Zone } from "#shared/zone/zone.ts";
import type { Recipient } from "../route/route.ts";
import { en } from "./en.ts";
import { createFormat, type Format } from "./format.ts";
import type { Letter } from "./layout.ts";
import type { Messages } from "./messages.ts";
import { vi } from "./vi.ts";

export interface Telling {
  readonly registry: Registry;
  /** Of one incident, in order of seq, up to the one the mail is about. */
  readonly events: readonly IncidentEvent[];
  readonly recipient: Recipient;
  /** Everybody the incident has reached so far. */
  readonly told: readonly Recipient[];
  readonly publicUrl: string;
}

export interface Scene extends Telling {
  readonly event: IncidentEvent;
  readonly facts: IncidentFacts;
  readonly zone: Zone;
  readonly plant: Plant | undefined;
  readonly station: Station | undefined;
  readonly parameter: Parameter | undefined;
  readonly words: Messages;
  readonly format: Format;
  readonly simulated: boolean;
  readonly backTest: boolean;
}

const messages = { vi, en };

/** @throws Error when there is no event or its zone is unknown: the route would have refused it */
export function createScene(telling: Telling): Scene {
  const { registry, events, recipient } = telling;
  const event = events.at(-1);
  const zone =
    registry.zones.get(event?.zone ?? "") ?? (event?.kind === "ledger" ? noZone(registry) : undefined);
  if (event === undefined || zone === undefined)
    throw new Error("nothing to tell: no event, or an unknown zone");
  const { language } = recipient.contact;
  return {
    ...telling,
    event,
    facts: knownFacts(events),
    zone,
    plant: registry.plants.get(event.plant ?? ""),
    station: registry.stations.get(event.station ?? ""),
    parameter: findParameter(event.parameter ?? ""),
    words: messages[language],
    format: createFormat(language, registry.settings.timeZone),
    simulated: registry.settings.simulated || zone.simulated,
    backTest: isBackTest(telling, event),
  };
}

/** What was received of no plant we know belongs to no zone; a mail about it names none. */
function noZone({ settings: { simulated } }: Registry): Zone {
  return {
    id: "unknown",
    name: { vi: "chưa rõ", en: "unknown" },
    simulated,
    status: "unknown",
    centralPlant: "unknown",
    provinces: [{ code: "", name: "", geography: "OTHER" }],
    source: "",
  };
}

/** Said by the figures, or by the limit in the registry that they were compared with. */
function isBackTest({ registry, events }: Telling, event: IncidentEvent): boolean {
  if (events.some(({ facts }) => facts.purpose === "back-test")) return true;
  const plant = registry.plants.get(event.plant ?? "");
  const station = registry.stations.get(event.station ?? "");
  if (plant === undefined || station === undefined || event.parameter === null) return false;
  const limits = limitsOf(
    plant,
    event.parameter,
    event.startedAt,
    registry.settings.timeZone,
    registry.instruments,
  );
  return limits.some(({ purpose }) => purpose === "back-test");
}

/** The event's own figures; the limit they are compared with is remembered from earlier events where it says none. */
function knownFacts(events: readonly IncidentEvent[]): IncidentFacts {
  const own = events.at(-1)?.facts ?? {};
  const limited =
    events.findLast(({ facts }) => facts.limitMax != null || facts.limitMin != null)?.facts ?? {};
  const { rule, statistic, limitMin, limitMax, instrument, clause, confidence } = limited;
  const inherited = { rule, statistic, limitMin, limitMax, instrument, clause, confidence };
  const defined = (facts: object) =>
    Object.entries(facts).filter(([, value]) => value !== undefined && value !== null);
  return { ...own, ...Object.fromEntries([...defined(inherited), ...defined(own)]) };
}

/** `[MÔ PHỎNG] [HỒI CỨU] COD 187,4 > 135 mg/L · KCN … · 23/11 17:00` */
export function subjectOf(scene: Scene, parts: readonly (string | undefined)[]): string {
  const { tag } = scene.words;
  const tags = [scene.simulated ? `[${tag.simulated}] ` : "", scene.backTest ? `[${tag.backTest}] ` : ""];
  return `${tags.join("")}${parts.filter(Boolean).join(" · ")}`;
}

/** The parts of a letter that do not depend on its kind. */
export function frameOf(scene: Scene): Pick<Letter, "language" | "banner" | "link" | "foot"> {
  const { words, event, registry, recipient } = scene;
  const { legalBasis } = registry.settings.rules;
  const averaging = legalBasis === "" ? words.foot.notLaw : words.foot.legalBasis(legalBasis);
  const isOfData = isPresenceKind(event.kind) || isFindingKind(event.kind);
  const basis = event.kind === "limit" ? [averaging] : isOfData ? [words.foot.thresholdsNotLaw] : [];
  const preliminary = event.kind === "ledger" ? [] : [words.foot.preliminary];
  return {
    language: recipient.contact.language,
    banner: scene.simulated ? words.banner : "",
    link: { label: words.link, url: `${scene.publicUrl.replace(/\/+$/, "")}/#/incidents/${event.incident}` },
    foot: [...preliminary, ...basis, words.foot.reference(event.incident, event.seq)],
  };
}

type Rows = Letter["rows"];

export function placeRows(scene: Scene): Rows {
  const { words, zone, plant, station, event } = scene;
  const language = scene.recipient.contact.language;
  const name = (noun: { name: { vi: string; en: string } } | undefined) => noun?.name[language];
  return [
    [
      words.label.zone,
      `${name(zone)} (${provinceAt(zone, event.at, scene.registry.settings.timeZone).name})`,
    ],
    [words.label.plant, event.kind === "missing-plant" ? undefined : (name(plant) ?? event.plant)],
    [words.label.station, name(station) ?? event.station],
  ];
}

/** Level, who else knows, and whatever the judgement added. */
export function closingRows(scene: Scene): Rows {
  const { words, event, recipient, told, facts } = scene;
  const others = told.filter(({ contact }) => contact.id !== recipient.contact.id);
  const level = Math.max(...scene.events.map((known) => known.level));
  return [
    [words.label.level, words.level[(recipient.reading === "ending" ? level : event.level) as 1 | 2]],
    [words.label.told, others.map(({ contact }) => contact.name).join("; ") || words.toldNobody],
    [words.label.note, facts.reason && words.reason(facts.reason)],
  ];
}

/** "16:00–17:00 ngày 23/11/2026", a whole day, whole days, a month, or from – to; a single reading's time. */
export function spanText(scene: Scene, from: number, to: number): string {
  const { format, words } = scene;
  if (from >= to) return format.dateTime(to);
  if (format.clock(from) === "00:00" && format.clock(to) === "00:00") {
    if (format.sameDay(from, to - 1)) return words.spanDay(format.date(from));
    return isMonth(format, from, to)
      ? words.spanMonth(format.month(from))
      : words.spanDays(format.date(from), format.date(to - 1));
  }
  return format.sameDay(from, to - 1)
    ? words.spanWithinDay(format.clock(from), format.clock(to), format.date(from))
    : words.spanOver(format.dateTime(from), format.dateTime(to));
}

/** From the first of a month to the first of the next. */
const isMonth = (format: Format, from: number, to: number) =>
  format.month(from) === format.month(to - 1) &&
  format.month(from - 1) !== format.month(from) &&
  format.month(to) !== format.month(from);

/**
 * Time in a subject: with the hour, the last day of a window of days, or the month; with the year where it is not the
 * year of recording.
 * @param unit of the window that ends then
 */
export function subjectTime(scene: Scene, ms: number, unit: "hour" | "day" | "month" = "hour"): string {
  const { format, event, words, backTest } = scene;
  if (unit === "month") return words.spanMonth(format.month(ms - 1));
  const wholeDay = unit === "day";
  const day = wholeDay ? ms - 1 : ms;
  const withYear = backTest || format.year(day) !== format.year(event.recordedAt);
  const date = withYear ? format.date(day) : format.shortDate(day);
  return wholeDay ? date : `${date} ${format.clock(ms)}`;
}

/** When an ended matter ended. */
export const endOf = ({ event }: Scene): number => event.closedAt ?? event.at;

/** The figures of the window that made its level; the event that ends it carries the closing one. */
export function decidingFacts({ events, facts }: Scene): IncidentFacts {
  return events.findLast(({ closedAt }) => closedAt === null)?.facts ?? facts;
}

/** "23/11/2026 14:00 (đã 3 giờ)": since the first reading over, up to the end of the window told of. */
export function begunText({ event, format, words }: Scene, to: number): string {
  const since = format.dateTime(event.startedAt);
  return to > event.startedAt ? words.begun(since, words.duration(to - event.startedAt)) : since;
}

const HOUR_MS = 3_600_000;

/** Whether the verdict on a window was still provisional when it was told; undefined without a window. */
export function stateText(scene: Scene, to: number | undefined): string | undefined {
  const { registry, event, format, words } = scene;
  const { finalAfter } = registry.settings.rules;
  if (to === undefined) return undefined;
  if (event.recordedAt >= to + finalAfter) return words.final;
  const hours = finalAfter / HOUR_MS;
  const after = Number.isInteger(hours) ? words.hours(format.number(hours, 0)) : words.duration(finalAfter);
  return words.provisional(after, format.dateTime(to + finalAfter));
}

const LATE_MS = 6 * HOUR_MS;

/** An exceedance learnt late says so (trade practice 1.10); a back-test is late by nature. */
export function lateText(scene: Scene, occurredAt: number): string | undefined {
  const { event, format, words, backTest } = scene;
  if (backTest || event.recordedAt - occurredAt < LATE_MS) return undefined;
  return words.learntLate(format.dateTime(occurredAt), format.dateTime(event.recordedAt));
}
