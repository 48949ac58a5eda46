/** `outfall explain` as a person runs it: a registry, a small file of readings, and the text or JSON that comes out. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runOutfall } from "#test/support/outfall.ts";
import { testRegistryFiles } from "#test/support/registry.ts";

const FROM = Date.parse("2026-11-23T10:00:00+07:00");
let folder: string;
let given: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "outfall-explain-"));
  await mkdir(join(folder, "registry"));
  for (const [name, text] of Object.entries(testRegistryFiles()))
    await writeFile(join(folder, "registry", name), text);
  const lines = Array.from({ length: 12 }, (_, index) => {
    const time = new Date(FROM + (index + 1) * 5 * 60_000).toISOString();
    const tss = index === 4 ? { value: 500, status: "calibrating" } : 100 + index;
    return JSON.stringify({ station: "sim-s1", time, readings: { tss } });
  });
  // one bad line stops nothing
  const readings = join(folder, "feed.jsonl");
  await writeFile(readings, `${lines.join("\n")}\n{"station":"sim-s1"\n`);
  given = ["--registry", join(folder, "registry"), "--readings", readings];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const NAME = "sim-s1/tss/hour/2026-11-23T10:00:00+07:00";

describe("outfall explain", () => {
  it("says limit, formula, decision and readings, offline", async () => {
    const { code, stdout, stderr } = await runOutfall("explain", NAME, ...given);
    expect(code).toBe(0);
    expect(stderr).toMatch(/feed\.jsonl:13: expected one JSON object a line/);
    expect(stdout.split("\n").slice(0, 3)).toEqual([
      "DỮ LIỆU MÔ PHỎNG / SIMULATED",
      NAME,
      "TSS, hour, 2026-11-23T10:00:00+07:00 – 2026-11-23T11:00:00+07:00: 105.5 mg/L: insufficient data (incomplete, and over the limit so far)",
    ]);
    // 500 is calibrating, and the three readings of the quarter of an hour after it are withheld
    expect(stdout).toContain("(100 × 5 + 101 × 5 + 102 × 5 + 103 × 5 + 108 × 5");
    expect(stdout).toContain("40 min ÷ 60 min = 0.666667 < 0.75");
    expect(stdout).toContain("used 8, left out 4");
    expect(stdout).toContain("judged again now, it comes out the same");
  });

  it("is one JSON object, as of a time", async () => {
    const until = ["--until", "2026-11-23T11:10:00+07:00", "--json"];
    const { code, stdout } = await runOutfall("explain", NAME, ...given, ...until);
    expect(code).toBe(0);
    const explained = JSON.parse(stdout);
    expect(explained).toMatchObject({ name: NAME, stored: { revision: 1, state: "provisional" } });
    expect(explained.readings).toHaveLength(12);
  });

  it.each([
    ["sim-s1/tss/hour", /expected a verdict as station\/parameter\/rule\/window start/],
    ["sim-s9/tss/hour/2026-11-23T10:00:00+07:00", /no station sim-s9/],
    ["sim-s1/tss/hour/2026-11-23T10:30:00+07:00", /no window of the rule hour begins at/],
    ["sim-s1/ec/hour/2026-11-23T10:00:00+07:00", /nothing is judged as sim-s1\/ec\/hour/],
  ])("%s is refused with what was expected", async (name, message) => {
    const { code, stdout, stderr } = await runOutfall("explain", name, ...given);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(message);
  });
});
