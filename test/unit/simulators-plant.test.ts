/** The quiet plant: repeatable to the byte, plausible, and clearly within the permit for every seed. */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadRegistry } from "#shared/registry/load.ts";
import { parseScenario } from "#simulators/scenario/load-scenario.ts";
import { createStationModels } from "#simulators/simulation/run-simulation.ts";
import type { StationModel } from "#simulators/station/station-model.ts";

const registry = await loadRegistry(fileURLToPath(new URL("../../registry", import.meta.url)));
const START = Date.parse("2026-11-23T00:00:00+07:00");
const STEP = 300_000;

function models(seed: string, events = ""): StationModel[] {
  const text = `name: test\nseed: ${seed}\nstations: all\n${events}`;
  return createStationModels({ registry, scenario: parseScenario("test.yaml", text), storyStartMs: START });
}

function stationOf(list: readonly StationModel[], id: string): StationModel {
  const found = list.find(({ station }) => station.id === id);
  if (found === undefined) throw new Error(`no model of ${id}`);
  return found;
}

function readingsAt(model: StationModel, time: number): Record<string, number> {
  return JSON.parse(model.recordAt(time).payload).readings;
}

function hashOfFeed(seed: string): string {
  const hash = createHash("sha256");
  const list = models(seed);
  for (let i = 0; i < 125; i += 1) {
    for (const model of list) hash.update(model.recordAt(START + i * STEP).payload);
  }
  return hash.digest("hex");
}

describe("a quiet plant", () => {
  it("sends the same bytes for the same seed, others for another", () => {
    expect(hashOfFeed("a")).toBe(hashOfFeed("a"));
    expect(hashOfFeed("a")).not.toBe(hashOfFeed("b"));
  });

  it("writes records as a logger would, in local time, every parameter of the station", () => {
    const payload = JSON.parse(stationOf(models("a"), "sim-sx-nt01").recordAt(START).payload);
    expect(payload.time).toBe("2026-11-23T00:00:00+07:00");
    expect(Object.keys(payload.readings)).toEqual([
      "ph",
      "temp",
      "cod",
      "tss",
      "nh4",
      "flow",
      "flow_in",
      "ec",
    ]);
    expect(Object.values(payload.readings).every((value) => typeof value === "number")).toBe(true);
  });

  it.each(["quiet-2026", "song-xanh-2026", "3", "4"])(
    "seed %s: stays under four fifths of every limit for 60 days at every station",
    (seed) => {
      const highest: Record<string, number> = {};
      const lowest: Record<string, number> = {};
      for (const model of models(seed)) {
        for (let i = 0; i < 60 * 288; i += 1) {
          for (const [key, value] of Object.entries(readingsAt(model, START + i * STEP))) {
            highest[key] = Math.max(highest[key] ?? -1e9, value);
            lowest[key] = Math.min(lowest[key] ?? 1e9, value);
          }
        }
      }
      expect(highest.cod).toBeLessThanOrEqual(0.8 * 135);
      expect(highest.tss).toBeLessThanOrEqual(0.8 * 90);
      expect(highest.nh4).toBeLessThanOrEqual(0.8 * 9);
      expect(highest.temp).toBeLessThanOrEqual(0.8 * 40);
      expect(highest.ph).toBeLessThanOrEqual(8.2);
      expect(lowest.ph).toBeGreaterThanOrEqual(6.3);
      // alive: it moves, and water always flows
      expect((highest.cod ?? 0) - (lowest.cod ?? 0)).toBeGreaterThan(15);
      expect(lowest.flow).toBeGreaterThan(80);
      expect(lowest.cod).toBeGreaterThan(30);
    },
  );

  it("carries more load by day than by night, and less on Sunday", () => {
    const model = stationOf(models("a"), "sim-hl-nt01");
    const sums = { day: 0, night: 0, sunday: 0, tuesday: 0 };
    for (let i = 0; i < 56 * 288; i += 1) {
      const local = new Date(START + i * STEP + 7 * 3_600_000);
      const flow = readingsAt(model, START + i * STEP).flow ?? 0;
      const hour = local.getUTCHours();
      if (hour >= 13 && hour < 17) sums.day += flow;
      if (hour >= 1 && hour < 5) sums.night += flow;
      if (local.getUTCDay() === 0) sums.sunday += flow;
      if (local.getUTCDay() === 2) sums.tuesday += flow;
    }
    expect(sums.day).toBeGreaterThan(1.2 * sums.night);
    expect(sums.sunday).toBeLessThan(sums.tuesday);
  });

  it("repeats an analyser's value for its cycle only, and rounds to the instrument's step", () => {
    const model = stationOf(models("a"), "sim-bc-nt02");
    const records = Array.from({ length: 288 }, (_, i) => readingsAt(model, START + i * STEP));
    const runs = (key: string, length: number) =>
      Array.from(
        { length: 288 / length },
        (_, i) => new Set(records.slice(i * length, (i + 1) * length).map((r) => r[key])),
      );
    expect(runs("cod", 3).every((values) => values.size === 1)).toBe(true);
    expect(runs("nh4", 6).every((values) => values.size === 1)).toBe(true);
    // a stuck analyser is one that outlasts six cycles
    expect(runs("nh4", 36).every((values) => values.size > 1)).toBe(true);
    expect(new Set(records.map((r) => r.flow)).size).toBeGreaterThan(100);
    for (const record of records) {
      expect(((record.cod ?? 0) * 2) % 1).toBe(0);
      expect(Math.abs((record.nh4 ?? 0) * 5 - Math.round((record.nh4 ?? 0) * 5))).toBeLessThan(1e-9);
    }
  });
});

describe("faults in a feed", () => {
  const hour = (n: number) => START + n * 3_600_000;
  const run = (events: string, id: string, from: number, until: number) => {
    const model = stationOf(models("a", `events:\n${events}`), id);
    const records = [];
    for (let time = START - 12 * STEP; time < hour(until); time += STEP) {
      const record = model.recordAt(time);
      if (time >= hour(from)) records.push({ ...record, readings: JSON.parse(record.payload).readings });
    }
    return records;
  };
  const mean = (records: { readings: Record<string, number> }[], key: string) =>
    records.reduce((total, { readings }) => total + (readings[key] ?? 0), 0) / records.length;

  it("leave the other stations byte for byte as they are", () => {
    const event = "events:\n  - { at: 0h, until: 4h, station: sim-sx-nt01, fault: aeration-loss }";
    const [quiet, stirred] = [models("a"), models("a", event)];
    const changed = quiet
      .filter((model, i) => {
        const other = stirred[i] as StationModel;
        const times = Array.from({ length: 36 }, (_, n) => START + n * STEP);
        return times.some((time) => model.recordAt(time).payload !== other.recordAt(time).payload);
      })
      .map(({ station }) => station.id);
    expect(changed).toEqual(["sim-sx-nt01"]);
  });

  it("aeration-loss: ammonium and COD pass the limits for hours, stay alive, and recover after the repair", () => {
    const event = "  - { at: 40m, until: 5h, station: sim-sx-nt01, fault: aeration-loss }";
    const at = (from: number) => run(event, "sim-sx-nt01", from, from + 1);
    expect(mean(at(0), "nh4")).toBeLessThan(9);
    expect(mean(at(2), "nh4")).toBeGreaterThan(9);
    for (const from of [3, 4]) {
      expect(mean(at(from), "nh4")).toBeGreaterThan(1.3 * 9);
      expect(mean(at(from), "cod")).toBeGreaterThan(135);
    }
    expect(new Set(run(event, "sim-sx-nt01", 2, 5).map(({ readings }) => readings.nh4)).size).toBeGreaterThan(
      3,
    );
    expect(mean(at(7), "nh4")).toBeLessThan(9);
    expect(mean(at(8), "cod")).toBeLessThan(110);
    expect(Math.max(...at(4).map(({ readings }) => readings.tss))).toBeLessThan(90);
  });

  it("calibration: buffers with their status, a spike above the limit among them, nothing before or after", () => {
    const event = "  - { at: 5h, until: 6h, station: sim-nt-nt01, fault: calibration }";
    const during = run(event, "sim-nt-nt01", 5, 6);
    expect(during.every(({ readings }) => readings.cod.status === "calibrating")).toBe(true);
    expect(during.map(({ readings }) => readings.cod.value)).toEqual([
      0, 0, 0, 0, 100, 100, 100, 100, 450, 450, 450, 450,
    ]);
    expect(during.every(({ readings }) => typeof readings.ph === "number")).toBe(true);
    const around = [...run(event, "sim-nt-nt01", 4, 5), ...run(event, "sim-nt-nt01", 6, 7)];
    expect(around.every(({ readings }) => typeof readings.cod === "number" && readings.cod < 110)).toBe(true);
  });

  it("silence: drops, or with backlog holds, from the first record to the last", () => {
    const deliveries = (more: string) =>
      run(`  - { at: 1h, until: 2h, station: sim-bc-nt01, fault: silence${more} }`, "sim-bc-nt01", 0, 3).map(
        ({ delivery }) => delivery,
      );
    const expected = (word: string) => [
      ...Array(12).fill("send"),
      ...Array(12).fill(word),
      ...Array(12).fill("send"),
    ];
    expect(deliveries("")).toEqual(expected("drop"));
    expect(deliveries(", backlog: true")).toEqual(expected("hold"));
  });

  it("stuck: one value for a probe that otherwise moves", () => {
    const event = "  - { at: 1h, until: 3h, station: sim-hl-nt01, fault: stuck, parameters: [tss] }";
    const distinct = (from: number) =>
      new Set(run(event, "sim-hl-nt01", from, from + 2).map(({ readings }) => readings.tss)).size;
    expect(distinct(1)).toBe(1);
    expect(distinct(3)).toBeGreaterThan(10);
  });

  it("spike: one record a multiple, its neighbours ordinary", () => {
    const event = "  - { at: 1h, until: 65m, station: sim-hl-nt01, fault: spike, parameter: tss, factor: 5 }";
    const values = run(event, "sim-hl-nt01", 0, 2).map(({ readings }) => readings.tss);
    expect(values.filter((value: number) => value > 90)).toHaveLength(1);
    expect(values[12]).toBeGreaterThan(100);
  });

  it("device-fault: 0 with status fault, chosen parameters or all", () => {
    const event = (more: string) =>
      `  - { at: 1h, until: 2h, station: sim-hl-nt01, fault: device-fault${more} }`;
    const [all] = run(event(""), "sim-hl-nt01", 1, 2);
    expect(Object.values(all?.readings ?? {})).toEqual(Array(8).fill({ value: 0, status: "fault" }));
    const [one] = run(event(", parameters: [cod]"), "sim-hl-nt01", 1, 2);
    expect(one?.readings.cod).toEqual({ value: 0, status: "fault" });
    expect(typeof one?.readings.ph).toBe("number");
  });

  it("compose: a calibration during an aeration loss shows the buffer, and the loss goes on below it", () => {
    const both =
      "  - { at: 0h, until: 5h, station: sim-sx-nt01, fault: aeration-loss }\n" +
      "  - { at: 2h, until: 3h, station: sim-sx-nt01, fault: calibration, buffers: { nh4: [0] } }";
    expect(run(both, "sim-sx-nt01", 2, 3)[0]?.readings.nh4).toEqual({ value: 0, status: "calibrating" });
    expect(mean(run(both, "sim-sx-nt01", 3, 4), "nh4")).toBeGreaterThan(12);
  });
});
