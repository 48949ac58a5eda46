import { describe, expect, it } from "vitest";
import { sweepZones } from "#services/compliance/presence/sweep-zones.ts";
import {
  foldEvents,
  type Incident,
  type IncidentEvent,
  type IncidentSubject,
  subjectKey,
} from "#shared/incident/incident.ts";
import { plantStateOfZone } from "#shared/plant/plant.ts";
import { createFeed } from "#shared/presence/feed.ts";
import { judgeNeverSeen, type NeverSeenCase } from "#shared/presence/never-seen.ts";
import { judgeSilence, type SilenceCase, silentWithin } from "#shared/presence/silence.ts";
import { sweepStations } from "#shared/presence/sweep-stations.ts";
import { subjectOf } from "#shared/presence/transitions.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { rulesSchema } from "#shared/registry/schema.ts";
import { testRegistry } from "#test/support/registry.ts";

const MINUTE = 60_000;
const NOW = Date.parse("2026-11-23T12:00:00+07:00");
const ago = (minutes: number) => NOW - minutes * MINUTE;
const rules = rulesSchema.parse({}).silence;

function silence(changes: Partial<SilenceCase>) {
  const answer = judgeSilence({
    station: { intervalMs: 5 * MINUTE, stamp: "end" },
    lastTime: ago(0),
    now: NOW,
    connectedAt: ago(10_000),
    unheardMs: 24 * 60 * MINUTE,
    rules,
    open: false,
    ...changes,
  });
  return answer === undefined ? "heard" : answer.level;
}
const last = (minutes: number) => ({ lastTime: ago(minutes) });
const everyMinutes = (minutes: number, stamp: "start" | "end" = "end") => ({
  station: { intervalMs: minutes * MINUTE, stamp },
});

describe("a station is silent", () => {
  it.each([
    ["a record of now", last(0), "heard"],
    ["one interval old", last(5), "heard"],
    ["interval and grace, to the millisecond", last(15), "heard"],
    ["a moment longer: the tile", { lastTime: ago(15) - 1 }, 0],
    ["half an hour: still the tile", last(30), 0],
    ["longer: the officer", last(31), 1],
    ["four hours: still the officer", last(240), 1],
    ["longer: the regulator", last(241), 2],
    ["a record of the future", last(-1), "heard"],
    ["connected again tomorrow: nothing is owed", { ...last(600), connectedAt: ago(-1440) }, "heard"],
    ["catching up: old records, received just now", { ...last(600), unheardMs: 2 * MINUTE }, "heard"],
    ["catching up does not clear a silence of now", { ...last(600), unheardMs: 2 * MINUTE, open: true }, 2],
    ["a record of now does", { ...last(1), unheardMs: 0, open: true }, "heard"],
    ["daily records: not before a day has passed", { ...everyMinutes(1440), ...last(1449) }, "heard"],
    ["daily records: then they are", { ...everyMinutes(1440), ...last(1451), unheardMs: 1451 * MINUTE }, 0],
    ["stamped at the start: due an interval later", { ...everyMinutes(60, "start"), ...last(130) }, "heard"],
    ["stamped at the start: then it is", { ...everyMinutes(60, "start"), ...last(131) }, 0],
  ] as [string, Partial<SilenceCase>, number | string][])("%s", (_what, changes, expected) => {
    expect(silence(changes)).toBe(expected);
  });
});

describe("a station was never seen", () => {
  const day = 1440;
  const found = (changes: Partial<NeverSeenCase>) => {
    const answer = judgeNeverSeen({
      station: { intervalMs: 5 * MINUTE, stamp: "end" },
      now: NOW,
      connectedAt: ago(day),
      unheardMs: day * MINUTE,
      rules,
      open: false,
      ...changes,
    });
    return answer === undefined ? "-" : "held" in answer ? "held" : answer.level;
  };
  it.each([
    ["connected yesterday", {}, 2],
    ["connected a quarter of an hour ago", { connectedAt: ago(15) }, "-"],
    ["a moment longer: the tile", { connectedAt: ago(15) - 1 }, 0],
    ["half an hour: the officer", { connectedAt: ago(31) }, 1],
    ["four hours: the regulator", { connectedAt: ago(241) }, 2],
    ["connected tomorrow", { connectedAt: ago(-day) }, "-"],
    ["who has just begun to listen has heard of nobody", { unheardMs: 15 * MINUTE }, "-"],
    ["but may soon say so, counted from the day of connection", { unheardMs: 16 * MINUTE }, 2],
    ["a restart does not end it", { unheardMs: 0, open: true }, 2],
    ["nor does a feed that begins anew", { connectedAt: ago(1), open: true }, "held"],
    ["hourly records", { ...everyMinutes(60), connectedAt: ago(70) }, "-"],
  ] as [string, Partial<NeverSeenCase>, number | string][])("%s", (_what, changes, expected) => {
    expect(found(changes)).toBe(expected);
  });
});

/** Incidents by subject, as the store answers. */
function createBook() {
  const events: IncidentEvent[] = [];
  const incidents = (): Incident[] =>
    [...Map.groupBy(events, ({ incident }) => incident).values()]
      .map((group) => foldEvents(group))
      .filter((incident) => incident !== undefined);
  const incidentsOf = (subject: IncidentSubject): Incident[] =>
    incidents().filter((incident) => subjectKey(incident) === subjectKey(subject));
  const add = (found: readonly IncidentEvent[]) => {
    events.push(...found);
    return found.map(({ transition, level, startedAt, closedAt }) => ({
      transition,
      level,
      startedAt,
      closedAt,
    }));
  };
  return {
    events,
    incidentsOf,
    openOf: (subject: IncidentSubject) => incidentsOf(subject).find(({ closedAt }) => closedAt === null),
    open: () => incidents().filter(({ closedAt }) => closedAt === null),
    add,
  };
}
type Book = ReturnType<typeof createBook>;
type Feed = ReturnType<typeof createFeed>;

const readings = ["ph", "cod", "tss", "nh4", "flow"].map((parameter) => ({
  parameter,
  value: 1,
  status: "measuring" as const,
  flag: 1 as const,
}));
const sample = (station: string, time: number, receivedAt: number) => ({
  station,
  time,
  receivedAt,
  readings,
});

function sweep(registry: Registry, feed: Feed, now: number, book: Book): IncidentEvent[] {
  const { open, incidentsOf } = book;
  return sweepStations({ registry, feed, open: open(), incidentsOf }, { now, recordedAt: now });
}

describe("the sweep over stations", () => {
  const registry = testRegistry({ stations: 2 });
  const real: Registry = { ...registry, settings: { ...registry.settings, simulated: false } };
  const feedAt = (saw: [station: string, minutes: number][], watch = 10_000, of = registry) => {
    const feed = createFeed({ now: () => ago(watch) }, of);
    for (const [station, minutes] of saw) feed.saw(sample(station, ago(minutes), ago(minutes)));
    return feed;
  };

  it("says nothing before a simulated feed has shown anything", () => {
    expect(sweep(registry, feedAt([]), NOW, createBook())).toEqual([]);
  });

  it("a real registry owes from the day of connection, also when nothing was ever stored", () => {
    const book = createBook();
    const feed = feedAt([], 10_000, real);
    book.add(sweep(real, feed, NOW, book));
    const connectedAt = Date.parse("2026-01-01T00:00:00+07:00");
    expect(book.events).toMatchObject(
      ["sim-s1", "sim-s2"].map((station) => ({
        kind: "never-seen",
        station,
        level: 2,
        startedAt: connectedAt + 5 * MINUTE,
        facts: { lastRecordAt: null, presence: { connectedAt } },
      })),
    );
    expect(sweep(real, feed, NOW + MINUTE, book)).toEqual([]);
    feed.saw(sample("sim-s1", NOW, NOW));
    expect(book.add(sweep(real, feed, NOW + MINUTE, book))).toMatchObject([
      { transition: "closed", closedAt: NOW },
    ]);
    // who has just started says nothing yet
    expect(sweep(real, feedAt([], 15, real), NOW, createBook())).toEqual([]);
  });

  it("opens, worsens and closes a silence once each, with increasing revisions", () => {
    const book = createBook();
    const feed = feedAt([
      ["sim-s1", 600],
      ["sim-s2", 600],
    ]);
    const at = (minutes: number) => book.add(sweep(registry, feed, ago(minutes), book));
    const due = ago(595);
    for (const minutes of [600, 590, 585]) expect(at(minutes)).toEqual([]);
    feed.saw(sample("sim-s2", ago(0), ago(0)));
    expect(at(584)).toEqual([{ transition: "opened", level: 0, startedAt: due, closedAt: null }]);
    expect(at(571)).toEqual([]);
    expect(at(569)).toEqual([{ transition: "worsened", level: 1, startedAt: due, closedAt: null }]);
    expect(at(400)).toEqual([]);
    expect(at(359)).toEqual([{ transition: "worsened", level: 2, startedAt: due, closedAt: null }]);
    // what the logger had kept comes in: late, and no end of the silence
    feed.saw(sample("sim-s1", ago(500), ago(350)));
    expect(at(350)).toEqual([]);
    feed.saw(sample("sim-s1", ago(345), ago(345)));
    expect(at(344)).toEqual([{ transition: "closed", level: 2, startedAt: due, closedAt: ago(345) }]);
    expect(at(343)).toEqual([]);
    expect(book.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(new Set(book.events.map(({ incident }) => incident)).size).toBe(1);
    // silent again: an incident of its own
    expect(at(300)).toEqual([{ transition: "opened", level: 1, startedAt: ago(340), closedAt: null }]);
    expect(new Set(book.events.map(({ incident }) => incident)).size).toBe(2);
  });

  it("silences of one day that come to more than six hours are the regulator's too", () => {
    const book = createBook();
    const feed = feedAt([
      ["sim-s1", 719],
      ["sim-s2", 0],
    ]);
    const levels: [number, number][] = [];
    // from local midnight, 12 hours before: silent for 230 minutes, then heard, and so on
    for (let minutes = 719; minutes >= 0; minutes -= 1) {
      if (minutes === 480 || minutes === 240) feed.saw(sample("sim-s1", ago(minutes), ago(minutes)));
      for (const { level, transition } of book.add(sweep(registry, feed, ago(minutes), book)))
        if (transition !== "closed") levels.push([minutes, level]);
    }
    expect(levels).toEqual([
      [703, 0],
      [688, 1],
      [464, 0],
      [449, 1],
      // 234 + 126 minutes
      [348, 2],
      [224, 2],
    ]);
    expect(book.events.find(({ level }) => level === 2)?.facts).toMatchObject({
      reason: "silences of this day, taken together",
      presence: { silentTodayMs: 361 * MINUTE },
    });
    const span = { openedAt: ago(100), closedAt: ago(40) };
    expect(silentWithin([span, { openedAt: ago(5), closedAt: null }], ago(60))).toBe(20 * MINUTE);
  });

  it.each([[true], [false]])("a restart of the watch ends no silence (simulated feed: %s)", (simulated) => {
    const of = simulated ? registry : real;
    const book = createBook();
    const before = feedAt(
      [
        ["sim-s1", 600],
        ["sim-s2", 0],
      ],
      10_000,
      of,
    );
    book.add(sweep(of, before, NOW, book));
    expect(book.events).toMatchObject([{ station: "sim-s1", transition: "opened", level: 2 }]);
    // the new watch has heard of the other one first, and begins now
    const after = feedAt(
      [
        ["sim-s2", 0],
        ["sim-s1", 600],
      ],
      0,
      of,
    );
    expect(sweep(of, after, NOW + MINUTE, book)).toEqual([]);
  });

  it("one never seen counts from where a simulated feed begins, and a restart does not end that either", () => {
    const book = createBook();
    const feed = feedAt([
      ["sim-s1", 40],
      ["sim-s1", 0],
    ]);
    book.add(sweep(registry, feed, NOW, book));
    expect(book.events).toMatchObject([
      { kind: "never-seen", station: "sim-s2", level: 1, startedAt: ago(35), facts: { lastRecordAt: null } },
    ]);
    expect(sweep(registry, feedAt([["sim-s1", 0]]), NOW, book)).toEqual([]);
    const stations = new Map(
      [...registry.stations].map(([id, station]) => [id, { ...station, connectedOn: "2026-11-24" }]),
    );
    expect(sweep({ ...registry, stations }, feedAt([["sim-s1", 40]]), NOW, createBook())).toEqual([]);
  });

  it("the subject is the station, whatever it measures", () => {
    expect(subjectOf({ zone: "z", plant: "p", id: "s" }, "silent-station")).toEqual({
      kind: "silent-station",
      zone: "z",
      plant: "p",
      station: "s",
      parameter: null,
    });
  });
});

describe("the feed's time", () => {
  const registry = testRegistry({ stations: 2 });
  const real: Registry = { ...registry, settings: { ...registry.settings, simulated: false } };
  it("of a simulated feed is its newest record, never later than the clock; of a real one the clock", () => {
    const simulated = createFeed({ now: () => NOW }, registry);
    expect(simulated.now()).toBeUndefined();
    simulated.saw(sample("sim-s1", ago(10), NOW));
    simulated.saw(sample("sim-s2", ago(30), NOW));
    expect(simulated.now()).toBe(ago(10));
    simulated.saw(sample("sim-s1", ago(-60), NOW));
    expect(simulated.now()).toBe(NOW);
    expect(createFeed({ now: () => NOW }, real).now()).toBe(NOW);
  });

  it("old records move neither the last record nor its receipt backwards; strangers are not heard", () => {
    const feed = createFeed({ now: () => NOW }, real);
    feed.saw(sample("sim-s1", ago(5), ago(4)));
    feed.saw(sample("sim-s1", ago(500), ago(3)));
    feed.saw(sample("sim-s1", ago(400), ago(600)));
    feed.saw(sample("nobody", ago(1), ago(1)));
    expect(feed.heard("sim-s1")).toMatchObject({ time: ago(5), receivedAt: ago(3) });
    expect(feed.heard("sim-s2")).toBeUndefined();
    expect(feed.heard("nobody")).toBeUndefined();
  });
});

describe("whether a zone has a plant", () => {
  type Zone = Parameters<typeof plantStateOfZone>[0];
  type Plants = {
    serves: string[];
    state: Parameters<typeof plantStateOfZone>[1] extends Iterable<infer P>
      ? P extends { state: infer S }
        ? S
        : never
      : never;
  }[];
  const zone = (centralPlant: Zone["centralPlant"], status: Zone["status"] = "operating"): Zone => ({
    id: "z",
    status,
    centralPlant,
  });
  it.each([
    ["a running plant of its own", zone("yes"), [{ serves: ["z"], state: "running" }], "served"],
    [
      "a plant that sits elsewhere and serves it",
      zone("shared"),
      [{ serves: ["y", "z"], state: "connected" }],
      "served",
    ],
    ["only a plant that serves others", zone("unknown"), [{ serves: ["y"], state: "running" }], "unknown"],
    ["known to have none", zone("none"), [], "missing"],
    ["known to have none, others do", zone("none"), [{ serves: ["y"], state: "running" }], "missing"],
    ["nobody knows", zone("unknown"), [], "unknown"],
    ["said to have one, not listed", zone("yes"), [], "unknown"],
    ["one under construction", zone("yes"), [{ serves: ["z"], state: "under-construction" }], "missing"],
    ["one built and not running", zone("yes"), [{ serves: ["z"], state: "built" }], "missing"],
    ["one whose state nobody knows", zone("yes"), [{ serves: ["z"], state: "unknown" }], "unknown"],
    [
      "one not running, one unknown",
      zone("yes"),
      [
        { serves: ["z"], state: "built" },
        { serves: ["z"], state: "unknown" },
      ],
      "unknown",
    ],
    [
      "one not running, one running",
      zone("yes"),
      [
        { serves: ["z"], state: "built" },
        { serves: ["z"], state: "in-order" },
      ],
      "served",
    ],
    ["not operating yet", zone("none", "under-construction"), [], "not-owed"],
    ["planned", zone("none", "planned"), [], "not-owed"],
    ["of unknown status", zone("none", "unknown"), [], "not-owed"],
  ] as [string, Zone, Plants, string][])("%s", (_what, given, plants, state) => {
    expect(plantStateOfZone(given, plants, "2026-11-23")).toBe(state);
  });

  it("a zone without one is told once, and its end once", async () => {
    const registry = await loadRegistry("registry");
    const book = createBook();
    book.add(sweepZones(registry, NOW, book.openOf, NOW));
    expect(book.events).toMatchObject([
      { kind: "missing-plant", zone: "sim-gio-moi", station: null, seq: 1, transition: "opened", level: 2 },
    ]);
    expect(sweepZones(registry, NOW + 1, book.openOf, NOW + 1)).toEqual([]);
    const [served] = registry.plants.values();
    if (served === undefined) throw new Error("the sample registry has plants");
    const plants = new Map(registry.plants).set("new", {
      ...served,
      state: "running",
      serves: ["sim-gio-moi"],
    });
    const later = { ...registry, plants };
    expect(book.add(sweepZones(later, NOW + 2, book.openOf, NOW + 2))).toMatchObject([
      { transition: "closed", closedAt: NOW + 2 },
    ]);
    expect(sweepZones(later, NOW + 3, book.openOf, NOW + 3)).toEqual([]);
  });
});
