import { describe, expect, it } from "vitest";
import { withArming } from "#services/cli/arm/armed-file.ts";
import { forecastMails } from "#services/cli/arm/forecast.ts";
import { forecastLines } from "#services/cli/arm/forecast-text.ts";
import { armedLines, stationCounts } from "#services/cli/arm/list-text.ts";
import { armingOf } from "#services/cli/arm/target.ts";
import { loadRegistry, parseRegistry } from "#shared/registry/load.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { codEvent, local, missingPlantEvent } from "#test/support/notify-events.ts";
import { testRegistry, testRegistryFiles } from "#test/support/registry.ts";

const sample = await loadRegistry("registry");
const observing: Registry = { ...sample, armed: [] };

describe("what is to be armed", () => {
  const registry = testRegistry();
  const from = "2026-12-01";

  it.each([
    [
      { province: "S1", from },
      { province: "S1", from },
    ],
    [
      { province: "SIM/S1", from, by: "Sở" },
      { province: "SIM/S1", from, by: "Sở" },
    ],
    [
      { zone: "sim-z", from, note: "n" },
      { zone: "sim-z", from, note: "n" },
    ],
    [
      { station: "sim-s1", from },
      { station: "sim-s1", from },
    ],
    [
      { everything: true as const, from },
      { everything: true, from },
    ],
  ])("%j", (options, expected) => expect(armingOf(registry, options)).toEqual(expected));

  it.each([
    [{ from }, /expected one of --province, --zone, --station and --everything/],
    [{ province: "S1", zone: "sim-z", from }, /expected one of/],
    [{ province: "S1" }, /expected --from/],
    [{ province: "S2", from }, /no zone of the registry is in province S2; there are SIM\/S1 Tỉnh Mô phỏng/],
    [{ zone: "sim-y", from }, /no zone sim-y; there are sim-z/],
    [{ station: "sim-s9", from }, /no station sim-s9; there are sim-s1/],
  ])("refuses %j", (options, message) => expect(() => armingOf(registry, options)).toThrow(message));
});

describe("armed.yaml", () => {
  const entry = { province: "92", from: "2026-12-01", by: "Sở NN&MT: ban đầu" };
  const read = (text: string) =>
    parseRegistry(
      Object.entries({ ...testRegistryFiles({ armed: "" }), "armed.yaml": text }).map(([file, text]) => ({
        file,
        text: text.replaceAll("code: S1", 'code: "92"').replaceAll("[S1]", '["92"]'),
      })),
    ).armed;

  it.each([
    ["no file", undefined],
    ["an empty file", ""],
    ["nothing but a comment", "# ours\n"],
    ["an empty list", "armed: []\n"],
  ])("begins with %s", (_, text) => expect(read(withArming(text, entry))).toEqual([entry]));

  it("keeps what is there, comments and all", () => {
    const before =
      "# decided by the board\narmed:\n  # first trial\n  - { zone: sim-z, from: 2026-01-01 } # small\n# the end\n";
    const after = withArming(before, entry);
    expect(read(after)).toEqual([{ zone: "sim-z", from: "2026-01-01" }, entry]);
    for (const line of before.trim().split("\n")) expect(after.split("\n")).toContain(line);
  });
});

describe("how many mails would go", () => {
  const NOW = local("2026-11-25T12:00:00");
  const at = (seq: number, time: string, changes: Parameters<typeof codEvent>[0] = {}) =>
    codEvent({ seq, at: local(time), recordedAt: local(time), ...changes });
  const events = [
    at(1, "2026-11-10T10:00:00", { level: 1 }),
    at(2, "2026-11-23T10:00:00", { transition: "worsened", level: 2 }),
    at(3, "2026-11-24T10:00:00", { transition: "closed", level: 2, closedAt: local("2026-11-24T10:00:00") }),
    at(1, "2026-11-25T08:00:00", { incident: "b", station: "sim-sx-nt02", level: 1 }),
    missingPlantEvent({
      incident: "c",
      at: local("2026-11-01T08:00:00"),
      recordedAt: local("2026-11-01T08:00:00"),
    }),
  ];
  const of = (registry: Registry, from = "2026-12-01") =>
    forecastMails(registry, { province: "SIM/S1", from }, events, NOW);

  it("routes the last seven days as if they had been armed", () => {
    const forecast = of(observing);
    expect(forecast.total).toBe(7);
    expect([...forecast.byDay]).toEqual([
      ["2026-11-18", 0],
      ["2026-11-19", 0],
      ["2026-11-20", 0],
      ["2026-11-21", 0],
      ["2026-11-22", 0],
      ["2026-11-23", 3],
      ["2026-11-24", 3],
      ["2026-11-25", 1],
    ]);
    expect(Object.fromEntries(forecast.byContact)).toEqual({
      "sim-song-xanh-officer": 3,
      "sim-board": 2,
      "sim-department": 2,
    });
    expect(Object.fromEntries(forecast.byPlace)).toEqual({ "sim-sx-nt01": 6, "sim-sx-nt02": 1 });
    expect(forecast.open.map(({ id }) => id)).toEqual(["b", "c"]);
    expect([forecast.nobody, forecast.atOnce]).toEqual([0, 0]);
  });

  it("counts what is added only: what is armed already is mailed anyway", () => {
    const armed: Registry = { ...sample, armed: [{ station: "sim-sx-nt01", from: "2026-01-01" }] };
    expect(of(armed).total).toBe(1);
    expect(of(sample).total).toBe(0);
    expect(of(sample).open).toEqual([]);
  });

  it("says what would go at once, when the day is past", () => {
    expect(of(observing, "2026-11-24").atOnce).toBe(1);
    expect(of(observing, "2026-11-01").atOnce).toBe(7);
  });

  it("says when nobody is in charge", () => {
    expect(of({ ...observing, contacts: [] })).toMatchObject({ total: 0, nobody: 3 });
  });

  it("prints days, contacts and the noisiest stations", () => {
    const text = forecastLines({ province: "SIM/S1", from: "2026-11-24" }, of(observing, "2026-11-24")).join(
      "\n",
    );
    expect(text).toMatch(
      /^province SIM\/S1, as if armed for the last 7 days \(2026-11-18 to 2026-11-25\): 7 mails more$/m,
    );
    expect(text).toMatch(/^2026-11-23 +3$/m);
    expect(text).toMatch(/^sim-song-xanh-officer +3$/m);
    expect(text.indexOf("sim-sx-nt01")).toBeLessThan(text.indexOf("sim-sx-nt02"));
    expect(text).toMatch(
      /^2 incidents of it open now, 2 above level 0: mailed only if they worsen or reopen/m,
    );
    expect(text).toMatch(/^1 mail about what happened since 2026-11-24 would go at once/m);
  });
});

describe("what is armed and what is observed", () => {
  const NOW = local("2026-11-25T12:00:00");

  it("counts zones and stations by province", () => {
    const armed: Registry["armed"] = [
      { station: "sim-sx-nt01", from: "2026-01-01", by: "board" },
      { province: "NSO-2025/92", from: "2026-11-25" },
      { zone: "sim-bai-cat", from: "2026-11-26" },
    ];
    const lines = armedLines({ ...sample, armed }, NOW);
    expect(lines.find((line) => line.startsWith("SIM/S1"))).toMatch(/ 0 +6 +1 +7$/);
    expect(lines.find((line) => line.startsWith("NSO-2025/92"))).toMatch(/ 2 +0 +0 +0$/);
    expect(lines).toContain("armed from 2026-01-01: station sim-sx-nt01 · board");
    expect(stationCounts({ ...sample, armed }, NOW)).toEqual({ armed: 1, observing: 7 });
  });

  it("says so when nothing is armed", () => {
    expect(armedLines(observing, NOW).at(-1)).toBe("nothing is armed: nobody is mailed");
  });
});
