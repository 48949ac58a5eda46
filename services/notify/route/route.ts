/**
 * Who is told about one incident event. In: registry, the incident's events, a seq; out: contacts with the reading
 * of the mail for each (opening, worsening, reopening, ending), and the reason. Levels: trade practice 1.6, configurable, not law.
 * A place that is not armed yet is observed: nobody is told of what happens there (trade practice 1.11).
 */
import { commissioningOf, isArmed } from "#shared/commissioning/commissioning.ts";
import type { Contact, Duty } from "#shared/contact/contact.ts";
import type { IncidentEvent, Level, Transition } from "#shared/incident/incident.ts";
import { provinceKey } from "#shared/province/province.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { provinceAt, type Zone } from "#shared/zone/zone.ts";

/** How a mail reads to its recipient: a worsening is an opening for those it newly reaches. */
export type Reading = "opening" | "worsening" | "reopening" | "ending";

export interface Recipient {
  readonly contact: Contact;
  readonly reading: Reading;
  /** The incident event of this contact's first mail: the head of its thread. */
  readonly firstSeq: number;
}

export interface RouteDecision {
  readonly recipients: readonly Recipient[];
  /** Why these, or why nobody; for the log. */
  readonly reason: string;
  /** none: nothing to say, for good. defect: somebody should be told and cannot be; asked again later. */
  readonly outcome: "told" | "none" | "defect";
}

/** Transitions that tell everybody their level reaches; `reopened` takes back an ending. */
const TELLING: readonly Transition[] = ["opened", "worsened", "reopened"];

const dutiesOf: Record<Level, readonly Duty[]> = {
  0: [],
  1: ["zone-officer"],
  2: ["zone-officer", "management-board", "provincial-department"],
};

/** Told of the ledger, whatever its level: it is nobody else's. */
const LEDGER_DUTY: Duty = "engineer";

/** @param events of one incident, in order of seq */
export function route(registry: Registry, events: readonly IncidentEvent[], seq: number): RouteDecision {
  const event = events.find((candidate) => candidate.seq === seq);
  if (event === undefined) return nobody("defect", `event ${seq} is not recorded`);
  const zone = registry.zones.get(event.zone);
  // strange topics belong to no zone, and their ledger to every engineer
  if (zone === undefined && event.kind !== "ledger")
    return nobody("defect", `zone ${event.zone} is not in the registry`);
  if (registry.settings.simulated && zone?.simulated === false) {
    return nobody("defect", `zone ${zone.id} is real: never mailed about from a simulated registry`);
  }
  const known = events.filter((candidate) => candidate.seq <= seq);
  const telling = tellingEvents(registry, zone, known);
  const ending = event.transition === "closed" || event.transition === "withdrawn";
  const tells = ending ? telling.length > 0 : telling.includes(event);
  if (!tells && isObserved(registry, zone, event)) return nobody("none", observing(registry, zone, event));
  if (!tells)
    return nobody("none", `${event.transition}: ${ending ? "nobody was told of it" : "nobody is mailed"}`);
  const level = ending ? highestLevel(telling) : event.level;
  if (level === 0) return nobody("none", "level 0: shown on the tile only");

  const inCharge = reachedBy(registry, zone, { ...event, level });
  // the end of what was opened while observing goes to those told since, and to nobody else
  const observed = ending && known.some((earlier) => isObserved(registry, zone, earlier));
  const reached = observed
    ? inCharge.filter((contact) => firstSeqOf(contact, registry, zone, telling) !== undefined)
    : inCharge;
  const simulated = registry.settings.simulated || zone?.simulated === true;
  const refused = simulated ? reached.filter((contact) => !isExampleAddress(contact.email)) : [];
  const contacts = reached.filter((contact) => !refused.includes(contact));
  const refusal =
    refused.length === 0
      ? ""
      : `; refused, simulated data goes to .example only: ${refused.map(({ id }) => id).join(", ")}`;
  if (contacts.length === 0)
    return nobody("defect", `level ${level}: no contact in charge of ${event.zone}${refusal}`);
  return {
    outcome: "told",
    reason: `level ${level}: ${event.transition}${refusal}`,
    recipients: contacts.map((contact) => {
      const firstSeq = firstSeqOf(contact, registry, zone, telling) ?? seq;
      const again = event.transition === "reopened" ? "reopening" : "worsening";
      const reading = ending ? "ending" : firstSeq < seq ? again : "opening";
      return { contact, reading, firstSeq };
    }),
  };
}

/** Contacts that an event reaches: by its level, or the engineers for the ledger; in charge of the zone, or of the province it belonged to on that day. */
function reachedBy(
  { contacts, settings }: Pick<Registry, "contacts" | "settings">,
  zone: Pick<Zone, "id" | "provinces"> | undefined,
  { kind, level, at }: Pick<IncidentEvent, "kind" | "level" | "at">,
): Contact[] {
  const duties = kind === "ledger" ? [LEDGER_DUTY] : dutiesOf[level];
  const province = zone === undefined ? undefined : provinceKey(provinceAt(zone, at, settings.timeZone));
  return contacts.filter(
    (contact) =>
      duties.includes(contact.duty) &&
      (zone === undefined ||
        contact.zones?.includes(zone.id) ||
        (province !== undefined && contact.provinces?.includes(province))),
  );
}

/** Reserved for examples (RFC 2606): no such address can belong to anybody. */
export function isExampleAddress(email: string): boolean {
  return /@([a-z0-9-]+\.)*example$/i.test(email);
}

function firstSeqOf(
  contact: Contact,
  registry: Registry,
  zone: Zone | undefined,
  /** Those that told somebody. */
  events: readonly IncidentEvent[],
): number | undefined {
  return events.find((event) => reachedBy(registry, zone, event).includes(contact))?.seq;
}

/**
 * Events that tell everybody their level reaches. What happened while observing told nobody: so a rise back to a
 * level that only the observed part had, recorded as `moved`, is told too.
 */
function tellingEvents(
  registry: Registry,
  zone: Zone | undefined,
  events: readonly IncidentEvent[],
): IncidentEvent[] {
  const told: IncidentEvent[] = [];
  for (const [index, event] of events.entries()) {
    if (isObserved(registry, zone, event)) continue;
    const rises = event.level > (events[index - 1]?.level ?? 0) && event.level > highestLevel(told);
    const tells =
      event.transition === "moved" ? rises && event.closedAt === null : TELLING.includes(event.transition);
    if (tells) told.push(event);
  }
  return told;
}

/** Observed, not armed, when it happened. The ledger is the engineer's from the first day. */
function isObserved(registry: Registry, zone: Zone | undefined, event: IncidentEvent): boolean {
  return event.kind !== "ledger" && zone !== undefined && !isArmed(registry, zone, event.station, event.at);
}

function observing(registry: Registry, zone: Zone | undefined, { station, at }: IncidentEvent): string {
  const from = zone === undefined ? null : commissioningOf(registry, zone, station, at).from;
  return `observing${from === null ? "" : ` until armed on ${from}`}: judged and listed, not mailed`;
}

function highestLevel(events: readonly IncidentEvent[]): Level {
  return Math.max(0, ...events.map(({ level }) => level)) as Level;
}

function nobody(outcome: "none" | "defect", reason: string): RouteDecision {
  return { recipients: [], outcome, reason };
}
