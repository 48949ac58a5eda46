/** The bridge's pure parts: whose a file is, when it is whole, what is remembered of it, how many are under way. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseBridgeMap } from "#services/bridge/map/bridge-map.ts";
import { compilePattern } from "#services/bridge/map/path-pattern.ts";
import { createLanes } from "#services/bridge/publish/lanes.ts";
import { createRepeatMemory } from "#services/bridge/publish/repeat-memory.ts";
import { openDoneLog } from "#services/bridge/record/done-log.ts";
import { createFingerprintSet } from "#services/bridge/record/fingerprints.ts";
import { isTxt } from "#services/bridge/scan/drop-file.ts";
import { createSettling } from "#services/bridge/scan/settling.ts";
import { translateTxt } from "#services/bridge/translate/translate.ts";
import { createTroubles } from "#services/bridge/troubles.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { compilePlace } from "#shared/txt/file-place.ts";
import { testRegistry } from "#test/support/registry.ts";

const registry = testRegistry({ stations: 3 });

describe("patterns", () => {
  it.each<[pattern: string, fits: string[], fitsNot: string[]]>([
    ["NUO001", ["NUO001", "nuo001"], ["NUO0011", "a/NUO001", ""]],
    ["HN_*_NUO001", ["HN_A_NUO001", "HN__NUO001", "HN_A_B_NUO001"], ["HN_NUO001", "HN_a/b_NUO001"]],
    ["*", ["a", ""], ["a/b"]],
    ["**", ["a", "", "a/b"], []],
    ["NUO001/**", ["NUO001", "NUO001/2026/01"], ["NUO0011", "a/NUO001"]],
    ["**/NUO001", ["NUO001", "a/b/NUO001"], ["a/NUO001/b", "aNUO001"]],
    ["a/**/z", ["a/z", "a/b/c/z"], ["az", "a/bz"]],
    ["/a/*/2026/", ["a/b/2026"], ["a/2026", "a/b/c/2026"]],
    ["a.b(c)[1]+", ["a.b(c)[1]+"], ["aXb(c)[1]+"]],
  ])("%s", (pattern, fits, fitsNot) => {
    const test = compilePattern(pattern);
    expect([fits.filter((path) => !test(path)), fitsNot.filter(test)]).toEqual([[], []]);
  });
});

describe("the map", () => {
  const parse = (text: string) => parseBridgeMap("map.yaml", text, registry);
  const complaints = (text: string): readonly string[] => {
    try {
      parse(text);
      return [];
    } catch (error) {
      return (error as { complaints: string[] }).complaints;
    }
  };

  it("gives a file to the first entry that fits, by name and folder", () => {
    const map = parse(
      [
        "stations:",
        "  - { station: sim-s1, name: HN_*_NUO001, folder: NUO001/** }",
        "  - { station: sim-s2, name: HN_*_NUO001 }",
        "  - { station: sim-s3, folder: old }",
      ].join("\n"),
    );
    const owner = (folder: string, name: string) => map.targetOf(folder, name)?.station.id;
    expect(owner("NUO001/2026/01/01", "HN_A_NUO001")).toBe("sim-s1");
    expect(owner("", "hn_a_nuo001")).toBe("sim-s2");
    expect(owner("", "SIM_HN_A_NUO001")).toBe("sim-s2");
    expect(owner("old", "whatever")).toBe("sim-s3");
    expect(owner("older", "whatever")).toBeUndefined();
  });

  it("says how a station's files are meant, the general before its own", () => {
    const map = parse(
      [
        'decimal: ","',
        "symbols: { Q: flow, X1: cod }",
        'status: { "03": fault }',
        "stations:",
        '  - { station: sim-s1, name: a, symbols: { X1: tss }, units: { flow: l/s }, decimal: "." }',
        '  - { station: sim-s2, name: b, separator: ";" }',
      ].join("\n"),
    );
    const payloads = (name: string, text: string) => {
      const target = map.targetOf("", name);
      if (target === undefined) throw new Error(name);
      return translateTxt(Buffer.from(text), target);
    };
    const time = Date.parse("2026-01-01T05:00:00Z");
    expect(
      payloads("a", "Q\t1.5\tm3/h\t202601011200\t00\nX1\t2\t\t202601011200\t03\npH\t---\t\t202601011200\t00"),
    ).toEqual({
      payloads: [
        JSON.stringify({
          time,
          readings: { flow: { value: 1.5, unit: "l/s" }, tss: { value: null, status: "fault" }, ph: null },
        }),
      ],
      faults: [],
    });
    expect(payloads("b", "X1;2,5;mg/l;202601011200;01")).toEqual({
      payloads: [JSON.stringify({ time, readings: { cod: { value: 2.5, status: "calibrating" } } })],
      faults: [],
    });
  });

  it.each<[text: string, complaint: RegExp]>([
    ["stations: []", /^map\.yaml:1: stations: /],
    ["stations:\n  - { station: sim-s1 }", /^map\.yaml:2: stations\.0: expected name, folder or both/],
    [
      "stations:\n  - { station: sim-s9, name: a }",
      /^map\.yaml:2: stations\.0\.station: the registry has no station sim-s9/,
    ],
    [
      "stations:\n  - station: sim-s1\n    name: a\n    nmae: b",
      /^map\.yaml:4: stations\.0\.nmae: this key is not known/,
    ],
    [
      "symbols: { X: COD }\nstations: [{ station: sim-s1, name: a }]",
      /^map\.yaml:1: symbols\.X: expected a parameter key/,
    ],
    [
      "units:\n  flow: kg\nstations: [{ station: sim-s1, name: a }]",
      /^map\.yaml:2: units\.flow: expected m³\/h or a unit that converts, found kg/,
    ],
    [
      "units: { foo: mg/L }\nstations: [{ station: sim-s1, name: a }]",
      /units\.foo: expected a known parameter/,
    ],
    [
      "status: { 03: fault }\nstations: [{ station: sim-s1, name: a }]",
      /expected a code of two digits in quotes/,
    ],
    [
      'status: { "00": fault }\nstations: [{ station: sim-s1, name: a }]',
      /00, 01 and 02 mean what they mean/,
    ],
    ['status: { "03": measuring }\nstations: [{ station: sim-s1, name: a }]', /status\.03: /],
    [
      'decimal: ","\nstations:\n  - { station: sim-s1, name: a, separator: "," }',
      /^map\.yaml:3: stations\.0\.separator: .*both a comma/,
    ],
    ["stations: [", /^map\.yaml:1: /],
  ])("%j is complained of, with its line", (text, complaint) => {
    expect(complaints(text)).toEqual([expect.stringMatching(complaint)]);
  });

  it("is the example of the documents and of services/bridge/maps", async () => {
    const page = await readFile("docs/bridge.md", "utf8");
    const examples = [...page.matchAll(/```yaml\n([^`]*stations:[^`]*)```/g)].map(([, text = ""]) => text);
    expect(examples.length).toBeGreaterThan(0);
    for (const text of examples)
      expect(complaints(text.replace(/station: [\w-]+/g, "station: sim-s1"))).toEqual([]);
    const { loadRegistry } = await import("#shared/registry/load.ts");
    const file = "services/bridge/maps/demo.yaml";
    expect(() => parseBridgeMap(file, "", registry)).toThrow();
    const map = parseBridgeMap(file, await readFile(file, "utf8"), await loadRegistry("registry"));
    expect(map.targetOf("", "SIM_S1_sim-song-xanh-wwtp_sim-sx-nt01")?.station.id).toBe("sim-sx-nt01");
  });
});

describe("files", () => {
  it.each([
    ["A_B_C_20260101120000.txt", true],
    ["A_B_C_20260101120000.TXT", true],
    ["A_B_C_20260101120000.txt.tmp", false],
    ["A_B_C_20260101120000.txt.filepart", false],
    [".A_B_C_20260101120000.txt", false],
    ["README.txt", false],
    ["A.csv", false],
  ])("%s is a text file: %s", (name, is) => {
    expect(isTxt(name)).toBe(is);
  });

  it("are whole when old, or when they have not changed for a while of our own clock", () => {
    let now = 10_000_000;
    const settling = createSettling({ stableMs: 5_000, now: () => now });
    const file = { path: "a", size: 1, mtimeMs: now };
    expect(settling.isSettled({ ...file, mtimeMs: now - 600_000 })).toBe(true);
    // the server's clock may be ahead
    const ahead = { ...file, path: "b", mtimeMs: now + 3_600_000 };
    expect([settling.isSettled(file), settling.isSettled(ahead)]).toEqual([false, false]);
    now += 4_999;
    expect([settling.isSettled(file), settling.isSettled(ahead)]).toEqual([false, false]);
    expect(settling.isSettled({ ...file, size: 2 })).toBe(false);
    now += 1;
    expect([settling.isSettled({ ...file, size: 2 }), settling.isSettled(ahead)]).toEqual([false, true]);
    expect(settling.paths).toEqual(["a"]);
    now += 5_000;
    expect(settling.isSettled({ ...file, size: 2 })).toBe(true);
    expect(settling.paths).toEqual([]);
  });
});

describe("what is remembered", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "outfall-bridge-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const open = (name: string) => openDoneLog(join(folder, name), createTroubles(silentLogger));

  it("is a set of fingerprints, neither more nor less", () => {
    const print = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n });
    // low bits that collide, as a bad hash would have them
    const colliding = fc.bigInt({ min: 1n, max: 40n }).map((high) => (high << 40n) | 7n);
    fc.assert(
      fc.property(
        fc.array(fc.oneof(print, colliding), { maxLength: 3_000 }),
        fc.array(print),
        (added, others) => {
          const set = createFingerprintSet();
          const model = new Set(added);
          for (const fingerprint of added) set.add(fingerprint);
          expect(set.size).toBe(model.size);
          for (const fingerprint of [...added, ...others])
            expect(set.has(fingerprint)).toBe(model.has(fingerprint));
        },
      ),
      { numRuns: 50 },
    );
  });

  const contentOf = (file: bigint) => BigInt.asUintN(64, file * 0x9e3779b97f4a7c15n);

  it("is on disk after a flush, and forgets files that are gone once they are most", async () => {
    const log = await open("done.log");
    const present = createFingerprintSet();
    for (let file = 1n; file <= 12_000n; file += 1n) {
      log.add(file, contentOf(file));
      if (file <= 100n) present.add(file);
    }
    await log.flush();
    const other = await open("done.log");
    expect([
      other.size,
      other.hasFile(12_000n),
      other.hasContent(contentOf(5n)),
      other.hasFile(12_001n),
    ]).toEqual([12_000, true, true, false]);
    await other.close();
    await log.compact(present);
    log.add(77_777n, 88_888n);
    await log.close();
    const last = await open("done.log");
    expect([last.size, last.hasFile(100n), last.hasFile(101n), last.hasFile(77_777n)]).toEqual([
      101,
      true,
      false,
      true,
    ]);
    await last.close();
  });

  it("of messages is only the last while, and bounded", () => {
    let now = 0;
    const memory = createRepeatMemory(() => now);
    const message = (payload: string) => ({ topic: "t", payload });
    memory.add(message("old"));
    now = 15_001;
    memory.add(message("young"));
    expect(memory.take().map(({ payload }) => payload)).toEqual(["young"]);
    expect(memory.take()).toEqual([]);
    for (let index = 0; index < 200_000; index += 1) memory.add(message(String(index)));
    const kept = memory.take();
    expect([kept.length, kept.at(-1)?.payload]).toEqual([100_000, "199999"]);
    for (let index = 0; index < 50; index += 1) memory.add(message("x".repeat(1_000_000)));
    expect(memory.take().length).toBe(32);
  });
});

describe("lanes", () => {
  it("carry so many at once and so much, and what is too large alone", async () => {
    let running = 0;
    let bytes = 0;
    let most = 0;
    const lanes = createLanes({ tasks: 3, bytes: 100, onFailed: () => undefined });
    const seen: number[] = [];
    for (const size of [10, 10, 10, 10, 60, 60, 500, 10, 90, 20]) {
      await lanes.begin(size, async () => {
        running += 1;
        bytes += size;
        most = Math.max(most, running);
        expect(bytes <= 100 || running === 1).toBe(true);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        bytes -= size;
        seen.push(size);
      });
    }
    await lanes.idle();
    expect([most, running, seen.length]).toEqual([3, 0, 10]);
  });

  it("go on after a failure, and tell it", async () => {
    const failures: unknown[] = [];
    const lanes = createLanes({ tasks: 1, bytes: 1, onFailed: (error) => failures.push(error) });
    await lanes.begin(1, () => Promise.reject(new Error("first")));
    await lanes.begin(1, async () => undefined);
    await lanes.idle();
    expect(failures.map(String)).toEqual(["Error: first"]);
  });
});

describe("where an export goes", () => {
  const place = {
    province: "S1",
    zone: "sim-z",
    plant: "sim-p",
    station: "sim-s1",
    digits: "20261123100000",
  };
  const patterns = {
    layout: "{station}/{yyyy}/{MM}/{dd}",
    name: "{province}_{plant}_{station}_{time}.txt",
    simulated: false,
  };

  it.each<[changed: Partial<typeof patterns>, path: string]>([
    [{}, "sim-s1/2026/11/23/S1_sim-p_sim-s1_20261123100000.txt"],
    [{ simulated: true }, "sim-s1/2026/11/23/SIM_S1_sim-p_sim-s1_20261123100000.txt"],
    [{ layout: "" }, "S1_sim-p_sim-s1_20261123100000.txt"],
    [{ name: "HN_ABCD_{time}.txt", layout: "{zone}/{station}/" }, "sim-z/sim-s1/HN_ABCD_20261123100000.txt"],
  ])("%j", (changed, path) => {
    expect(compilePlace({ ...patterns, ...changed })(place)).toBe(path);
  });

  it("has no folders in a province's code", () => {
    expect(compilePlace(patterns)({ ...place, province: "../x_y" })).toBe(
      "sim-s1/2026/11/23/-x-y_sim-p_sim-s1_20261123100000.txt",
    );
  });

  it.each<[changed: Partial<typeof patterns>, message: RegExp]>([
    [{ name: "{station}.txt" }, /expected it to end in \{time\}\.txt/],
    [{ name: "{when}_{time}.txt" }, /found \{when\}/],
    [{ name: "a/{station}_{time}.txt" }, /expected no folder/],
    [{ layout: "../{station}" }, /below the export's own/],
    [{ layout: "/{station}" }, /below the export's own/],
    [{ layout: "", name: "{plant}_{time}.txt" }, /expected \{station\}/],
  ])("refuses %j", (changed, message) => {
    expect(() => compilePlace({ ...patterns, ...changed })).toThrow(message);
  });
});
