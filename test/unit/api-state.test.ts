import { describe, expect, it } from "vitest";
import { viewIncidents } from "#services/api/incidents/incident-view.ts";
import { isLoopbackHeader } from "#services/api/loopback.ts";
import { buildOverview, type OverviewParts } from "#services/api/overview/build.ts";
import { stateOfReading } from "#services/api/overview/reading-state.ts";
import { byWorst, stateOfStation, stateOfZone } from "#services/api/overview/station-state.ts";
import { checkQuery, count, instant } from "#services/api/parameters.ts";
import { samplesCsv } from "#services/api/readings/csv.ts";
import type { Sample } from "#shared/reading/sample.ts";
import { isLoopback } from "#shared/runtime/loopback.ts";
import { storyEvents } from "#test/support/api-story.ts";
import { testRegistry } from "#test/support/registry.ts";

const NOW = Date.parse("2026-11-23T10:00:00Z");
const MINUTE = 60_000;

describe("who may talk to the api", () => {
  it.each([
    ["localhost:3000", true],
    ["127.0.0.1", true],
    ["[::1]:80", true],
    ["LOCALHOST", true],
    ["outfall.example:3000", false],
    ["127.0.0.1.outfall.example", false],
    ["localhost:3000@evil.example", false],
    ["0.0.0.0:3000", false],
    ["", false],
    [undefined, false],
  ])("Host %s: %s", (header, allowed) => {
    expect(isLoopbackHeader(header)).toBe(allowed);
  });

  it("binds loopback addresses only", () => {
    expect(["127.0.0.1", "::1", "localhost", "0.0.0.0", "::", "10.0.0.4"].map(isLoopback)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe("parameters of an address", () => {
  const shape = { from: instant.optional(), limit: count(288, 10_000) };
  it.each([
    [{ from: "2026-11-23T10:00:00Z" }, { from: NOW, limit: 288 }],
    [{ from: "2026-11-23T17:00:00 07:00" }, { from: NOW, limit: 288 }],
    [
      { from: String(NOW), limit: "7" },
      { from: NOW, limit: 7 },
    ],
  ])("%j", (query, expected) => {
    expect(checkQuery(shape, query)).toEqual(expected);
  });
  it.each([
    [{ from: "yesterday" }, /from: expected ISO 8601/],
    [{ from: "2026-11-23T10:00:00" }, /from: expected ISO 8601/],
    [{ limit: "10001" }, /limit: expected a whole number from 1 to 10000/],
    [{ limit: "0" }, /limit: expected a whole number/],
    [{ limit: "1 OR 1=1" }, /limit: expected a whole number/],
    [{ form: "1" }, /form: unknown parameter; expected from, limit/],
  ])("refuses %j", (query, message) => {
    expect(() => checkQuery(shape, query)).toThrow(message);
  });
});

describe("what a reading says", () => {
  const measured = (value: number, flag: 1 | 3 | 4 = 1) => ({ value, status: "measuring", flag }) as const;
  it.each([
    ["equal is within, and near", measured(135), { max: 135 }, "near"],
    ["over", measured(135.01), { max: 135 }, "over"],
    ["a suspect value counts", measured(200, 3), { max: 135 }, "over"],
    ["a failed one does not", measured(200, 4), { max: 135 }, "untrusted"],
    ["below nine tenths", measured(121), { max: 135 }, "ok"],
    ["pH in the middle", measured(7.2), { min: 5.5, max: 9 }, "ok"],
    ["pH near an end", measured(5.6), { min: 5.5, max: 9 }, "near"],
    ["pH below", measured(5.4), { min: 5.5, max: 9 }, "over"],
    ["no limit", measured(214), undefined, "unlimited"],
    ["a buffer spike", { value: 300, status: "calibrating", flag: 2 } as const, { max: 135 }, "calibrating"],
    ["a fault", { value: null, status: "fault", flag: 9 } as const, { max: 135 }, "fault"],
  ])("%s", (_, reading, limit, state) => {
    expect(stateOfReading(reading, limit).state).toBe(state);
  });
});

describe("the word for a station", () => {
  const facts = { lastTime: NOW, ageMs: 0, silentAfterMs: 15 * MINUTE, parameters: [], openKinds: [] };
  it.each([
    ["never seen", { lastTime: null }, "no-data"],
    ["just within the grace", { ageMs: 15 * MINUTE }, "ok"],
    ["beyond the grace", { ageMs: 15 * MINUTE + 1 }, "silent"],
    ["silence hides values", { ageMs: 16 * MINUTE, parameters: [{ state: "over" }] }, "silent"],
    ["never seen, its own incident open", { lastTime: null, openKinds: ["never-seen"] }, "no-data"],
    ["late by hours, and known to be", { ageMs: 10 * 3_600_000, openKinds: ["late"] }, "ok"],
    [
      "a clock seven hours behind, and known to be",
      { ageMs: 7 * 3_600_000, openKinds: ["clock-wrong"] },
      "ok",
    ],
    ["never seen, incident open", { lastTime: null, openKinds: ["silent-station"] }, "silent"],
    ["an open limit incident", { openKinds: ["limit"] }, "over"],
    ["over before fault", { parameters: [{ state: "fault" }, { state: "over" }] }, "over"],
    ["near before calibrating", { parameters: [{ state: "calibrating" }, { state: "near" }] }, "near"],
    ["calibrating", { parameters: [{ state: "calibrating" }, { state: "ok" }] }, "calibrating"],
  ] as const)("%s", (_, change, state) => {
    expect(stateOfStation({ ...facts, ...change })).toBe(state);
  });

  it("is the worst one's for the zone, and names the missing plant", () => {
    expect(stateOfZone([{ state: "ok" }, { state: "silent" }], "served")).toBe("silent");
    expect(stateOfZone([], "missing")).toBe("missing-plant");
    expect(stateOfZone([], "unknown")).toBe("no-station");
    expect(stateOfZone([{ state: "over" }], "missing")).toBe("over");
  });

  it("orders by state, ratio, age, id", () => {
    const of = (id: string, state: "over" | "ok", worst: number | null, age: number | null) => ({
      id,
      state,
      worst,
      age,
    });
    const sorted = [
      of("b", "ok", 0.5, 1),
      of("a", "ok", 0.5, 1),
      of("c", "ok", 0.7, 1),
      of("d", "over", 1.1, 1),
      of("e", "over", 1.4, 1),
      of("f", "ok", null, 9),
    ].sort(byWorst);
    expect(sorted.map(({ id }) => id)).toEqual(["e", "d", "c", "a", "b", "f"]);
  });
});

describe("the overview", () => {
  const registry = testRegistry({ stations: 3 });
  const sample = (station: string, time: number, cod: number): Sample => ({
    zone: "sim-z",
    plant: "sim-p",
    station,
    time,
    receivedAt: time,
    readings: [{ parameter: "cod", value: cod, status: "measuring", flag: 1 }],
  });
  const none = {
    received: 0,
    stored: 0,
    duplicate: 0,
    conflict: 0,
    quarantined: 0,
    inJournal: 0,
    balance: 0,
  };
  const parts = (samples: Sample[]): OverviewParts => ({
    latest: Map.groupBy(samples, ({ station }) => station),
    incidents: [],
    mails: [],
    ledger: none,
  });
  const clock = (speed: number) => ({ now: () => NOW, speed, simulated: speed > 1 });
  const states = (speed: number, samples: Sample[]) =>
    Object.fromEntries(
      buildOverview(registry, clock(speed), parts(samples)).zones[0]?.stations.map(
        ({ id, state, ageMin }) => [id, [state, ageMin]],
      ) ?? [],
    );

  it("ages against the clock, worst first", () => {
    const samples = [sample("sim-s1", NOW - 4 * MINUTE, 40), sample("sim-s2", NOW - 40 * MINUTE, 400)];
    expect(states(1, samples)).toEqual({
      "sim-s2": ["silent", 40],
      "sim-s1": ["ok", 4],
      "sim-s3": ["no-data", null],
    });
    const overview = buildOverview(registry, clock(1), parts(samples));
    expect(overview.zones[0]?.stations.map(({ id }) => id)).toEqual(["sim-s2", "sim-s3", "sim-s1"]);
    expect(overview.simulated).toBe(true);
    expect(overview.share).toEqual({ operating: 1, served: 1, missing: 0, unknown: 0 });
  });

  it("ages against the feed on an accelerated clock, until the whole feed is quiet", () => {
    const samples = [sample("sim-s1", NOW - 30 * MINUTE, 40), sample("sim-s2", NOW - 60 * MINUTE, 40)];
    expect(states(1200, samples)).toMatchObject({ "sim-s1": ["ok", 0], "sim-s2": ["silent", 30] });
    const old = [sample("sim-s1", NOW - 90 * MINUTE, 40)];
    expect(states(1200, old)).toMatchObject({ "sim-s1": ["silent", 30] });
  });

  it("takes the newest reading of each parameter, and its limit", () => {
    const newer = { ...sample("sim-s1", NOW, 0), readings: [] };
    const withPh = {
      ...newer,
      readings: [{ parameter: "ph", value: 7, status: "measuring", flag: 1 } as const],
    };
    const view = buildOverview(
      registry,
      clock(1),
      parts([withPh, sample("sim-s1", NOW - 5 * MINUTE, 187.4)]),
    );
    const station = view.zones[0]?.stations.find(({ id }) => id === "sim-s1");
    expect(station).toMatchObject({ state: "over", lastTime: NOW });
    expect(station?.parameters.map(({ key, state }) => [key, state])).toEqual([
      ["ph", "ok"],
      ["cod", "over"],
    ]);
    expect(station?.parameters[1]).toMatchObject({ limitMax: 135, limitMin: null });
    expect(station?.worstRatio).toBeCloseTo(187.4 / 135);
  });
});

describe("incidents as shown", () => {
  it("folds events, newest first, and keeps ids that the registry has lost", () => {
    const events = storyEvents(NOW).sort((a, b) =>
      a.incident < b.incident ? -1 : a.incident > b.incident ? 1 : a.seq - b.seq,
    );
    const incidents = viewIncidents(events, testRegistry());
    expect(incidents).toHaveLength(5);
    const opened = incidents.map(({ openedAt }) => openedAt);
    expect(opened).toEqual(opened.toSorted((a, b) => b - a));
    expect(incidents.filter(({ closedAt }) => closedAt !== null)).toHaveLength(1);
    const ammonium = incidents.find(({ parameter }) => parameter?.key === "nh4");
    expect(ammonium).toMatchObject({
      level: 2,
      value: 12.47,
      limitMax: 9,
      zone: { id: "sim-song-xanh", name: { vi: "sim-song-xanh" } },
    });
  });
});

describe("readings as CSV", () => {
  it("opens with a BOM and the simulated line; numbers and times are for machines", () => {
    const csv = samplesCsv(
      [
        {
          zone: "sim-z",
          plant: "sim-p",
          station: "sim-s1",
          time: NOW,
          receivedAt: NOW + 800,
          readings: [
            { parameter: "cod", value: 41.2, status: "measuring", flag: 1 },
            { parameter: "nh4", value: null, status: "fault", flag: 9 },
          ],
        },
      ],
      { simulated: true, timeZone: "Asia/Ho_Chi_Minh", parameters: ["ph", "cod"] },
    );
    expect(csv.split("\r\n")).toEqual([
      "\uFEFFDỮ LIỆU MÔ PHỎNG / SIMULATED",
      "time,received,station,ph,ph_status,ph_flag,cod (mg/L),cod_status,cod_flag,nh4 (mg/L),nh4_status,nh4_flag",
      "2026-11-23T17:00:00+07:00,2026-11-23T17:00:00+07:00,sim-s1,,,,41.2,measuring,1,,fault,9",
      "",
    ]);
  });
});
