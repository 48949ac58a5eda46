import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sweepZones } from "#services/compliance/presence/sweep-zones.ts";
import { route } from "#services/notify/route/route.ts";
import type { IncidentEvent } from "#shared/incident/incident.ts";
import { missingPlantRegister } from "#shared/plant/register.ts";
import { formerUnits, reusedCodes, successorOf } from "#shared/province/province.ts";
import { parseRegistry } from "#shared/registry/load.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { apportion } from "#simulators/country/apportion.ts";
import { type Country, defaults, generateCountry } from "#simulators/country/country.ts";
import listed from "#simulators/country/listed-zones.json" with { type: "json" };
import { inventedName, MOST_NAMES } from "#simulators/country/names.ts";
import { zonesByProvince } from "#simulators/country/provinces.ts";

const BEFORE = Date.parse("2025-06-30T23:30:00+07:00");
const AFTER = Date.parse("2025-07-01T00:30:00+07:00");

const countries = new Map<number, { country: Country; registry: Registry }>();
function countryOf(seed: number) {
  const known = countries.get(seed);
  if (known !== undefined) return known;
  const country = generateCountry({ ...defaults, seed });
  const made = { country, registry: parseRegistry(country.files) };
  countries.set(seed, made);
  return made;
}
const seeds = [2017, 1, 34];

describe("seats by largest remainder", () => {
  it("add up, and none is a whole seat away from its share", () => {
    const weights = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 70 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 0, max: 2000 }), (given, total) => {
        const sum = given.reduce((a, b) => a + b, 0);
        fc.pre(sum > 0);
        const seats = apportion(given, total);
        expect(seats.reduce((a, b) => a + b, 0)).toBe(total);
        for (const [index, weight] of given.entries())
          expect(Math.abs((seats[index] ?? 0) - (weight / sum) * total)).toBeLessThan(1);
      }),
    );
  });

  it("give 325 zones to the 59 provinces that have listed ones, and as many as listed if as many are asked for", () => {
    expect(Object.values(listed.zones).reduce((a, b) => a + b, 0)).toBe(303);
    const without = zonesByProvince(325).filter(({ zones }) => zones === 0);
    expect(without.map(({ unit }) => unit.name.vi)).toEqual(["Cao Bằng", "Điện Biên", "Sơn La", "Lạng Sơn"]);
    expect(
      Object.fromEntries(
        zonesByProvince(303)
          .filter(({ zones }) => zones > 0)
          .map(({ unit, zones }) => [unit.code, zones]),
      ),
    ).toEqual(listed.zones);
  });
});

describe.each(seeds)("the simulated country of seed %i", (seed) => {
  const { country, registry } = countryOf(seed);
  const { truth } = country;
  const zones = [...registry.zones.values()];

  it("has the numbers of 2017, and says that it is invented", () => {
    expect([zones.length, truth.operating.length, truth.missing.length]).toEqual([325, 220, 33]);
    expect(registry.settings.simulated).toBe(true);
    for (const zone of zones) {
      expect([zone.id, zone.simulated]).toEqual([expect.stringMatching(/^sim-/), true]);
      expect(zone.name.vi).toContain("Mô phỏng");
      expect(zone.name.en).toContain("Simulated");
    }
    for (const { email } of registry.contacts) expect(email).toMatch(/\.example$/);
    expect(new Set(zones.map(({ name }) => name.vi)).size).toBe(325);
  });

  it("has every kind of zone the ladder tells apart", () => {
    const { rows } = missingPlantRegister(registry, { day: "2026-11-23" });
    expect(new Set(rows.map(({ condition }) => condition))).toEqual(
      new Set(["missing", "too-small", "unknown", "served", "proper"]),
    );
    const steps = new Set(rows.filter(({ condition }) => condition === "missing").map(({ step }) => step));
    expect(steps).toEqual(new Set(["none", "under-construction", "built"]));
    const shared = [...registry.plants.values()].filter(({ serves }) => serves.length > 1);
    expect(shared.length).toBeGreaterThan(0);
    const idle = rows.filter(
      ({ plants, wastewater }) => (wastewater?.m3PerDay ?? 1e9) < 0.5 * (plants[0]?.capacityM3PerDay ?? 0),
    );
    expect(idle.length).toBeGreaterThan(10);
  });

  it.each([
    ["before the reform", BEFORE],
    ["after it", AFTER],
    ["today", Date.parse("2026-11-23T08:00:00+07:00")],
  ])("the sweep %s finds exactly the zones without a running plant", (_, now) => {
    const found = sweepZones(registry, now, () => undefined, now);
    expect(found.map(({ zone }) => zone).sort()).toEqual([...truth.missing].sort());
    expect(new Set(found.map(({ transition, kind }) => `${kind} ${transition}`))).toEqual(
      new Set(["missing-plant opened"]),
    );
  });

  it("the register counts the same, with unknown apart, under either geography", () => {
    for (const geography of ["NSO-2024", "NSO-2025"] as const) {
      const { head, provinces, rows } = missingPlantRegister(registry, { day: "2026-11-23", geography });
      const idsOf = (condition: string) =>
        rows
          .filter((row) => row.condition === condition)
          .map(({ zone }) => zone)
          .sort();
      expect(idsOf("missing")).toEqual([...truth.missing].sort());
      expect(idsOf("unknown")).toEqual([...truth.unknown].sort());
      expect([head.operating, head.missing.zones, head.unknown.zones]).toEqual([
        220,
        33,
        truth.unknown.length,
      ]);
      expect(head.working.zones).toBe(220 - 33 - truth.unknown.length);
      expect(provinces.reduce((sum, province) => sum + province.head.missing.zones, 0)).toBe(33);
      for (const { key } of provinces) expect(key).toMatch(new RegExp(`^${geography}/`));
    }
  });

  it.each([
    ["the last half hour of 30 June 2025", BEFORE, "nso-2024"],
    ["the first half hour of 1 July 2025", AFTER, "nso-2025"],
  ] as const)(
    "missing-plant mails of %s go to that day's department and board, and the zone's officer",
    (_, at, geography) => {
      const events = sweepZones(registry, at, () => undefined, at);
      expect(events).toHaveLength(33);
      for (const event of events) expect(toldOf(registry, event)).toEqual(officesOf(event.zone, geography));
    },
  );

  it("so would those about any other zone, with the seven reused codes among them", () => {
    const codes = new Set<string>();
    for (const zone of zones) {
      for (const [at, geography] of [
        [BEFORE, "nso-2024"],
        [AFTER, "nso-2025"],
      ] as const) {
        expect(toldOf(registry, eventOf(zone.id, at)), zone.id).toEqual(officesOf(zone.id, geography));
      }
      codes.add(formerOf(zone.id).code);
    }
    for (const { code, former, current } of reusedCodes()) {
      expect(codes).toContain(code);
      const zone = zones.find(({ id }) => formerOf(id).code === code);
      const named = [BEFORE, AFTER].map((at) => departmentName(registry, eventOf(zone?.id ?? "", at)));
      expect(named).toEqual([
        `Sở Tài nguyên và Môi trường ${former.name.vi} (mô phỏng)`,
        `Sở Nông nghiệp và Môi trường ${current.name.vi} (mô phỏng)`,
      ]);
    }
  });
});

/** The former province by the id alone, so that the test does not ask the registry what it tests. */
function formerOf(zone: string) {
  const slug = zone.replace(/^sim-/, "").replace(/-\d+$/, "");
  const found = formerUnits.find(
    ({ name }) =>
      name.en
        .toLowerCase()
        .replace(/[^a-z]+/g, "-")
        .replace("-city", "") === slug,
  );
  if (found === undefined) throw new Error(`no former province of ${zone}`);
  return found;
}

function officesOf(zone: string, geography: "nso-2024" | "nso-2025"): string[] {
  const former = formerOf(zone);
  const code = geography === "nso-2024" ? former.code : successorOf(former.code)?.code;
  return [`sim-board-${geography}-${code}`, `sim-department-${geography}-${code}`, `${zone}-officer`].sort();
}

const toldOf = (registry: Registry, event: IncidentEvent) =>
  route(registry, [event], 1)
    .recipients.map(({ contact }) => contact.id)
    .sort();

const departmentName = (registry: Registry, event: IncidentEvent) =>
  route(registry, [event], 1).recipients.find(({ contact }) => contact.duty === "provincial-department")
    ?.contact.name;

const eventOf = (zone: string, at: number): IncidentEvent => ({
  incident: "0123456789abcdef",
  seq: 1,
  transition: "opened",
  level: 2,
  kind: "missing-plant",
  zone,
  plant: null,
  station: null,
  parameter: null,
  at,
  startedAt: at,
  closedAt: null,
  recordedAt: at,
  facts: {},
});

describe("the generator", () => {
  it("gives the same bytes for the same seed, and others for another", () => {
    const { files } = countryOf(1).country;
    expect(generateCountry({ ...defaults, seed: 1 }).files).toEqual(files);
    expect(generateCountry({ ...defaults, seed: 2 }).files).not.toEqual(files);
  });

  it("meets what is asked for, whatever that is: exactly the zones meant are found", () => {
    const options = fc.record({
      seed: fc.nat(1000),
      zones: fc.integer({ min: 1, max: 60 }),
      operatingShare: fc.double({ min: 0, max: 1, noNaN: true }),
      withoutPlant: fc.double({ min: 0, max: 1, noNaN: true }),
      stationsPerPlant: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(options, ({ operatingShare, ...given }) => {
        const operating = Math.round(given.zones * operatingShare);
        const { files, truth } = generateCountry({ ...given, operating });
        const registry = parseRegistry(files);
        expect([registry.zones.size, truth.operating.length]).toEqual([given.zones, operating]);
        expect(truth.missing).toHaveLength(Math.round(operating * given.withoutPlant));
        const found = sweepZones(registry, AFTER, () => undefined, AFTER).map(({ zone }) => zone);
        expect(found.sort()).toEqual([...truth.missing].sort());
      }),
      { numRuns: 15 },
    );
  });

  it("spreads a number of stations over the connected plants", () => {
    const registry = parseRegistry(
      generateCountry({ ...defaults, zones: 60, operating: 50, stations: 200 }).files,
    );
    expect(registry.stations.size).toBe(200);
    const counts = [...Map.groupBy(registry.stations.values(), ({ plant }) => plant).values()].map(
      ({ length }) => length,
    );
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    for (const { intervalMs, parameters } of registry.stations.values())
      expect([intervalMs, Object.keys(parameters).length]).toEqual([300_000, 8]);
  });

  it.each([
    [{ zones: 10, operating: 11 }, /no more operating zones than zones: 11 of 10/],
    [{ withoutPlant: 1.5 }, /a share without a plant from 0 to 1, found 1.5/],
    [{ withoutPlant: 1, stations: 5 }, /no plant is connected/],
  ])("refuses what cannot be: %o", (options, says) => {
    expect(() => generateCountry({ ...defaults, ...options })).toThrow(says);
  });

  it("invents each name once", () => {
    const names = Array.from({ length: 2 * MOST_NAMES }, (_, index) => inventedName(index).vi);
    expect(new Set(names).size).toBe(names.length);
  });
});
