import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadRegistry, parseRegistry, RegistryError } from "#shared/registry/load.ts";
import { plantsServing } from "#shared/registry/registry.ts";
import { parseYaml } from "#shared/yaml/yaml.ts";
import { testRegistry } from "#test/support/registry.ts";

const SETTINGS = "name: test\nsimulated: true\ntimeZone: Asia/Ho_Chi_Minh\n";
const ZONE = `zones:
  - id: sim-z
    name: { vi: KCN Z, en: Z }
    simulated: true
    status: operating
    centralPlant: "yes"
    provinces: [{ code: S1, name: Tỉnh, geography: SIM }]
    source: invented
    plants:
      - id: sim-p
        name: { vi: Hệ thống, en: Plant }
        state: connected
        serves: [sim-z]
        permit:
          number: MP-Z
          limits:
            ph: { min: 5.5, max: 9 }
        limits: { instrument: qcvn-40-2011, column: B, kq: 1, kf: 1 }
        stations:
          - id: sim-s1
            name: { vi: Trạm, en: Station }
            interval: 5m
            stamp: end
            connectedOn: 2026-01-01
            parameters:
              ph: { instrument: probe }
              nh4: { instrument: analyser, as: N, range: [0, 50] }
contacts:
  - { id: officer, name: Cán bộ, duty: zone-officer, language: vi, email: o@z.example, zones: [sim-z] }
`;

function complaintsOf(zone: string, settings = SETTINGS): readonly string[] {
  try {
    parseRegistry([
      { file: "registry.yaml", text: settings },
      { file: "zones/z.yaml", text: zone },
    ]);
  } catch (error) {
    if (error instanceof RegistryError) return error.complaints;
    throw error;
  }
  return [];
}

/** The line of the first text in the file, counted as an editor does. */
const lineOf = (text: string, found: string) => text.slice(0, text.indexOf(found)).split("\n").length;

describe("a registry that fits", () => {
  it("becomes zones, plants, stations and contacts by id", () => {
    const registry = testRegistry({ stations: 2 });
    expect([...registry.zones.keys()]).toEqual(["sim-z"]);
    expect(registry.plants.get("sim-p")).toMatchObject({ zone: "sim-z", state: "connected" });
    expect(registry.stations.get("sim-s2")).toMatchObject({
      zone: "sim-z",
      plant: "sim-p",
      intervalMs: 300_000,
      coversFromOffsetMs: -300_000,
    });
    expect(plantsServing(registry, "sim-z").map(({ id }) => id)).toEqual(["sim-p"]);
    expect(registry.contacts.map(({ id }) => id)).toEqual(["officer", "board", "department"]);
    expect(registry.settings.rules).toMatchObject({
      legalBasis: "",
      closeAfter: 600_000,
      closeAfterHours: 2,
      completeness: { hour: 0.75, day: 0.75 },
      silence: { openAfter: 600_000, officerAfter: 1_500_000, regulatorAfter: 14_100_000 },
    });
  });

  it("has a version that changes with every byte", () => {
    const again = testRegistry();
    expect(testRegistry().version).toBe(again.version);
    expect(testRegistry({ settings: "# a remark\n" }).version).not.toBe(again.version);
  });
});

describe("a mistake is named by file and line, with what was expected", () => {
  /** [what, its text in the good file, the mistaken text, where the complaint points, what it says] */
  const mistakes: [what: string, good: string, bad: string, at: string, says: RegExp][] = [
    ["a bad duration", "interval: 5m", "interval: 5 min", "interval:", /expected a duration, e\.g\. "5m"/],
    ["a duration of nothing", "interval: 5m", "interval: 0m", "interval:", /above zero/],
    [
      "a plant that serves an unknown zone",
      "serves: [sim-z]",
      "serves: [sim-y]",
      "serves:",
      /expected the id of a zone, found sim-y/,
    ],
    [
      "ammonium without its basis",
      "analyser, as: N,",
      "analyser,",
      "nh4:",
      /nh4 must say its basis: expected as: N or NH4/,
    ],
    ["ammonium as phosphorus", "as: N,", "as: P,", "nh4:", /expected as: N or NH4/],
    [
      "an address that could be real",
      "o@z.example",
      "o@z.vn",
      "email:",
      /expected an address ending in \.example, found o@z\.vn/,
    ],
    ["no address at all", "o@z.example", "nobody", "email:", /expected an e-mail address/],
    ["a YAML mistake", "serves: [sim-z]", "serves: [sim-z", "serves:", /must|expected/i],
    [
      "a key twice",
      "    status: operating",
      "    status: operating\n    status: planned",
      "status: planned",
      /unique/,
    ],
    ["an unknown key", "stamp: end", "stamp: end\n            colour: blue", "colour:", /not known here/],
    ["an alias without an anchor", "source: invented", "source: *nowhere", "source:", /nowhere/],
    [
      "an unknown parameter",
      "ph: { instrument: probe }",
      "phh: { instrument: probe }",
      "phh:",
      /expected a known parameter, found phh/,
    ],
    [
      "a parameter that the row uses itself",
      "ph: { instrument: probe }",
      "zone: { instrument: probe }",
      "zone: {",
      /expected a known parameter/,
    ],
    [
      "a wrong unit",
      "ph: { instrument: probe }",
      "ph: { instrument: probe, unit: mg/L }",
      "ph: { instr",
      /expected -, found mg\/L/,
    ],
    [
      "a range the wrong way round",
      "range: [0, 50]",
      "range: [50, 0]",
      "range:",
      /expected \[lowest, highest\]/,
    ],
    [
      "a cycle of an instrument that has none",
      "ph: { instrument: probe }",
      "ph: { instrument: probe, cycle: 15m }",
      "ph: { instr",
      /expected no cycle: a probe has none/,
    ],
    [
      "a flat line that fails before it is suspect",
      "range: [0, 50] }",
      "range: [0, 50], quality: { flatSuspect: 2h, flatFail: 1h } }",
      "nh4:",
      /expected flatSuspect no longer than flatFail/,
    ],
    [
      "the same, of station and parameter together",
      "range: [0, 50] }",
      "range: [0, 50], quality: { flatSuspect: 2h } }\n            quality: { flatFail: 1h }",
      "nh4:",
      /expected flatSuspect no longer than flatFail/,
    ],
    [
      "a band of suspect values the wrong way round",
      "range: [0, 50] }",
      "range: [0, 50], quality: { suspectBelow: 5, suspectAbove: 5 } }",
      "nh4:",
      /expected suspectBelow below suspectAbove/,
    ],
    [
      "a test that cannot be skipped",
      "range: [0, 50] }",
      "range: [0, 50], quality: { skip: [everything] } }",
      "nh4:",
      /"flat-line"/,
    ],
    [
      "a parameter's figure for a whole station",
      "stamp: end",
      "stamp: end\n            quality: { leastStep: 2 }",
      "quality: { leastStep",
      /not known here/,
    ],
    [
      "a limit the wrong way round",
      "min: 5.5, max: 9",
      "min: 9, max: 5.5",
      "ph: { min",
      /expected min below max/,
    ],
    ["a limit without a figure", "ph: { min: 5.5, max: 9 }", "ph: {}", "ph: {}", /expected min, max or both/],
    [
      "a window that is none",
      "min: 5.5, max: 9",
      "max: 9, over: week",
      "ph: { max",
      /over: expected hour, day, month, or so many hours or days/,
    ],
    [
      "two figures over the same window",
      "ph: { min: 5.5, max: 9 }",
      "cod: [{ max: 90, over: 30d }, { max: 80, over: 30d }]",
      "cod: [{",
      /limits\.cod\.1: two figures for cod over 30d: expected one/,
    ],
    [
      "a limit in a basis that the parameter has not",
      "min: 5.5, max: 9",
      "max: 9, as: N",
      "ph: { max",
      /ph has no basis: expected no as/,
    ],
    [
      "a load of what has no mass",
      "            ph: { min: 5.5, max: 9 }",
      "            ph: { min: 5.5, max: 9 }\n          loads: { temp: { maxKgPerDay: 9 } }",
      "loads:",
      /expected a parameter in mg\/L: temp in °C has no load/,
    ],
    [
      "a permit over another",
      "          number: MP-Z\n          limits:\n            ph: { min: 5.5, max: 9 }",
      "          - { number: A, until: 2026-06-30, limits: {} }\n          - number: B\n            from: 2026-06-30\n            limits: {}",
      "from: 2026-06-30",
      /permit B overlaps A: expected one permit a day/,
    ],
    [
      "an unknown instrument",
      "qcvn-40-2011",
      "qcvn-41",
      "limits: { inst",
      /limits\.instrument: expected one of qcvn-40-2011, qcvn-40-2025, found qcvn-41; a text of your own goes/,
    ],
    [
      "an unknown column",
      "column: B",
      "column: C",
      "limits: { inst",
      /limits\.column: expected column: one of A, B, found C/,
    ],
    [
      "no column where the text has them",
      "column: B, ",
      "",
      "limits: { inst",
      /expected column: one of A, B$/,
    ],
    [
      "no factor",
      ", kq: 1",
      "",
      "limits: { inst",
      /expected kq \(a number, with its source\) or receivingWater/,
    ],
    [
      "a number and what to look it up by",
      "kf: 1 }",
      "kf: 1, dischargeM3PerDay: 3000 }",
      "limits: { inst",
      /expected kf or dischargeM3PerDay, not both/,
    ],
    [
      "a table that is not accepted",
      "kq: 1,",
      "receivingWater: { kind: river, flowM3PerS: 120 }, acceptUnverified: [factors-exclusions],",
      "limits: { inst",
      /the table kq-river of qcvn-40-2011 is unverified: expected kq as a number with its source, or acceptUnverified: \[kq-river\]/,
    ],
    [
      "a factor looked up without what it multiplies",
      "kf: 1 }",
      "dischargeM3PerDay: 3000, acceptUnverified: [kf] }",
      "limits: { inst",
      /Kq or Kf is looked up: expected factorsApplyTo .* or acceptUnverified: \[factors-exclusions\]/,
    ],
    [
      "a name that accepts nothing",
      "kf: 1 }",
      "kf: 1, acceptUnverified: [A/cod] }",
      "limits: { inst",
      /A\/cod is nothing unverified of qcvn-40-2011: expected one of kq-river, kq-lake, kq-coastal, kf, factors-exclusions, A\/chloride/,
    ],
    [
      "a river with a volume",
      "kq: 1,",
      "receivingWater: { kind: river, volumeM3: 9 }, acceptUnverified: [kq-river, factors-exclusions],",
      "limits: { inst",
      /a river has no volumeM3: expected flowM3PerS/,
    ],
    [
      "coastal water without its use",
      "kq: 1,",
      "receivingWater: { kind: coastal }, acceptUnverified: [kq-coastal, factors-exclusions],",
      "limits: { inst",
      /expected use: protected/,
    ],
    [
      "a factor of a range",
      "kf: 1 }",
      "kf: 0.9, source: a letter, factorsApplyTo: [ph] }",
      "limits: { inst",
      /ph is a range, which no factor multiplies/,
    ],
    [
      "a text without figures and no permit that gives them",
      "permit:\n          number: MP-Z\n          limits:\n            ph: { min: 5.5, max: 9 }\n        limits: { instrument: qcvn-40-2011, column: B, kq: 1, kf: 1 }",
      "limits: { instrument: qcvn-40-2025 }",
      "limits: { inst",
      /qcvn-40-2025 has no figures here: expected a permit that gives them/,
    ],
    [
      "a column and factors of a text without",
      "qcvn-40-2011",
      "qcvn-40-2025",
      "limits: { inst",
      /qcvn-40-2025 has no columns: expected none/,
    ],
    [
      "Kq × Kf without what it multiplies",
      "kq: 1, kf: 1",
      "kq: 0.9, kf: 1",
      "limits: { inst",
      /Kq × Kf is not 1: expected factorsApplyTo/,
    ],
    [
      "Kq × Kf without its source",
      "kf: 1 }",
      "kf: 0.9, factorsApplyTo: [cod] }",
      "limits: { inst",
      /Kq × Kf is not 1: expected a source of the factors/,
    ],
    ["an id with capitals", "- id: sim-s1", "- id: Sim-S1", "id: Sim-S1", /expected an id: lower case/],
    ["a date that does not exist", "2026-01-01", "2026-13-01", "connectedOn:", /expected a date/],
    ["an invented zone under a real id", "id: sim-z\n", "id: vn-z\n", "id: vn-z", /start with sim-/],
    [
      "a zone without a plant that has one",
      'centralPlant: "yes"',
      "centralPlant: none",
      "centralPlant:",
      /says none, but a plant of it is listed/,
    ],
    [
      "a contact in charge of nothing",
      ", zones: [sim-z] }",
      " }",
      "- { id: officer",
      /expected zones or provinces/,
    ],
    [
      "a contact in charge of nowhere",
      "zones: [sim-z] }",
      "zones: [sim-q] }",
      "zones: [sim-q]",
      /expected the id of a zone, found sim-q/,
    ],
    [
      "a province without zones",
      "zones: [sim-z] }",
      "provinces: [S9] }",
      "provinces: [S9]",
      /no zone is in province S9/,
    ],
  ];
  it.each(mistakes)("%s", (_what, good, bad, at, says) => {
    const text = ZONE.replace(good, bad);
    expect(text).not.toBe(ZONE);
    const complaints = complaintsOf(text);
    expect(complaints[0]).toMatch(says);
    const line = Number(/^zones\/z\.yaml:(\d+): /.exec(complaints[0] ?? "")?.[1]);
    // a YAML mistake may be noticed on the line after
    expect([lineOf(text, at), ...(says.source.startsWith("must") ? [lineOf(text, at) + 1] : [])]).toContain(
      line,
    );
  });

  it("real zones in a simulated registry have no stations", () => {
    const real = ZONE.replaceAll("sim-z", "vn-z").replace("simulated: true", "simulated: false");
    expect(complaintsOf(real)).toEqual([
      `zones/z.yaml:${lineOf(real, "- id: sim-p")}: zones.0.plants: zone vn-z is real: expected no stations in a simulated registry`,
    ]);
    expect(complaintsOf(real, SETTINGS.replace("true", "false"))).toEqual([]);
  });

  it("an id that is there twice names the file that has it first", () => {
    const texts = [
      { file: "registry.yaml", text: SETTINGS },
      { file: "a.yaml", text: ZONE },
      { file: "b.yaml", text: ZONE.slice(0, ZONE.indexOf("    plants:")) },
    ];
    expect(() => parseRegistry(texts)).toThrow("b.yaml:2: zones.0.id: zone sim-z is already in a.yaml");
  });

  it("a missing registry.yaml, a bad time zone, an unknown rule", () => {
    expect(() => parseRegistry([{ file: "z.yaml", text: ZONE }])).toThrow(
      "registry.yaml: expected in the registry folder",
    );
    expect(complaintsOf(ZONE, SETTINGS.replace("Asia/Ho_Chi_Minh", "Asia/Hanoi2"))).toEqual([
      "registry.yaml:3: timeZone: expected an IANA time zone, e.g. Asia/Ho_Chi_Minh",
    ]);
    expect(complaintsOf(ZONE, `${SETTINGS}rules:\n  closeAfter: 5m\n  closesAfter: 5m\n`)).toEqual([
      "registry.yaml:6: rules.closesAfter: this key is not known here",
    ]);
  });

  it("all mistakes of all files in one go", () => {
    const texts = [
      { file: "registry.yaml", text: "name: test\nsimulated: perhaps\ntimeZone: UTC\n" },
      {
        file: "a.yaml",
        text: ZONE.replace("interval: 5m", "interval: often").replace("stamp: end", "stamp: late"),
      },
      { file: "b.yaml", text: "zones: [" },
      { file: "c.yaml", text: "contacts:\n  - { id: x }\n" },
    ];
    let complaints: readonly string[] = [];
    try {
      parseRegistry(texts);
    } catch (error) {
      complaints = (error as RegistryError).complaints;
    }
    expect(new Set(complaints.map((line) => line.split(":")[0]))).toEqual(
      new Set(["registry.yaml", "a.yaml", "b.yaml", "c.yaml"]),
    );
    expect(complaints.filter((line) => line.startsWith("a.yaml"))).toHaveLength(2);
    for (const line of complaints) expect(line).toMatch(/^[a-z/]+\.yaml:\d+: /);
  });

  it("YAML that multiplies without end is a complaint, never an exception", () => {
    const bomb = [
      "a: &a [1, 1]",
      ...["b", "c", "d", "e"].map(
        (key, index) => `${key}: &${key} [${Array(10).fill(`*${"abcd"[index]}`).join(", ")}]`,
      ),
    ].join("\n");
    expect(parseYaml("bomb.yaml", bomb).complaints).toEqual([
      expect.stringMatching(/^bomb\.yaml:2: .*alias/i),
    ]);
  });
});

describe("a registry folder", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "outfall-registry-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const write = async (name: string, text: string) => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  };

  it("is read with its sub-folders, and complaints name the files as they lie on disk", async () => {
    await write("registry.yaml", SETTINGS);
    await write("zones/z.yaml", ZONE);
    await write("README.md", "not read");
    expect((await loadRegistry(folder)).stations.size).toBe(1);
    await write("zones/z.yaml", ZONE.replace("interval: 5m", "interval: 5"));
    await expect(loadRegistry(folder)).rejects.toThrow(
      `${join(folder, "zones/z.yaml")}:${lineOf(ZONE, "interval:")}: `,
    );
  });

  it("may have legal texts as JSON; other JSON is left alone", async () => {
    const text = (unit: string) => `{
  "instruments": [
    {
      "id": "province-02",
      "title": { "vi": "Quy chuẩn 02", "en": "Regulation 02" },
      "table": "Table 1",
      "inForceFrom": "2014-01-01",
      "dates": { "confidence": "verified-in-text", "sources": ["G"] },
      "sources": { "G": "gazette" },
      "limits": [
        { "row": 1, "parameter": "cod", "unit": "${unit}",
          "figures": [{ "max": 100, "confidence": "verified-in-text", "sources": ["G"] }] }
      ]
    }
  ]
}`;
    await write("zones/z.yaml", ZONE);
    await write("settings.json", '{ "editor.tabSize": 2 }');
    await write("broken.json", "{ not JSON");
    await write("law.json", text("mg/L"));
    expect((await loadRegistry(folder)).instruments.get("province-02")?.limits).toHaveLength(1);
    await write("law.json", text("NTU"));
    await expect(loadRegistry(folder)).rejects.toThrow(
      `${join(folder, "law.json")}:11: instruments.0.limits.0.unit: expected mg/L, the unit of cod, found NTU`,
    );
    await write("law.json", `${text("mg/L")} }`);
    await expect(loadRegistry(folder)).rejects.toThrow(/law\.json:\d+: /);
  });

  it("that is not there is a complaint too", async () => {
    await expect(loadRegistry(join(folder, "nowhere"))).rejects.toThrow(
      /nowhere: expected a folder of YAML files/,
    );
  });
});

describe("the sample registry", () => {
  it("loads; its real zones have no stations, and everything bad can only happen in invented ones", async () => {
    const registry = await loadRegistry("registry");
    expect(registry.settings.simulated).toBe(true);
    const real = [...registry.zones.values()].filter((zone) => !zone.simulated);
    expect(real.map(({ id }) => id).sort()).toEqual([
      "vn-37-gian-khau",
      "vn-37-khanh-phu",
      "vn-48-hoa-khanh",
      "vn-92-tra-noc-1",
      "vn-92-tra-noc-2",
    ]);
    for (const station of registry.stations.values()) expect(station.zone).toMatch(/^sim-/);
    for (const contact of registry.contacts) expect(contact.email).toMatch(/\.example$/);
    const [one, two] = ["vn-92-tra-noc-1", "vn-92-tra-noc-2"].map((id) => plantsServing(registry, id));
    expect(one?.map(({ id }) => id)).toEqual(["vn-92-tra-noc-wwtp"]);
    expect(two).toEqual(one);
  });
});
