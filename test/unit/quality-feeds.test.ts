/** The quality tests on whole feeds: the simulators' stories, and recorded data of real instruments. */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { validateSample } from "#services/ingest/validate/validate-sample.ts";
import { testsOf } from "#shared/quality/flag.ts";
import { createStationQualities } from "#shared/quality/station-qualities.ts";
import { isUsable, type Reading, type Sample } from "#shared/reading/sample.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Station } from "#shared/station/station.ts";
import { loadMap } from "#simulators/replay/load-map.ts";
import { readRows } from "#simulators/replay/read-rows.ts";
import { createRowReader } from "#simulators/replay/row-to-sample.ts";
import { parseScenario } from "#simulators/scenario/load-scenario.ts";
import { createStationModels } from "#simulators/simulation/run-simulation.ts";
import { shown } from "#test/support/quality.ts";
import { sampleData } from "#test/support/sample-data.ts";

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const registry = await loadRegistry(root("registry"));
const START = Date.parse("2026-11-23T00:00:00+07:00");
const HOUR = 3_600_000;

/** A station's payloads through validation and the tests, as ingest does it. */
function createJudge(of: Registry, station: Station) {
  const quality = createStationQualities(of, () => START)(station.id);
  const amended = new Set<string>();
  const judge = (payload: string): Sample | undefined => {
    const context = { station, receivedAt: START, latest: Infinity, earliest: -Infinity };
    const validated = validateSample(JSON.parse(payload), context);
    if (!validated.ok) return undefined;
    const told = quality.judge(validated.sample);
    for (const { time, parameter } of told.amended) amended.add(`${time} ${parameter}`);
    return told.sample;
  };
  return { judge, amended };
}

/** The records of one simulated station after five quiet days, from `START` on. */
function simulate(events: string, id: string, hours: number) {
  const text = `name: test\nseed: song-xanh-2026\nstations: [${id}]\nevents:\n${events}`;
  const scenario = parseScenario("test.yaml", text, registry);
  const [model] = createStationModels({ registry, scenario, storyStartMs: START });
  if (model === undefined) throw new Error("no station");
  const { judge, amended } = createJudge(registry, model.station);
  const samples: Sample[] = [];
  for (let time = START - 120 * HOUR; time < START + hours * HOUR; time += model.station.intervalMs) {
    const { payload, delivery } = model.recordAt(time);
    const sample = delivery === "send" ? judge(payload) : undefined;
    if (sample !== undefined) samples.push(sample);
  }
  const story = samples.filter(({ time }) => time >= START);
  const of = (parameter: string, from = 0, until = hours): Reading[] =>
    story
      .filter(({ time }) => time >= START + from * HOUR && time < START + until * HOUR)
      .flatMap(({ readings }) => readings.filter((reading) => reading.parameter === parameter));
  return { quiet: samples.filter(({ time }) => time < START), of, amended };
}

const flagsOf = (samples: readonly Sample[]) =>
  samples.flatMap(({ readings }) => readings.map(({ flag }) => flag));
const share = (flags: readonly number[], flag: number) =>
  flags.filter((one) => one === flag).length / flags.length;

describe("simulated feeds", () => {
  it.each(["sim-sx-nt01", "sim-nt-nt02", "sim-hl-nt01", "sim-bc-nt01"])(
    "%s on quiet days: nothing failed, one reading in a hundred suspect at most",
    (id) => {
      const { quiet, amended } = simulate("  []", id, 0);
      const flags = flagsOf(quiet);
      expect(share(flags, 4)).toBe(0);
      expect(share(flags, 3) + amended.size / flags.length).toBeLessThan(0.01);
    },
  );

  it("the demo's aeration loss: every reading above a limit counts", () => {
    const event =
      "  - { at: 40m, until: 5h, station: sim-sx-nt01, fault: aeration-loss, nh4: 16, cod: 200, within: 1h }";
    const { of } = simulate(event, "sim-sx-nt01", 12);
    const over = of("nh4").filter(({ value }) => (value ?? 0) > 9);
    expect(over.length).toBeGreaterThan(36);
    for (const reading of [...of("nh4"), ...of("cod")]) {
      expect(reading.flag, shown(reading)).not.toBe(4);
      expect(isUsable(reading)).toBe(true);
    }
  });

  it("the demo's calibration stays 2, and what follows it is not suspect for its return", () => {
    const event = "  - { at: 5h, until: 6h, station: sim-nt-nt01, fault: calibration }";
    const { of } = simulate(event, "sim-nt-nt01", 8);
    expect(of("cod", 5, 6).map(({ flag }) => flag)).toEqual(Array(12).fill(2));
    expect(new Set(of("cod", 6, 6.5).map(({ flag }) => flag))).toEqual(new Set([1]));
  });

  it.each([
    ["tss", 30, 60],
    ["ph", 30, 60],
    ["flow", 30, 60],
    ["cod", 45, 90],
    ["nh4", 90, 180],
  ])("a stuck %s is suspect within a cycle or two of %d min, failed of %d", (parameter, suspect, fail) => {
    const event = `  - { at: 1h, until: 9h, station: sim-hl-nt01, fault: stuck, parameters: [${parameter}] }`;
    const { of } = simulate(event, "sim-hl-nt01", 10);
    const flags = of(parameter, 1, 9).map(({ flag }) => flag);
    const late = parameter === "nh4" ? 90 : 30;
    // it may have shown that value for a cycle before it hung
    for (const [flag, minutes] of [
      [3, suspect],
      [4, fail],
    ] as const) {
      expect(flags.indexOf(flag) * 5).toBeGreaterThanOrEqual(minutes - 30);
      expect(flags.indexOf(flag) * 5).toBeLessThanOrEqual(minutes + late);
    }
    expect(new Set(flags.slice(flags.indexOf(4)))).toEqual(new Set([4]));
    expect(of(parameter, 9.5, 10).every(({ flag }) => flag !== 4)).toBe(true);
  });

  it.each(["tss", "cod", "nh4", "flow"])("a spike in %s is suspect, never failed", (parameter) => {
    const event = `  - { at: 60m, until: 65m, station: sim-hl-nt01, fault: spike, parameter: ${parameter}, factor: 4 }`;
    const { of, amended } = simulate(event, "sim-hl-nt01", 3);
    const [spike] = of(parameter, 1, 1.05);
    expect(spike?.flag === 3 || amended.has(`${START + HOUR} ${parameter}`)).toBe(true);
    expect(of(parameter).map(({ flag }) => flag)).not.toContain(4);
  });

  it("a logger that has lost its loops, and one whose registers are read the wrong way round", () => {
    const { judge } = createJudge(registry, registry.stations.get("sim-hl-nt01") as Station);
    const values = { ph: -3.5, temp: -20, cod: -125, tss: -75, nh4: -12.5, flow: -125, ec: -2500 };
    const lost = judge(JSON.stringify({ time: START, readings: values }));
    for (const reading of lost?.readings ?? []) {
      expect(testsOf(reading).map(({ test }) => test)).toEqual(["gross-range", "electrical-loss"]);
    }
    const swapped = judge(JSON.stringify({ time: START + 300_000, readings: { ph: 1e15, temp: -3e12 } }));
    expect(swapped?.readings.map(({ flag }) => flag)).toEqual([4, 4]);
  });
});

async function replay(mapName: string, file: string) {
  const map = await loadMap(root(`simulators/maps/${mapName}.yaml`));
  const { judge, amended } = createJudge(map.registry, map.station);
  const rows = readRows(file, map.source);
  const header = map.source.header ? (await rows.next()).value : undefined;
  const read = createRowReader(map, header);
  const flags = new Map<string, number[]>();
  for await (const row of rows) {
    const result = read(row);
    const sample = result.ok ? judge(result.payload) : undefined;
    for (const { parameter, flag } of sample?.readings ?? []) {
      const counts = flags.get(parameter) ?? [0, 0, 0, 0, 0];
      counts[flag] = (counts[flag] ?? 0) + 1;
      flags.set(parameter, counts);
    }
  }
  return { flags, amended };
}

const gecco = sampleData("gecco2018-drinking-water/1_gecco2018_water_quality.csv.gz");
const uci = sampleData("uci-water-treatment/water-treatment.data");

describe("recorded data", () => {
  it.skipIf(gecco === undefined)(
    "GECCO 2018, a minute a record: of each real sensor well under one per cent failed, few suspect",
    async () => {
      const { flags, amended } = await replay("gecco-2018", gecco ?? "");
      let [failedOfAll, all] = [0, 0];
      for (const parameter of ["temp", "ph", "orp", "ec", "turbidity"]) {
        const [, passed = 0, , suspect = 0, fails = 0] = flags.get(parameter) ?? [];
        const total = passed + suspect + fails;
        expect(total).toBeGreaterThan(130_000);
        expect(fails / total, parameter).toBeLessThan(0.005);
        expect(suspect / total, parameter).toBeLessThan(0.03);
        failedOfAll += fails;
        all += total;
      }
      expect(failedOfAll / all).toBeLessThan(0.002);
      expect(amended.size / all).toBeLessThan(0.01);
    },
    60_000,
  );

  it.skipIf(uci === undefined)(
    "Manlleu 1990–1991, daily laboratory values out of order: none failed",
    async () => {
      const { flags } = await replay("uci-manlleu", uci ?? "");
      for (const [parameter, [, , , suspect = 0, fails = 0]] of flags) {
        expect(fails, parameter).toBe(0);
        expect(suspect, parameter).toBeLessThan(10);
      }
      expect(flags.get("cod")?.[1]).toBeGreaterThan(500);
    },
  );
});
