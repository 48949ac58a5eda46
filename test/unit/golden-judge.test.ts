/** Golden cases of the judgement: folders of test/golden/judge that an officer can add. Each says what must come out. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createLocalTime } from "#shared/time/local-time.ts";
import { listCases, readCase } from "#test/support/golden/case.ts";
import {
  agrees,
  compareIncidents,
  compareVerdicts,
  differenceTable,
  type FoundVerdict,
} from "#test/support/golden/compare.ts";
import { judgeCase } from "#test/support/golden/judge-case.ts";
import { runOutfall } from "#test/support/outfall.ts";

const ROOT = "test/golden/judge";
const cases = listCases(ROOT);

describe("golden cases", () => {
  it.each(cases)("%s", async (name) => {
    const golden = readCase(ROOT, name);
    const { verdicts, incidents, faults, timeZone } = await judgeCase(golden);
    expect(faults).toEqual([]);
    const { textAt } = createLocalTime(timeZone);
    const tables = [
      differenceTable("expected.csv", compareVerdicts(golden.verdicts, verdicts, textAt)),
      differenceTable("incidents.csv", compareIncidents(golden.incidents ?? [], incidents, textAt)),
    ].filter((table) => table.includes("\n"));
    if (tables.length > 0) expect.fail(`${name}: ${golden.about}\n\n${tables.join("\n\n")}\n`);
  });

  it("outfall judge prints the same", async () => {
    const golden = readCase(ROOT, "late-before-final");
    const { code, stdout, stderr } = await runOutfall(
      "judge",
      ...["--registry", join(golden.folder, "registry"), "--readings", join(golden.folder, "readings.csv")],
      ...["--revisions", "--json"],
    );
    expect(code, stderr).toBe(0);
    const printed = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as FoundVerdict);
    expect(compareVerdicts(golden.verdicts, printed, String)).toEqual([]);
    expect(printed).toEqual((await judgeCase(golden)).verdicts);
  });

  it("there are at least 40, and README.md lists each of them", () => {
    expect(cases.length).toBeGreaterThanOrEqual(40);
    const listed = [...readFileSync(join(ROOT, "README.md"), "utf8").matchAll(/^\| \[([a-z0-9-]+)\]/gm)];
    expect(listed.map(([, name]) => name).sort()).toEqual(cases);
  });
});

describe("mistakes in a case are named with file and line", () => {
  const mistakesOf = (changed: Record<string, string>): string => {
    const root = mkdtempSync(join(tmpdir(), "outfall-golden-"));
    cpSync(join(ROOT, "hour-mean"), join(root, "mine"), { recursive: true });
    for (const [file, text] of Object.entries(changed)) writeFileSync(join(root, "mine", file), text);
    try {
      readCase(root, "mine");
      return "";
    } catch (error) {
      return (error as Error).message.replaceAll(join(root, "mine"), "");
    } finally {
      rmSync(root, { recursive: true });
    }
  };
  const row = (cells: string) => `parameter,rule,from,outcome\n${cells}\n`;

  it.each<[what: string, changed: Record<string, string>, mistake: RegExp]>([
    ["none", {}, /^$/],
    ["about", { "case.yaml": "about: too short\n" }, /\/case\.yaml:1: about: /],
    [
      "until",
      { "case.yaml": 'about: what this case shows, at length\nuntil: "tomorrow"\n' },
      /until: expected a time/,
    ],
    [
      "a column",
      { "expected.csv": "parameter,rule,from,colour\ntss,hour,never,red\n" },
      /:1: expected columns out of .* found "colour"/,
    ],
    ["no rows", { "expected.csv": "parameter,rule,from\n" }, /:2: expected at least one row/],
    [
      "no rule",
      { "expected.csv": row("tss,,2026-11-20 00:00,within") },
      /:2: expected parameter, rule and from/,
    ],
    ["a time", { "expected.csv": row("tss,hour,noon,within") }, /:2: from: expected a time.*, or never/],
    ["a cell too many", { "expected.csv": row("tss,hour,never,within,5") }, /:2: expected 4 cells/],
    [
      "incidents",
      { "incidents.csv": "kind,parameter,transition\nlimit,tss,\n" },
      /incidents\.csv:2: expected kind and transition/,
    ],
  ])("%s", (_, changed, mistake) => {
    expect(mistakesOf(changed)).toMatch(mistake);
  });
});

describe("comparing", () => {
  const verdict = (changed: Partial<FoundVerdict> = {}): FoundVerdict => ({
    station: "sim-s1",
    parameter: "cod",
    rule: "day",
    window: { from: "2026-11-20T00:00:00Z", to: "2026-11-21T00:00:00Z" },
    revision: 1,
    outcome: "within",
    value: 91,
    ...changed,
  });
  const row = (fields: Record<string, string>, from: string | undefined = "2026-11-20T00:00:00Z") => ({
    line: 2,
    parameter: "cod",
    rule: "day",
    fields: new Map(Object.entries(fields)),
    ...(from === "never" ? {} : { from: Date.parse(from) }),
  });
  const differences = (
    ...of: Parameters<typeof compareVerdicts> extends [infer E, infer F, ...unknown[]] ? [E, F] : never
  ) =>
    compareVerdicts(...of, (time) => new Date(time).toISOString().slice(0, 10)).map(
      ({ what, field, expected, found }) => `${what}: ${field} ${expected} | ${found}`,
    );

  it("what is not in the file is not looked at; what differs is shown", () => {
    expect(differences([row({ outcome: "within" })], [verdict(), verdict({ rule: "hour" })])).toEqual([]);
    expect(differences([row({ outcome: "exceeded", value: "92" })], [verdict()])).toEqual([
      "cod day 2026-11-20: outcome exceeded | within",
      "cod day 2026-11-20: value 92 | 91",
    ]);
  });

  it("windows that are missing, or too many, or of a rule that should give none", () => {
    expect(differences([row({})], [])).toEqual(["cod day 2026-11-20: verdict one | none"]);
    expect(
      differences([row({})], [verdict(), verdict({ window: { from: "2026-11-21T00:00:00Z", to: "" } })]),
    ).toEqual(["sim-s1 cod day 2026-11-21 r1: verdict none | within 91"]);
    expect(differences([row({}, "never")], [verdict()])).toHaveLength(1);
    expect(differences([row({}, "never")], [])).toEqual([]);
  });

  it.each<[cell: string, value: unknown, agree: boolean]>([
    ["91", 91, true],
    ["91", 91.4, false],
    ["91", 91.00000001, true],
    ["1.0111", 1.011149, true],
    ["1.0111", 1.0112, false],
    ["none", null, true],
    ["none", 0, false],
    ["0", null, false],
    ["5.5 to 9", { min: 5.5, max: 9 }, true],
    ["2 to", { min: 2 }, true],
    ["within", "within", true],
  ])("%s and %j: %s", (cell, value, agree) => {
    expect(agrees(cell, value)).toBe(agree);
  });
});
