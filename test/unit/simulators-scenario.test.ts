/** Scenario files: the shipped ones fit the sample registry, and mistakes are told with file, line and what was expected. */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadRegistry } from "#shared/registry/load.ts";
import { YamlError } from "#shared/yaml/yaml.ts";
import { loadScenario, parseScenario } from "#simulators/scenario/load-scenario.ts";
import { createSchedule } from "#simulators/simulation/schedule.ts";

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const registry = await loadRegistry(path("registry"));

describe("the shipped scenarios", () => {
  it.each(["demo", "quiet"])("%s fits the sample registry", async (name) => {
    await loadScenario(path(`simulators/scenarios/${name}.yaml`), registry);
  });

  it("demo harms invented zones only, and holds 30 days of history", async () => {
    const demo = await loadScenario(path("simulators/scenarios/demo.yaml"), registry);
    expect(demo.backlog).toBe(30 * 86_400_000);
    const zones = demo.events.map(({ station }) => registry.stations.get(station)?.zone ?? "");
    expect(zones.every((zone) => registry.zones.get(zone)?.simulated)).toBe(true);
    expect(demo.events.map(({ fault }) => fault)).toEqual(["aeration-loss", "calibration", "silence"]);
  });
});

describe("a scenario with a mistake", () => {
  const head = "name: x\nseed: s\nstations: all\n";
  it.each([
    [
      "an unknown station",
      `${head}events:\n  - { at: 1h, until: 2h, station: nowhere, fault: silence }`,
      /s\.yaml:5: .*station of the registry, found nowhere/,
    ],
    [
      "an unknown fault",
      `${head}events:\n  - { at: 1h, until: 2h, station: sim-sx-nt01, fault: sabotage }`,
      /s\.yaml:5: events\.0\.fault/,
    ],
    ["a bad duration", `${head}backlog: thirty days`, /s\.yaml:4: backlog: expected a duration/],
    [
      "an end before its start",
      `${head}events:\n  - at: 3h\n    until: 2h\n    station: sim-sx-nt01\n    fault: silence`,
      /s\.yaml:5: events\.0: expected until to be later/,
    ],
    ["an unknown key", `${head}speed: 3`, /s\.yaml:\d: .*speed/],
    ["no YAML", "name: [", /s\.yaml:1/],
    [
      "a listed station that is not there",
      "name: x\nseed: s\nstations: [sim-sx-nt01, other]",
      /s\.yaml:3: stations\.1/,
    ],
  ])("%s", (_what, text, expected) => {
    expect(() => parseScenario("s.yaml", text, registry)).toThrow(YamlError);
    expect(() => parseScenario("s.yaml", text, registry)).toThrow(expected);
  });
});

describe("the schedule", () => {
  it("takes what is due, all stations of a time together, each interval on its own multiples", () => {
    const schedule = createSchedule(["five", "ten"], (name) => (name === "five" ? 5 : 10), 0);
    const taken = [];
    for (let due = schedule.take(20); due !== undefined; due = schedule.take(20)) taken.push(due);
    expect(taken).toEqual([
      { time: 5, items: ["five"] },
      { time: 10, items: ["five", "ten"] },
      { time: 15, items: ["five"] },
      { time: 20, items: ["five", "ten"] },
    ]);
    expect(schedule.nextTime).toBe(25);
  });

  it("owes exactly 288 five-minute records a day, from any start", () => {
    for (const from of [0, 1, 299_999, 300_000]) {
      const schedule = createSchedule(["s"], () => 300_000, from);
      let count = 0;
      while (schedule.take(from + 86_400_000) !== undefined) count += 1;
      expect(count).toBe(288);
    }
  });
});
