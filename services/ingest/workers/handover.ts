/**
 * How a zone goes from one worker to another without a message lost or stored twice. Pure. In: what a worker knows (Facts)
 * and what happens (Happening); out: the next thing to do (Step).
 *
 * Each worker keeps a retained record on the broker that all others read: what it is subscribed to, what it is leaving,
 * whether it stores. Two rules follow from the records alone:
 *
 *   1. Nobody leaves a zone before its owner is subscribed. So every message is in a session at any time; while both are
 *      subscribed it is in two, and whoever stores it later counts a duplicate.
 *   2. Nobody stores a zone that another worker stores, or has and comes before it. So the second one's first look into
 *      the database sees everything the first has stored.
 *
 *   old owner                                     new owner
 *   stores                                        subscribes, announces it; journals and acknowledges, does not store
 *   sees that, unsubscribes
 *   sends a fence to its own session
 *   the fence comes back, behind all that the session still held; goes through the journal like a reading
 *   the cursor passes it: everything is stored
 *   announces that it has left                    sees that: stores
 *
 * Those who go out of service come first, then w1, w2, …: zones only ever move from an earlier one to a later one in this
 * order (owner.ts), so nobody waits in a circle. The right to store is kept over restarts: a worker that had it goes on
 * at once, unless its zones have become more.
 */
import { ALL_ZONES, type WorkerZones } from "#shared/mqtt/worker-zones.ts";
import { ownerOf } from "./owner.ts";

/** Another worker's record. */
export interface Other {
  readonly workers: number;
  readonly storing: boolean;
  readonly subscribed: ReadonlySet<string>;
  readonly leaving: ReadonlySet<string>;
}
export type Others = ReadonlyMap<number, Other>;

/** What a worker keeps on its own disk: what its session may be subscribed to, or its journal may hold. */
export interface Kept {
  readonly zones: readonly string[];
  readonly storing: boolean;
}

/** Of a zone that is another worker's now: still subscribed, unsubscribed, or unsubscribed and the fence is under way. */
type Leaving = "subscribed" | "unsubscribed" | "fenced";

export interface Facts {
  readonly me: number;
  readonly workers: number;
  /** What the registry knows. */
  readonly zones: ReadonlySet<string>;
  /** The zones of mine by the hash. */
  readonly mine: ReadonlySet<string>;
  /** Those that the broker has confirmed on this connection, and others subscribed again because the session was lost. */
  readonly subscribed: ReadonlySet<string>;
  readonly leaving: ReadonlyMap<string, Leaving>;
  /** What the session may have from a time that nobody remembers: a broker that crashed goes back by seconds. */
  readonly strays: ReadonlySet<string>;
  readonly storing: boolean;
  /** Undefined while there is no connection. */
  readonly session: "present" | "lost" | undefined;
  /** The records of the others; undefined until all of them have been read. */
  readonly others: Others | undefined;
  /** My record as all others see it. */
  readonly announced: WorkerZones | undefined;
}

export type Happening =
  | { readonly what: "connected"; readonly sessionPresent: boolean }
  | { readonly what: "disconnected" }
  | { readonly what: "subscribed" | "unsubscribed"; readonly zones: readonly string[] }
  /** Sent to my own session. */
  | { readonly what: "fence sent" }
  /** Everything received before it is stored. */
  | { readonly what: "fence passed" }
  /** All records are read; `own`: the one I had left there. */
  | { readonly what: "records read"; readonly others: Others; readonly own?: Other | undefined }
  | { readonly what: "records lost" }
  | { readonly what: "record"; readonly worker: number; readonly record: Other | undefined }
  /** My record has come back from the broker, behind all that others announced before it. */
  | { readonly what: "announced"; readonly record: WorkerZones }
  | { readonly what: "opened" };

export type Step =
  | { readonly do: "subscribe" | "unsubscribe"; readonly zones: readonly string[] }
  | { readonly do: "fence" }
  | { readonly do: "announce"; readonly record: WorkerZones }
  /** From here on what the journal holds may be stored. */
  | { readonly do: "store" }
  /** Give the right to store up, and start again: `to` has to store first. */
  | { readonly do: "yield"; readonly to: number }
  /** Out of service and nothing left: end the session. */
  | { readonly do: "retire" }
  | { readonly do: "wait"; readonly for: readonly Waiting[] };

export interface Waiting {
  readonly worker: number;
  /** To be subscribed to zones that I leave, or to leave zones that I shall store. */
  readonly to: "subscribe" | "leave";
}

export function begin(worker: {
  me: number;
  workers: number;
  zones: Iterable<string>;
  kept?: Kept | undefined;
}): Facts {
  const { me, workers, kept = { zones: [], storing: false } } = worker;
  const zones = new Set(worker.zones);
  const mine = new Set(
    workers === 1 ? [ALL_ZONES] : [...zones].filter((zone) => ownerOf(zone, workers) === me),
  );
  if (me > workers) mine.clear();
  const had = new Set(kept.zones);
  return {
    me,
    workers,
    zones,
    mine,
    subscribed: new Set(),
    leaving: new Map(kept.zones.filter((zone) => !mine.has(zone)).map((zone) => [zone, "subscribed"])),
    strays: new Set(),
    storing: kept.storing && [...mine].every((zone) => had.has(zone) || had.has(ALL_ZONES)),
    session: undefined,
    others: undefined,
    announced: undefined,
  };
}

/** What to keep on disk before anything else is done. */
export const keptOf = ({ mine, leaving, storing }: Facts): Kept => ({
  zones: [...mine, ...leaving.keys()],
  storing,
});

export function happened(facts: Facts, event: Happening): Facts {
  switch (event.what) {
    case "connected":
      return {
        ...facts,
        session: event.sessionPresent ? "present" : "lost",
        subscribed: new Set(),
        // a broker that crashed may have gone back to a time before
        leaving: new Map([...facts.leaving.keys()].map((zone) => [zone, "subscribed"])),
        strays: new Set(event.sessionPresent ? strangers(facts) : []),
      };
    case "disconnected":
      return { ...facts, session: undefined };
    case "subscribed":
      return { ...facts, subscribed: new Set([...facts.subscribed, ...event.zones]) };
    case "unsubscribed":
      return {
        ...facts,
        leaving: change(
          facts.leaving,
          event.zones.filter((zone) => facts.leaving.has(zone)),
          "unsubscribed",
        ),
        strays: facts.strays.difference(new Set(event.zones)),
      };
    case "fence sent":
      return { ...facts, leaving: change(facts.leaving, withState(facts.leaving, "unsubscribed"), "fenced") };
    case "fence passed":
      return { ...facts, leaving: change(facts.leaving, withState(facts.leaving, "fenced"), undefined) };
    case "records read": {
      // my own disk may be lost, or the broker gone back: whatever it says I have, I have to leave again
      const had = [...(event.own?.subscribed ?? []), ...(event.own?.leaving ?? [])];
      const forgotten = had.filter((zone) => !facts.mine.has(zone) && !facts.leaving.has(zone));
      return { ...facts, others: event.others, leaving: change(facts.leaving, forgotten, "subscribed") };
    }
    case "records lost":
      return { ...facts, others: undefined, announced: undefined };
    case "record": {
      if (facts.others === undefined) return facts;
      const others = new Map(facts.others);
      if (event.record === undefined) others.delete(event.worker);
      else others.set(event.worker, event.record);
      return { ...facts, others };
    }
    case "announced":
      return { ...facts, announced: event.record };
    case "opened":
      return { ...facts, storing: true };
  }
}

export function nextStep(facts: Facts): Step {
  if (facts.session === undefined) return { do: "wait", for: [] };
  const joining = zonesToSubscribe(facts);
  if (joining.length > 0) return { do: "subscribe", zones: joining };
  if (facts.others === undefined) return { do: "wait", for: [] };
  const first = facts.storing ? [] : storeFirst(facts);
  const record = recordOf(facts, first.length === 0);
  // before it acts on the others' records, all others know: two that leave for each other would both be gone
  if (!isSame(record, facts.announced)) return { do: "announce", record };
  const left = [...withState(facts.leaving, "subscribed"), ...facts.strays].filter((zone) =>
    isOthers(facts, zone),
  );
  if (left.length > 0) return { do: "unsubscribe", zones: left };
  const fenced = withState(facts.leaving, "fenced").length > 0;
  if (!fenced && withState(facts.leaving, "unsubscribed").length > 0) return { do: "fence" };
  if (!facts.storing && first.length === 0) return { do: "store" };
  const to = facts.storing ? waitsForMe(facts) : undefined;
  if (to !== undefined) return { do: "yield", to };
  if (facts.me > facts.workers && facts.leaving.size === 0) return { do: "retire" };
  return {
    do: "wait",
    for: [...first.map((worker) => ({ worker, to: "leave" as const })), ...notSubscribed(facts)],
  };
}

/** A single worker's ALL_ZONES goes last: its own zones are subscribed when all others are, so that few come twice. */
function zonesToSubscribe(facts: Facts): string[] {
  const later = facts.leaving.get(ALL_ZONES) === "subscribed" && !othersHaveTheirs(facts);
  // a session that was lost is made again as it was, and left in order
  const again = facts.session === "lost" ? withState(facts.leaving, "subscribed") : [];
  return [...(later ? [] : facts.mine), ...again].filter((zone) => !facts.subscribed.has(zone));
}

/** Rule 1: every message of the zone goes into its owner's session too. */
function isOthers(facts: Facts, zone: string): boolean {
  if (zone === ALL_ZONES) return [...facts.zones].every((each) => isOthers(facts, each));
  // what the registry no longer knows is nobody's
  if (!facts.zones.has(zone)) return true;
  const owner = ownerOf(zone, facts.workers);
  if (owner === facts.me) return has(facts.subscribed, zone);
  const record = facts.others?.get(owner);
  return record !== undefined && has(record.subscribed, zone);
}

const othersHaveTheirs = (facts: Facts): boolean =>
  facts.others !== undefined &&
  [...facts.zones].every((zone) => ownerOf(zone, facts.workers) === facts.me || isOthers(facts, zone));

/** Rule 2: who shares a zone with me and stores, or comes before me. */
function storeFirst(facts: Facts): number[] {
  return sharing(facts)
    .filter(([worker, { storing }]) => storing || isBefore(worker, facts))
    .map(([worker]) => worker);
}

/** One that comes before me can do nothing while I store: it came back when I had the right already. */
function waitsForMe(facts: Facts): number | undefined {
  return sharing(facts).find(
    ([worker, { storing, workers }]) => !storing && workers === facts.workers && isBefore(worker, facts),
  )?.[0];
}

function sharing(facts: Facts): [number, Other][] {
  const mine = [...facts.mine, ...facts.leaving.keys()];
  return [...(facts.others ?? [])].filter(([, { subscribed, leaving }]) =>
    mine.includes(ALL_ZONES)
      ? subscribed.size + leaving.size > 0
      : mine.some((zone) => has(subscribed, zone) || has(leaving, zone)),
  );
}

function isBefore(worker: number, { me, workers }: Facts): boolean {
  const place = (one: number) => (one > workers ? one - 1e9 : one);
  return place(worker) < place(me);
}

function notSubscribed(facts: Facts): Waiting[] {
  const staying = withState(facts.leaving, "subscribed");
  const zones = staying.includes(ALL_ZONES) ? facts.zones : staying;
  const owners = [...zones]
    .filter((zone) => !isOthers(facts, zone))
    .map((zone) => ownerOf(zone, facts.workers));
  return [...new Set(owners)]
    .filter((worker) => worker !== facts.me)
    .map((worker) => ({ worker, to: "subscribe" }));
}

function recordOf(facts: Facts, storing: boolean): WorkerZones {
  const { mine, subscribed, leaving, workers } = facts;
  return {
    workers,
    storing,
    subscribed: [...mine].filter((zone) => subscribed.has(zone)),
    leaving: [...leaving.keys()],
  };
}

const strangers = ({ zones, mine, leaving }: Facts): string[] =>
  [...zones, ALL_ZONES].filter((zone) => !mine.has(zone) && !leaving.has(zone));

const isSame = (one: WorkerZones, other: WorkerZones | undefined): boolean =>
  other !== undefined && JSON.stringify(one) === JSON.stringify(other);

const has = (zones: ReadonlySet<string>, zone: string): boolean => zones.has(zone) || zones.has(ALL_ZONES);

const withState = (leaving: Facts["leaving"], state: Leaving): string[] =>
  [...leaving].filter(([, each]) => each === state).map(([zone]) => zone);

/** @param to undefined: they are left for good */
function change(
  leaving: Facts["leaving"],
  zones: readonly string[],
  to: Leaving | undefined,
): Facts["leaving"] {
  const changed = new Map(leaving);
  for (const zone of zones) {
    if (to === undefined) changed.delete(zone);
    else changed.set(zone, to);
  }
  return changed;
}
