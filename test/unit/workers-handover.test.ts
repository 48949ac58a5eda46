/**
 * The handover of zones between workers, on a model of a broker: sessions with queues, retained records, delivery in
 * order. Whatever the order of events, and whoever dies when: every message is in a session when it is published, nobody
 * stores a zone that another one stores, every message is stored once, and all ends where it should.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  begin,
  type Facts,
  happened,
  type Kept,
  keptOf,
  nextStep,
  type Other,
} from "#services/ingest/workers/handover.ts";
import { ownerOf } from "#services/ingest/workers/owner.ts";
import { ALL_ZONES, type WorkerZones } from "#shared/mqtt/worker-zones.ts";

const ZONES = ["a", "b", "c", "d", "e", "f"];
const WORKERS = [1, 2, 3, 4];

type Message = { readonly id: number; readonly zone: string } | { readonly fence: string };

interface Session {
  readonly subscriptions: Set<string>;
  readonly queue: Message[];
}

/** A worker's disk, and, while it runs, its process. */
interface Worker {
  kept: Kept | undefined;
  readonly journal: Message[];
  process: Process | undefined;
}

interface Process {
  facts: Facts;
  readonly life: string;
  fences: number;
  /** Records on their way here; undefined while this connection is down. */
  records: { from: number; record: WorkerZones | undefined }[] | undefined;
  /** What it has announced and not yet seen come back. */
  announcing: boolean;
  /** What the database held when it first looked, and what it stored since. */
  readonly known: Set<number>;
}

const asOther = ({ subscribed, leaving, ...rest }: WorkerZones): Other => ({
  ...rest,
  subscribed: new Set(subscribed),
  leaving: new Set(leaving),
});

class World {
  workers = 1;
  readonly sessions = new Map<number, Session>();
  readonly retained = new Map<number, WorkerZones>();
  readonly all = new Map<number, Worker>();
  readonly stored = new Map<number, number>();
  published = 0;
  lost = new Set<number>();
  duplicates = 0;
  /** After a crash of the broker two may count the same as stored: only that nothing is lost is still promised. */
  private broken = false;
  private saved: { sessions: [number, Session][]; retained: [number, WorkerZones][] } = {
    sessions: [],
    retained: [],
  };
  private lives = 0;

  of(me: number): Worker {
    const worker = this.all.get(me) ?? { kept: undefined, journal: [], process: undefined };
    this.all.set(me, worker);
    return worker;
  }

  /** Ends it wherever it is, and starts it with today's number of workers. */
  start(me: number): void {
    const worker = this.of(me);
    worker.process = undefined;
    // out of service, and nothing of it anywhere: a broker that came back may have some again
    const isGone = worker.kept === undefined && !this.sessions.has(me) && !this.retained.has(me);
    if (me > this.workers && isGone) return;
    const facts = begin({ me, workers: this.workers, zones: ZONES, kept: worker.kept });
    this.lives += 1;
    worker.process = {
      facts,
      life: `${me}.${this.lives}`,
      fences: 0,
      records: undefined,
      announcing: false,
      known: new Set(this.stored.keys()),
    };
    this.keep(me);
  }

  keep(me: number): void {
    const worker = this.of(me);
    if (worker.process !== undefined) worker.kept = keptOf(worker.process.facts);
  }

  tell(me: number, event: Parameters<typeof happened>[1]): void {
    const { process } = this.of(me);
    if (process === undefined) return;
    process.facts = happened(process.facts, event);
    this.keep(me);
  }

  connect(me: number): boolean {
    const { process } = this.of(me);
    if (process === undefined) return false;
    if (process.facts.session === undefined) {
      const sessionPresent = this.sessions.has(me);
      if (!sessionPresent) this.sessions.set(me, { subscriptions: new Set(), queue: [] });
      process.fences += 1;
      this.tell(me, { what: "connected", sessionPresent });
      return true;
    }
    if (process.records !== undefined) return false;
    process.records = [];
    process.announcing = false;
    const own = this.retained.get(me);
    const others = new Map(
      [...this.retained].filter(([who]) => who !== me).map(([who, record]) => [who, asOther(record)]),
    );
    this.tell(me, { what: "records read", others, own: own === undefined ? undefined : asOther(own) });
    return true;
  }

  disconnect(me: number, which: "session" | "records"): void {
    const { process } = this.of(me);
    if (process === undefined) return;
    if (which === "session") {
      this.tell(me, { what: "disconnected" });
      return;
    }
    process.records = undefined;
    this.tell(me, { what: "records lost" });
  }

  retain(from: number, record: WorkerZones | undefined): void {
    if (record === undefined) this.retained.delete(from);
    else this.retained.set(from, record);
    for (const { process } of this.all.values()) process?.records?.push({ from, record });
  }

  hear(me: number): boolean {
    const { process } = this.of(me);
    const next = process?.records?.shift();
    if (process === undefined || next === undefined) return false;
    const { from, record } = next;
    if (from !== me) this.tell(me, { what: "record", worker: from, record: record && asOther(record) });
    else if (record !== undefined) {
      process.announcing = false;
      this.tell(me, { what: "announced", record });
    }
    return true;
  }

  step(me: number): boolean {
    const { process } = this.of(me);
    if (process === undefined || process.announcing) return false;
    const step = nextStep(process.facts);
    const session = this.sessions.get(me);
    switch (step.do) {
      case "wait":
        return false;
      case "subscribe":
        for (const zone of step.zones) session?.subscriptions.add(zone);
        this.tell(me, { what: "subscribed", zones: step.zones });
        return true;
      case "unsubscribe":
        for (const zone of step.zones) session?.subscriptions.delete(zone);
        this.tell(me, { what: "unsubscribed", zones: step.zones });
        return true;
      case "fence":
        process.fences += 1;
        session?.queue.push({ fence: `${process.life}.${process.fences}` });
        this.tell(me, { what: "fence sent" });
        return true;
      case "announce":
        process.announcing = process.records !== undefined;
        this.retain(me, step.record);
        return true;
      case "store":
        process.known.clear();
        for (const id of this.stored.keys()) process.known.add(id);
        this.tell(me, { what: "opened" });
        return true;
      case "yield":
        this.of(me).kept = { ...keptOf(process.facts), storing: false };
        this.start(me);
        return true;
      case "retire":
        if ((session?.queue.length ?? 0) + this.of(me).journal.length > 0) return false;
        this.sessions.delete(me);
        this.retain(me, undefined);
        this.of(me).process = undefined;
        this.of(me).kept = undefined;
        return true;
    }
  }

  publish(zone: string): void {
    const takers = [...this.sessions.values()].filter(
      ({ subscriptions }) => subscriptions.has(zone) || subscriptions.has(ALL_ZONES),
    );
    expect(takers.length, `a session takes a message of ${zone}`).toBeGreaterThan(0);
    const id = this.published++;
    for (const { subscriptions, queue } of takers) {
      // a broker delivers once for each subscription that fits
      if (subscriptions.has(zone)) queue.push({ id, zone });
      if (subscriptions.has(ALL_ZONES)) queue.push({ id, zone });
    }
  }

  /** What the broker writes to its disk now and then. */
  save(): void {
    const copies = [...this.sessions].map(([me, { subscriptions, queue }]): [number, Session] => [
      me,
      { subscriptions: new Set(subscriptions), queue: [...queue] },
    ]);
    this.saved = { sessions: copies, retained: [...this.retained] };
  }

  /** The broker dies, and comes back as it was when it saved last. */
  crash(): void {
    this.broken = true;
    const { sessions, retained } = this.saved;
    this.sessions.clear();
    this.retained.clear();
    for (const [me, session] of sessions) this.sessions.set(me, session);
    for (const [me, record] of retained) this.retained.set(me, record);
    for (const me of WORKERS) {
      this.disconnect(me, "session");
      this.disconnect(me, "records");
    }
    this.save();
    // what only waited at the broker is lost, as with any number of workers
    const left = [...this.all.values()].flatMap(({ journal }) => journal);
    const waiting = [...this.sessions.values()].flatMap(({ queue }) => queue);
    const ids = [...left, ...waiting].flatMap((message) => ("id" in message ? [message.id] : []));
    this.lost = new Set(Array.from({ length: this.published }, (_, id) => id));
    for (const id of [...this.stored.keys(), ...ids]) this.lost.delete(id);
  }

  receive(me: number): boolean {
    const { process, journal } = this.of(me);
    const message = process?.facts.session === undefined ? undefined : this.sessions.get(me)?.queue.shift();
    if (message === undefined) return false;
    journal.push(message);
    return true;
  }

  store(me: number): boolean {
    const { process, journal } = this.of(me);
    if (process === undefined || !process.facts.storing) return false;
    const message = journal.shift();
    if (message === undefined) return false;
    if ("fence" in message) {
      if (message.fence === `${process.life}.${process.fences}`) this.tell(me, { what: "fence passed" });
      return true;
    }
    const { id, zone } = message;
    for (const [other, { process: running }] of this.all) {
      if (other === me || running === undefined || !running.facts.storing) continue;
      if (this.broken) continue;
      const zones = [...running.facts.mine, ...running.facts.leaving.keys()];
      expect(zones.includes(zone) || zones.includes(ALL_ZONES), `${me} and ${other} store ${zone}`).toBe(
        false,
      );
    }
    if (process.known.has(id)) this.duplicates += 1;
    else {
      if (!this.broken)
        expect(this.stored.get(id), `${me} does not know that message ${id} is stored`).toBeUndefined();
      process.known.add(id);
      this.stored.set(id, me);
    }
    return true;
  }

  /** One thing of each kind by this worker; whether any was to be done. */
  move(me: number): boolean {
    let moved = false;
    for (const act of [this.connect, this.hear, this.step, this.receive, this.store])
      moved = act.call(this, me) || moved;
    return moved;
  }

  /** Everybody up to date, and on until nothing moves. */
  settle(): void {
    for (const me of WORKERS) {
      const { process } = this.of(me);
      if (process?.facts.workers !== this.workers) this.start(me);
    }
    for (let round = 0, moved = true; moved; round += 1) {
      expect(round, "it comes to rest").toBeLessThan(2_000);
      moved = false;
      for (const me of WORKERS) moved = this.move(me) || moved;
    }
  }

  expectDone(): void {
    const missing = Array.from({ length: this.published }, (_, id) => id).filter(
      (id) => !this.stored.has(id),
    );
    expect(
      missing.filter((id) => !this.lost.has(id)),
      "not stored",
    ).toEqual([]);
    const expected = WORKERS.slice(0, this.workers).map((me) => [
      me,
      this.workers === 1 ? [ALL_ZONES] : ZONES.filter((zone) => ownerOf(zone, this.workers) === me),
    ]);
    const found = [...this.sessions].sort(([a], [b]) => a - b);
    expect(found.map(([me, { subscriptions }]) => [me, [...subscriptions].sort()])).toEqual(expected);
    expect([...this.retained.keys()].sort()).toEqual(WORKERS.slice(0, this.workers));
    for (const record of this.retained.values()) expect(record).toMatchObject({ storing: true, leaving: [] });
  }
}

const worker = fc.constantFrom(...WORKERS);
const steps = ["connect", "hear", "step", "receive", "store"] as const;
const action = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant("publish" as const), fc.constantFrom(...ZONES)) },
  { weight: 10, arbitrary: fc.tuple(fc.constantFrom(...steps), worker) },
  { weight: 10, arbitrary: fc.tuple(fc.constant("move" as const), worker, fc.integer({ min: 1, max: 12 })) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom("start", "disconnect", "lose records"), worker) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("scale" as const), worker) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("scale and start" as const), worker) },
);

function act(world: World, [what, ...rest]: [string, ...(string | number)[]]): void {
  if (what === "publish") {
    world.publish(String(rest[0]));
    return;
  }
  const [me = 1, times = 1] = rest.map(Number);
  if (what.startsWith("scale")) {
    world.workers = me;
    if (what === "scale and start") for (const each of WORKERS) world.start(each);
  } else if (what === "start") world.start(me);
  else if (what === "disconnect") world.disconnect(me, "session");
  else if (what === "save") world.save();
  else if (what === "crash") world.crash();
  else if (what === "lose records") world.disconnect(me, "records");
  else if (what === "move") for (let time = 0; time < times; time += 1) world.move(me);
  else world[what as (typeof steps)[number]](me);
}

describe("the handover of zones", () => {
  it("loses nothing and stores nothing twice, whatever the order of events", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.array(action, { minLength: 20, maxLength: 250, size: "max" }),
        (workers, actions) => {
          const world = new World();
          world.workers = workers;
          world.settle();
          world.expectDone();
          for (const one of actions) act(world, one);
          world.settle();
          world.expectDone();
        },
      ),
      { numRuns: 500 },
    );
  });

  it("loses nothing when the broker dies and comes back as it was a while ago", () => {
    const brokers = fc.tuple(fc.constantFrom("save", "save", "crash"));
    const actions = fc.array(fc.oneof({ weight: 12, arbitrary: action }, { weight: 1, arbitrary: brokers }), {
      minLength: 20,
      maxLength: 250,
      size: "max",
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), actions, (workers, happenings) => {
        const world = new World();
        world.workers = workers;
        world.settle();
        world.save();
        for (const one of happenings) act(world, one as [string, ...(string | number)[]]);
        world.settle();
        world.expectDone();
      }),
      { numRuns: 500 },
    );
  });

  it("1 to 3 to 2 and back, with messages all the time", () => {
    const world = new World();
    world.settle();
    for (const workers of [3, 2, 4, 1]) {
      for (const zone of ZONES) world.publish(zone);
      world.workers = workers;
      for (const me of WORKERS) world.start(me);
      for (const zone of ZONES) world.publish(zone);
      world.settle();
      world.expectDone();
    }
  });
});
