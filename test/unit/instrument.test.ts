/** Files of legal texts: the shipped ones fit, a registry may bring its own, and every mistake has file, line and remedy. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parseInstruments } from "#shared/limit/instrument-file.ts";
import { shippedInstruments, unverifiedIn } from "#shared/limit/instruments.ts";
import { limitsOf } from "#shared/limit/limit.ts";
import { findParameter } from "#shared/parameter/parameter.ts";
import { parseRegistry, type RegistryError } from "#shared/registry/load.ts";
import { testRegistryFiles } from "#test/support/registry.ts";

const folder = fileURLToPath(new URL("../../shared/limit/instruments", import.meta.url));

describe("the shipped texts", () => {
  const files = readdirSync(folder);
  it.each(files)("%s passes the check that a registry's own have to pass", (file) => {
    const { instruments, complaints } = parseInstruments(file, readFileSync(join(folder, file), "utf8"));
    expect(complaints).toEqual([]);
    for (const instrument of instruments) expect(shippedInstruments.get(instrument.id)).toEqual(instrument);
  });

  it("are all listed", () => {
    expect([...shippedInstruments.keys()]).toEqual(files.map((file) => file.replace(".json", "")));
  });

  it("QCVN 40:2011 has 33 rows with both columns, each a parameter we know", () => {
    const { limits = [] } = shippedInstruments.get("qcvn-40-2011") ?? {};
    expect(limits.map(({ row }) => row)).toEqual(Array.from({ length: 33 }, (_, index) => index + 1));
    for (const { parameter, figures } of limits) {
      expect(figures.map(({ column }) => column)).toEqual(["A", "B"]);
      expect(findParameter(parameter)?.name.vi).toBeTruthy();
    }
  });

  it("what is recalled only is unverified: Kq, Kf, the list of exceptions and seven figures of column A", () => {
    const names = [...shippedInstruments.values()].flatMap(unverifiedIn);
    expect(names).toEqual([
      ...["kq-river", "kq-lake", "kq-coastal", "kf", "factors-exclusions"],
      ...["A/chloride", "A/cl", "A/pest_oc", "A/pest_op", "A/pcb", "A/rad_alpha", "A/rad_beta"],
    ]);
  });

  it("QCVN 40:2025 says when and what it replaces, and no figure", () => {
    const text = shippedInstruments.get("qcvn-40-2025");
    expect(text).toMatchObject({
      inForceFrom: "2025-09-01",
      transition: { until: "2031-12-31" },
      limits: [],
    });
    expect(text?.replaces).toContain("QCVN 40:2011/BTNMT");
    expect(JSON.stringify(text)).not.toMatch(/"(min|max)"/);
  });
});

const OWN = `instruments:
  - id: province-02
    title: { vi: Quy chuẩn địa phương 02, en: Local regulation 02 }
    table: Table 2
    inForceFrom: 2014-01-01
    supersededOn: 2026-01-01
    dates: { confidence: verified-in-text, sources: [G] }
    sources: { G: gazette no. 1 }
    limits:
      - row: 1
        parameter: cod
        unit: mg/l
        figures:
          - { max: 100, until: 2019-12-31, confidence: verified-in-text, sources: [G] }
          - { max: 80, from: 2020-01-01, confidence: verified-in-text, sources: [G], clause: row 1 note 3 }
      - row: 2
        parameter: nh4
        unit: mg/L
        as: NH4
        figures: [{ max: 10, over: 24h, confidence: one-secondary-source, sources: [G] }]
`;
const lineOf = (text: string, found: string) => text.slice(0, text.indexOf(found)).split("\n").length;

describe("a mistake in a text is named by file and line, with the remedy", () => {
  const mistakes: [what: string, good: string, bad: string, at: string, says: RegExp][] = [
    [
      "no unit",
      "        unit: mg/l\n",
      "",
      "- row: 1",
      /limits\.0\.unit: expected the unit the figures are in/,
    ],
    [
      "a unit that is not the parameter's",
      "unit: mg/l",
      "unit: µg/l",
      "unit: µg/l",
      /expected mg\/L, the unit of cod, found µg\/l; convert the figures/,
    ],
    [
      "an unknown parameter",
      "parameter: cod",
      "parameter: cid",
      "parameter: cid",
      /expected a known parameter, found cid; docs\/registry\.md lists them/,
    ],
    [
      "another name of a parameter",
      "parameter: cod",
      "parameter: arsenic",
      "parameter: arsenic",
      /found arsenic; write as/,
    ],
    [
      "figures that overlap",
      "until: 2019-12-31",
      "until: 2020-01-01",
      "- { max: 80",
      /a second figure for cod on the same days \(always to 2020-01-01 and 2020-01-01 to for good\): expected one; end the earlier with until/,
    ],
    [
      "min above max",
      "{ max: 100,",
      "{ min: 100, max: 100,",
      "- { min: 100",
      /expected min below max, found 100 and 100/,
    ],
    ["neither", "{ max: 100, ", "{ ", "- { until", /expected min, max or both/],
    [
      "no source",
      ", sources: [G] }\n          - { max: 80",
      " }\n          - { max: 80",
      "- { max: 100",
      /figures\.0\.sources: expected sources: \[keys of the text's sources\]/,
    ],
    [
      "a source that is not listed",
      "sources: [G], clause",
      "sources: [H], clause",
      "- { max: 80",
      /expected the key of a source in sources, found H; add it there/,
    ],
    [
      "no confidence",
      "until: 2019-12-31, confidence: verified-in-text",
      "until: 2019-12-31",
      "- { max: 100",
      /expected confidence: verified-in-text, two-or-more/,
    ],
    [
      "a confidence of a permit",
      "until: 2019-12-31, confidence: verified-in-text",
      "until: 2019-12-31, confidence: permit",
      "- { max: 100",
      /expected confidence: verified-in-text/,
    ],
    [
      "ammonium without its basis",
      "        as: NH4\n",
      "",
      "- row: 2",
      /nh4 must say its basis: expected as: N or NH4/,
    ],
    ["a window that is none", "over: 24h", "over: 24", "figures: [{", /over: expected hour, day, month/],
    [
      "a column that the text has not",
      "{ max: 100,",
      "{ column: A, max: 100,",
      "- { column",
      /expected no column, or columns: of the text/,
    ],
    [
      "dates the wrong way round",
      "supersededOn: 2026-01-01",
      "supersededOn: 2013-01-01",
      "supersededOn",
      /expected a day after inForceFrom/,
    ],
    [
      "a key that is not known",
      "    table: Table 2",
      "    table: Table 2\n    tables: 3",
      "tables: 3",
      /not known here/,
    ],
    [
      "factors without a formula",
      "    limits:",
      "    factors: { kf: { of: flow, unit: m³/day, bands: [{ factor: 1 }], confidence: unverified, sources: [G] } }\n    limits:",
      "- id",
      /factors without a formula/,
    ],
  ];
  it.each(mistakes)("%s", (_what, good, bad, at, says) => {
    const text = OWN.replace(good, bad);
    expect(text).not.toBe(OWN);
    const { complaints } = parseInstruments("own.yaml", text);
    expect(complaints[0]).toMatch(says);
    expect(complaints[0]).toMatch(new RegExp(`^own\\.yaml:${lineOf(text, at)}: `));
  });

  it("of JSON too", () => {
    const text = readFileSync(join(folder, "qcvn-40-2011.json"), "utf8").replace(
      '"unit": "mg/L"',
      '"unit": "g/L"',
    );
    const { complaints } = parseInstruments("x.json", text);
    expect(complaints).toEqual([
      `x.json:${lineOf(text, '"unit": "g/L"')}: instruments.0.limits.3.unit: expected mg/L, the unit of bod5, found g/L; convert the figures`,
    ]);
  });

  it("a column twice, bands that do not rise", () => {
    const text = readFileSync(join(folder, "qcvn-40-2011.json"), "utf8");
    const twice = text.replace('"column": "B",', '"column": "A",');
    expect(parseInstruments("x.json", twice).complaints[0]).toMatch(/a second figure for temp, column A/);
    const bands = text.replace('{ "upTo": 200,', '{ "upTo": 20,');
    expect(parseInstruments("x.json", bands).complaints).toEqual([
      `x.json:${lineOf(bands, '"upTo": 20,')}: instruments.0.factors.kq-river.bands.1: expected bands that rise by upTo, and a last one without upTo`,
    ]);
  });
});

describe("a registry's own text", () => {
  const files = (zones: string, own = OWN) => [
    ...Object.entries({ ...testRegistryFiles(), "zones.yaml": zones }).map(([file, text]) => ({
      file,
      text,
    })),
    { file: "law/own.yaml", text: own },
  ];
  const bound = (set: string) =>
    (testRegistryFiles()["zones.yaml"] ?? "").replace(/permit:[\s\S]*nh4: \{ max: 9 \}/, `limits: ${set}`);

  it("gives limits by its dates and windows, without column or factors", () => {
    const registry = parseRegistry(files(bound("{ instrument: province-02 }")));
    const plant = registry.plants.get("sim-p");
    if (plant === undefined) throw new Error("no plant");
    const on = (day: string, parameter = "cod") =>
      limitsOf(plant, parameter, Date.parse(`${day}T05:00:00Z`), "Asia/Ho_Chi_Minh", registry.instruments);
    expect(on("2013-12-31")).toEqual([]);
    expect(on("2019-12-31")).toMatchObject([{ max: 100, clause: "Local regulation 02, Table 2, row 1" }]);
    expect(on("2020-01-01")).toEqual([
      {
        parameter: "cod",
        quantity: "value",
        max: 80,
        unit: "mg/L",
        instrument: "province-02",
        clause: "Local regulation 02, Table 2, row 1 note 3",
        confidence: "verified-in-text",
        purpose: "binding",
      },
    ]);
    // superseded without a transition
    expect(on("2025-12-31")).toHaveLength(1);
    expect(on("2026-01-01")).toEqual([]);
    const [nh4] = on("2025-12-31", "nh4");
    expect(nh4).toMatchObject({ over: "24h", confidence: "one-secondary-source" });
    expect(nh4?.max).toBeCloseTo(7.765, 3);
  });

  it("a back-test outside its dates has its first or last figure, never two", () => {
    const registry = parseRegistry(files(bound("{ instrument: province-02, purpose: back-test }")));
    const plant = registry.plants.get("sim-p");
    if (plant === undefined) throw new Error("no plant");
    const on = (day: string) =>
      limitsOf(plant, "cod", Date.parse(`${day}T05:00:00Z`), "UTC", registry.instruments).map(
        ({ max }) => max,
      );
    expect([on("1990-01-01"), on("2015-01-01"), on("2030-01-01")]).toEqual([[100], [100], [80]]);
  });

  it("may not take the id of a shipped text", () => {
    const own = OWN.replace("id: province-02", "id: qcvn-40-2011");
    expect(() => parseRegistry(files(testRegistryFiles()["zones.yaml"] ?? "", own))).toThrow(
      "law/own.yaml:2: instruments.0.id: instrument qcvn-40-2011 is already in Outfall; expected an id of its own",
    );
  });

  it("is checked with the registry, mistakes of both in one go", () => {
    const zones = bound("{ instrument: province-02, column: A }");
    let complaints: readonly string[] = [];
    try {
      parseRegistry(files(zones, OWN.replace("unit: mg/l", "unit: NTU")));
    } catch (error) {
      complaints = (error as RegistryError).complaints;
    }
    expect(complaints).toEqual([
      `zones.yaml:${lineOf(zones, "limits: {")}: zones.0.plants.0.limits.column: province-02 has no columns: expected none`,
      `law/own.yaml:${lineOf(OWN, "unit: mg/l")}: instruments.0.limits.0.unit: expected mg/L, the unit of cod, found NTU; convert the figures`,
    ]);
  });
});
