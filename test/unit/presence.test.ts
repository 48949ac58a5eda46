import { describe, expect, it } from "vitest";
import { judgeSilence, type SilenceCase } from "#services/compliance/presence/silence.ts";
import { subjectOf, sweepStations } from "#services/compliance/presence/sweep-stations.ts";
import { sweepZones } from "#services/compliance/presence/sweep-zones.ts";
import { createFeed } from "#services/compliance/screen/feed.ts";
import {
  foldEvents,
  type Incident,
  type IncidentEvent,
  type IncidentSubject,
  subjectKey,
} from "#shared/incident/incident.ts";
import { plantStateOfZone } from "#shared/plant/plant.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { rulesSchema } from "#shared/registry/schema.ts";
import { testRegistry } from "#test/support/registry.ts";

const MINUTE = 60_000;
const NOW = Date.parse("2026-11-23T12:00:00+07:00");
const ago = (minutes: number) => NOW - minutes * MINUTE;
const rules = rulesSchema.parse({}).silence;

function silence(changes: Partial<SilenceCase> & { last?: SilenceCase["last"] }) {
  const answer = judgeSilence({
    station: { intervalMs: 5 * MINUTE },
    now: NOW,
    baseline: ago(10_000),
    unheardMs: 24 * 60 * MINUTE,
    rules,
    open: false,
    ...changes,
    last: changes.last,
  });
  return answer.silent ? answer.level : "heard";
}
const last = (minutes: number) => ({ time: ago(minutes), receivedAt: ago(minutes) });

describe("a station is silent", () => {
  it.each([
    ["a record of now", { last: last(0) }, "heard"],
    ["one interval old", { last: last(5) }, "heard"],
    ["interval and grace, to the millisecond", { last: last(15) }, "heard"],
    ["a moment longer: the tile", { last: { time: ago(15) - 1, receivedAt: 0 } }, 0],
    ["half an hour: still the tile", { last: last(30) }, 0],
    ["longer: the officer", { last: last(31) }, 1],
    ["four hours: still the officer", { last: last(240) }, 1],
    ["longer: the regulator", { last: last(241) }, 2],
    ["a record of the future", { last: last(-1) }, "heard"],
    ["never seen, since the watch began", { baseline: ago(20) }, 0],
    ["never seen, the watch is young", { baseline: ago(14) }, "heard"],
    ["never seen, not connected before tomorrow", { baseline: ago(-1440) }, "heard"],
    ["catching up: old records, received just now", { last: last(600), unheardMs: 2 * MINUTE }, "heard"],
    [
      "catching up does not clear a silence of now",
      { last: last(600), unheardMs: 2 * MINUTE, open: true },
      2,
    ],
    ["a record of now does", { last: last(1), unheardMs: 0, open: true }, "heard"],
    [
      "daily records: not before a day has passed",
      { station: { intervalMs: 1440 * MINUTE }, last: last(1449) },
      "heard",
    ],
    [
      "daily records: then they are",
      { station: { intervalMs: 1440 * MINUTE }, last: last(1451), unheardMs: 1451 * MINUTE },
      0,
    ],
  ] as [string, Partial<SilenceCase>, number | string][])("%s", (_what, changes, expected) => {
    expect(silence(changes)).toBe(expected);
  });
});

/** Open incidents by subject, as the store answers. */
function createBook() {
  const events: IncidentEvent[] = [];
  const openOf = (subject: IncidentSubject): Incident | undefined => {
    const groups = Map.groupBy(
      events.filter((event) => subjectKey(event) === subjectKey(subject)),
      ({ incident }) => incident,
    );
    return [...groups.values()]
      .map((group) => foldEvents(group))
      .find((incident) => incident?.closedAt === null);
  };
  const add = (found: readonly IncidentEvent[]) => {
    events.push(...found);
    return found.map(({ transition, level, startedAt, closedAt }) => ({
      transition,
      level,
      startedAt,
      closedAt,
    }));
  };
  return { events, openOf, add };
}

describe("the sweep over stations", () => {
  const registry = testRegistry({ stations: 2 });
  const feedAt = (saw: [station: string, minutes: number][], watch = 10_000, simulated = true) => {
    const feed = createFeed({ now: () => ago(watch) }, simulated);
    for (const [station, minutes] of saw) feed.saw(station, ago(minutes), ago(minutes));
    return feed;
  };

  it("says nothing before the feed has shown anything", () => {
    expect(sweepStations(registry, feedAt([]), NOW, () => undefined, NOW)).toEqual([]);
  });

  it("opens, worsens and closes a silence once each, with increasing revisions", () => {
    const book = createBook();
    const feed = feedAt([
      ["sim-s1", 600],
      ["sim-s2", 600],
    ]);
    const at = (minutes: number) =>
      book.add(sweepStations(registry, feed, ago(minutes), book.openOf, ago(minutes)));
    const due = ago(595);
    for (const minutes of [600, 590, 585]) expect(at(minutes)).toEqual([]);
    feed.saw("sim-s2", ago(0), ago(0));
    expect(at(584)).toEqual([{ transition: "opened", level: 0, startedAt: due, closedAt: null }]);
    expect(at(571)).toEqual([]);
    expect(at(569)).toEqual([{ transition: "worsened", level: 1, startedAt: due, closedAt: null }]);
    expect(at(400)).toEqual([]);
    expect(at(359)).toEqual([{ transition: "worsened", level: 2, startedAt: due, closedAt: null }]);
    // what the logger had kept comes in: late, and no end of the silence
    feed.saw("sim-s1", ago(500), ago(350));
    expect(at(350)).toEqual([]);
    feed.saw("sim-s1", ago(345), ago(345));
    expect(at(344)).toEqual([{ transition: "closed", level: 2, startedAt: due, closedAt: ago(345) }]);
    expect(at(343)).toEqual([]);
    expect(book.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(new Set(book.events.map(({ incident }) => incident)).size).toBe(1);
    // silent again: an incident of its own
    expect(at(300)).toEqual([{ transition: "opened", level: 1, startedAt: ago(340), closedAt: null }]);
    expect(new Set(book.events.map(({ incident }) => incident)).size).toBe(2);
  });

  it.each([[true], [false]])("a restart of the watch ends no silence (simulated feed: %s)", (simulated) => {
    const book = createBook();
    const before = feedAt(
      [
        ["sim-s1", 600],
        ["sim-s2", 0],
      ],
      10_000,
      simulated,
    );
    book.add(sweepStations(registry, before, NOW, book.openOf, NOW));
    expect(book.events).toMatchObject([{ station: "sim-s1", transition: "opened", level: 2 }]);
    // the new watch has heard of the other one first, and begins now
    const after = feedAt(
      [
        ["sim-s2", 0],
        ["sim-s1", 600],
      ],
      0,
      simulated,
    );
    expect(sweepStations(registry, after, NOW + MINUTE, book.openOf, NOW + MINUTE)).toEqual([]);
  });

  it("one never seen counts from the watch or its connection, and a restart does not end that either", () => {
    const book = createBook();
    book.add(
      sweepStations(
        registry,
        feedAt([
          ["sim-s1", 40],
          ["sim-s1", 0],
        ]),
        NOW,
        book.openOf,
        NOW,
      ),
    );
    expect(book.events).toMatchObject([
      { station: "sim-s2", level: 1, startedAt: ago(35), facts: { lastRecordAt: null } },
    ]);
    expect(sweepStations(registry, feedAt([["sim-s1", 0]]), NOW, book.openOf, NOW)).toEqual([]);
    const young = testRegistry({ stations: 2 });
    const stations = new Map(
      [...young.stations].map(([id, station]) => [id, { ...station, connectedOn: "2026-11-24" }]),
    );
    expect(
      sweepStations({ ...young, stations }, feedAt([["sim-s1", 40]]), NOW, () => undefined, NOW),
    ).toEqual([]);
  });

  it("the subject is the station, whatever it measures", () => {
    expect(subjectOf({ zone: "z", plant: "p", id: "s" })).toEqual({
      kind: "silent-station",
      zone: "z",
      plant: "p",
      station: "s",
      parameter: null,
    });
  });
});

describe("the feed's time", () => {
  it("of a simulated feed is its newest record, never later than the clock; of a real one the clock", () => {
    const simulated = createFeed({ now: () => NOW }, true);
    expect(simulated.now()).toBeUndefined();
    simulated.saw("a", ago(10), NOW);
    simulated.saw("b", ago(30), NOW);
    expect(simulated.now()).toBe(ago(10));
    simulated.saw("a", ago(-60), NOW);
    expect(simulated.now()).toBe(NOW);
    expect(createFeed({ now: () => NOW }, false).now()).toBe(NOW);
  });

  it("old records move neither the last record nor its receipt backwards", () => {
    const feed = createFeed({ now: () => NOW }, false);
    feed.saw("a", ago(5), ago(4));
    feed.saw("a", ago(500), ago(3));
    feed.saw("a", ago(400), ago(600));
    expect(feed.last("a")).toEqual({ time: ago(5), receivedAt: ago(3) });
    expect(feed.last("b")).toBeUndefined();
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
    expect(plantStateOfZone(given, plants)).toBe(state);
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
