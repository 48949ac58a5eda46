/** Recorded CSV to samples: times of any format and zone, repeated and skipped hours, missing values, maps with mistakes. */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { limitsOf } from "#shared/limit/limit.ts";
import { createInstantResolver } from "#shared/time/local-instant.ts";
import { compileTimeFormat } from "#shared/time/time-format.ts";
import { loadMap, parseMap } from "#simulators/replay/load-map.ts";
import { createPace, parseSpeed } from "#simulators/replay/pace.ts";
import { createRowReader } from "#simulators/replay/row-to-sample.ts";

const mapFile = (name: string) =>
  fileURLToPath(new URL(`../../simulators/maps/${name}.yaml`, import.meta.url));

describe("time formats", () => {
  it.each([
    ["D-d/M/yy", "D-1/3/90", [1990, 3, 1, 0, 0, 0]],
    ["D-d/M/yy", "D-30/10/91", [1991, 10, 30, 0, 0, 0]],
    ["yyyy-MM-dd HH:mm:ss", "2016-10-30 02:59:00", [2016, 10, 30, 2, 59, 0]],
    ["dd.MM.yyyy H:mm", "01.02.2024 7:05", [2024, 2, 1, 7, 5, 0]],
    ["yyyyMMddHHmmss", "20230509153700", [2023, 5, 9, 15, 37, 0]],
    ["'day 'd/M/yyyy", "day 29/2/2024", [2024, 2, 29, 0, 0, 0]],
    ["d/M/yy", "1/1/05", [2005, 1, 1, 0, 0, 0]],
  ])("%s reads %s", (format, text, [year, month, day, hour, minute, second]) => {
    expect(compileTimeFormat(format)(text)).toEqual({ year, month, day, hour, minute, second });
  });

  it.each([
    ["D-d/M/yy", "1/3/90"],
    ["D-d/M/yy", "D-31/2/90"],
    ["D-d/M/yy", "D-29/2/90"],
    ["D-d/M/yy", "D-0/3/90"],
    ["D-d/M/yy", "D-1/13/90"],
    ["yyyy-MM-dd HH:mm:ss", "2016-10-30 24:00:00"],
    ["yyyy-MM-dd HH:mm:ss", "2016-10-30 02:60:00"],
    ["yyyy-MM-dd HH:mm:ss", "2016-10-30T02:00:00"],
    ["yyyy-MM-dd", ""],
    ["yyyy.MM.dd", "2016-10-30"],
  ])("%s refuses %s", (format, text) => {
    expect(compileTimeFormat(format)(text)).toBeUndefined();
  });

  it("refuses formats that cannot name a day", () => {
    expect(() => compileTimeFormat("HH:mm")).toThrow(/has no year, month, day/);
    expect(() => compileTimeFormat("yyyy-MM-dd MM")).toThrow(/a field twice/);
  });
});

describe("local time to instants", () => {
  const parse = compileTimeFormat("yyyy-MM-dd HH:mm");
  const read = (zone: string, mode: "in-file-order" | "refuse", texts: string[]) => {
    const resolve = createInstantResolver(zone, mode);
    return texts.map((text) => {
      const fields = parse(text);
      if (fields === undefined) throw new Error(text);
      const resolved = resolve(fields);
      return resolved.ok ? new Date(resolved.time).toISOString().slice(0, 16) : resolved.why;
    });
  };

  it("tells a repeated hour apart by the order in the file", () => {
    const texts = [
      "2016-10-30 01:59",
      "2016-10-30 02:00",
      "2016-10-30 02:59",
      "2016-10-30 02:00",
      "2016-10-30 02:59",
      "2016-10-30 03:00",
    ];
    expect(read("Europe/Berlin", "in-file-order", texts)).toEqual([
      "2016-10-29T23:59",
      "2016-10-30T00:00",
      "2016-10-30T00:59",
      "2016-10-30T01:00",
      "2016-10-30T01:59",
      "2016-10-30T02:00",
    ]);
  });

  it("also where rows of the first pass are missing", () => {
    const texts = ["2016-10-30 02:00", "2016-10-30 02:10", "2016-10-30 02:00", "2016-10-30 02:40"];
    expect(read("Europe/Berlin", "in-file-order", texts)).toEqual([
      "2016-10-30T00:00",
      "2016-10-30T00:10",
      "2016-10-30T01:00",
      "2016-10-30T01:40",
    ]);
  });

  it("refuses a repeated hour unless told how, and a skipped one always", () => {
    expect(read("Europe/Berlin", "refuse", ["2016-10-30 02:30", "2016-10-30 03:00"])).toEqual([
      "the clock of Europe/Berlin showed this time twice",
      "2016-10-30T02:00",
    ]);
    expect(read("Europe/Berlin", "in-file-order", ["2017-03-26 02:30", "2017-03-26 03:00"])).toEqual([
      "the clock of Europe/Berlin skipped this time",
      "2017-03-26T01:00",
    ]);
  });

  it("takes a local date as midnight there, in and out of order", () => {
    expect(
      read("Europe/Madrid", "refuse", ["1990-07-01 00:00", "1990-03-01 00:00", "1990-03-25 00:00"]),
    ).toEqual(["1990-06-30T22:00", "1990-02-28T23:00", "1990-03-24T23:00"]);
  });
});

describe("rows", () => {
  const base = {
    source: { delimiter: ",", header: true, missing: ["?", "NA"] },
    time: { column: "t", format: "yyyy-MM-dd", zone: "Asia/Ho_Chi_Minh", ambiguousTime: "refuse" as const },
    columns: {
      a: { parameter: "cod" },
      b: { parameter: "flow_in", unit: "m3/day" },
      "4": { parameter: "tss", factor: 1000 },
    },
  };
  const read = createRowReader(base, ["t", "a", "b", "c"]);
  const readings = (row: string[]) => {
    const result = read(row);
    return result.ok ? { ...JSON.parse(result.payload).readings, unreadable: result.unreadable } : result.why;
  };

  it("map columns by name and number, with unit and factor", () => {
    expect(readings(["2026-01-02", "41.5", "44101", "0.03"])).toEqual({
      cod: 41.5,
      flow_in: { value: 44101, unit: "m3/day" },
      tss: 30,
      unreadable: 0,
    });
  });

  it("leave missing values out, and count what is neither number nor missing", () => {
    expect(readings(["2026-01-02", "?", "", "NA"])).toEqual({ unreadable: 0 });
    expect(readings(["2026-01-02"])).toEqual({ unreadable: 0 });
    expect(readings(["2026-01-02", "<5", "Infinity", "1"])).toEqual({ tss: 1000, unreadable: 2 });
  });

  it("without values are still a sample, with empty readings", () => {
    const result = read(["2026-01-02", "?", "?", "?"]);
    expect(result).toMatchObject({
      ok: true,
      readings: 0,
      payload: '{"time":"2026-01-02T00:00:00+07:00","readings":{}}',
    });
  });

  it("without a readable time say why", () => {
    expect(readings(["yesterday", "1"])).toBe('expected a time like yyyy-MM-dd, found "yesterday"');
  });

  it("need the columns of the map", () => {
    expect(() => createRowReader(base, ["t", "b", "c", "d"])).toThrow(/no column "a".*t, b, c, d/);
  });
});

describe("the pace", () => {
  it("divides the feed's time by the speed, and never waits for what is out of order", () => {
    const pace = createPace(10);
    expect(pace(100_000, 0)).toBe(0);
    expect(pace(160_000, 1_000)).toBe(5_000);
    expect(pace(40_000, 1_000)).toBe(0);
    expect(createPace(0)(1e12, 0)).toBe(0);
  });

  it("reads --speed", () => {
    expect([parseSpeed("max"), parseSpeed("0"), parseSpeed("60")]).toEqual([0, 0, 60]);
    for (const text of ["", "fast", "-1", "Infinity"]) expect(() => parseSpeed(text)).toThrow(/--speed/);
  });
});

describe("the shipped maps", () => {
  it("Manlleu: one station owed once a day, B as a back-test that opens incidents, A as would-be", async () => {
    const map = await loadMap(mapFile("uci-manlleu"));
    expect(map.station).toMatchObject({
      id: "sim-uci-manlleu-outlet",
      zone: "sim-uci-manlleu",
      intervalMs: 86_400_000,
      coversFromOffsetMs: 0,
    });
    const plant = map.registry.plants.get(map.station.plant);
    if (plant === undefined) throw new Error("no plant");
    const march1990 = Date.parse("1990-03-13T00:00:00+01:00");
    expect(
      ["ph", "bod5", "cod", "tss"].map((parameter) =>
        limitsOf(plant, parameter, march1990).map(({ max, purpose }) => [max, purpose]),
      ),
    ).toEqual([
      [
        [9, "back-test"],
        [9, "would-be"],
      ],
      [
        [50, "back-test"],
        [30, "would-be"],
      ],
      [
        [150, "back-test"],
        [75, "would-be"],
      ],
      [
        [100, "back-test"],
        [50, "would-be"],
      ],
    ]);
    expect(map.registry.contacts.map(({ duty }) => duty).sort()).toEqual([
      "management-board",
      "provincial-department",
      "zone-officer",
    ]);
  });

  it("GECCO: one-minute sensors without any limit", async () => {
    const map = await loadMap(mapFile("gecco-2018"));
    const plant = map.registry.plants.get(map.station.plant);
    if (plant === undefined) throw new Error("no plant");
    expect(map.station.intervalMs).toBe(60_000);
    for (const { parameter } of Object.values(map.columns)) {
      expect(limitsOf(plant, parameter, Date.parse("2016-09-01T00:00:00Z"))).toEqual([]);
    }
  });
});

describe("a map with a mistake", () => {
  const good = `source: { header: false }
time: { column: 1, format: yyyy-MM-dd, zone: Asia/Ho_Chi_Minh }
columns:
  2: { parameter: cod }
registry:
  settings: { name: x, simulated: true, timeZone: Asia/Ho_Chi_Minh }
  zones:
    - id: sim-z
      name: { vi: z, en: z }
      simulated: true
      status: operating
      centralPlant: yes
      provinces: [{ code: S1, name: P, geography: SIM }]
      source: test
      plants:
        - id: sim-z-p
          name: { vi: p, en: p }
          state: connected
          serves: [sim-z]
          stations:
            - id: sim-z-s
              name: { vi: s, en: s }
              interval: 1d
              stamp: start
              connectedOn: 2020-01-01
              parameters: { cod: { instrument: probe } }
`;

  it("is not this one", () => {
    expect(parseMap("m.yaml", good).station.id).toBe("sim-z-s");
  });

  it.each([
    [
      "a format without a day",
      good.replace("yyyy-MM-dd,", "yyyy-MM,"),
      /m\.yaml:2: time\.format: .*has no day/,
    ],
    [
      "an unknown time zone",
      good.replace("zone: Asia/Ho_Chi_Minh", "zone: Mars/Base"),
      /m\.yaml:2: time\.zone/,
    ],
    [
      "a parameter key ingest would refuse",
      good.replace("parameter: cod", "parameter: COD_flag"),
      /m\.yaml:4: columns\.2\.parameter/,
    ],
    [
      "a column name without a header",
      good.replace("2: { par", "cod: { par"),
      /m\.yaml:4: columns\.cod: no header/,
    ],
    [
      "two columns for one parameter",
      good.replace("  2: { parameter: cod }", "  2: { parameter: cod }\n  3: { parameter: cod }"),
      /m\.yaml:5: columns\.3: cod is already read from column 2/,
    ],
    [
      "a feed that claims to be live",
      good.replace("simulated: true, timeZone", "simulated: false, timeZone"),
      /registry\.settings\.simulated: .*expected true/,
    ],
    [
      "a fault inside its registry",
      good.replace("serves: [sim-z]", "serves: [sim-q]"),
      /m\.yaml:19: registry\.zones\.0\.plants\.0\.serves\.0: expected the id of a zone, found sim-q/,
    ],
    ["no station", good.replace(/ {10}stations:[\s\S]*$/, ""), /expected a station/],
    ["a station that is not there", `${good}station: other\n`, /m\.yaml:27: station: .*no station other/],
  ])("%s", (_what, text, expected) => {
    expect(() => parseMap("m.yaml", text)).toThrow(expected);
  });
});
