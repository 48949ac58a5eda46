/** Real records through the whole pipeline. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ReplayReport } from "#services/cli/replay/replay-run.ts";
import { runOutfall } from "#test/support/outfall.ts";
import { sampleData } from "#test/support/sample-data.ts";

const uci = sampleData("uci-water-treatment/water-treatment.data");
const gecco = sampleData("gecco2018-drinking-water/1_gecco2018_water_quality.csv.gz");
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "outfall-replay-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function replay(file: string, map: string): Promise<ReplayReport> {
  const report = join(folder, `${map}.json`);
  const run = await runOutfall("replay", file, "--map", `simulators/maps/${map}.yaml`, "--report", report);
  if (run.code !== 0) throw new Error(`replay ended with ${run.code}:\n${run.stdout}\n${run.stderr}`);
  return JSON.parse(await readFile(report, "utf8")) as ReplayReport;
}

describe.skipIf(uci === undefined)("527 days of a real plant, out of date order", () => {
  let report: ReplayReport;
  beforeAll(async () => {
    report = await replay(uci ?? "", "uci-manlleu");
  }, 90_000);

  it("stores every row", () => {
    expect(report).toMatchObject({ published: 527, stored: 527, quarantined: 0, duplicates: 0, balance: 0 });
  });

  it("finds the days over the limits that a count of the file finds", () => {
    // counted from the file by hand: outlet COD over 150 on 27 days, over 75 on 303, and so on
    expect(report.exceededDays).toMatchObject({
      A: { bod5: 31, cod: 303, tss: 18, ph: 1 },
      B: { bod5: 6, cod: 27, tss: 4, ph: 1 },
    });
  });

  it("opens incidents under column B only, the settler failure of 13–15 March 1990 among them, as threads", () => {
    const march = report.incidents.find(
      ({ parameter, openedAt, closedAt }) =>
        parameter === "cod" && openedAt <= "1990-03-13" && (closedAt ?? "") >= "1990-03-16",
    );
    expect(march).toMatchObject({ kind: "limit", severity: 2 });
    expect(report.incidents.every(({ zone }) => zone === "sim-uci-manlleu")).toBe(true);
    // 38 days over, in 24 incidents; an opening and a closing to three contacts each
    const kinds = Map.groupBy(report.incidents, ({ kind }) => kind);
    expect(kinds.get("limit")?.length).toBe(24);
    const aboutLimits = report.mails.filter(({ subject }) => !/thiếu số liệu|too little data/.test(subject));
    expect(aboutLimits.length).toBe(24 * 2 * 3);
    // the analyses of many days are missing
    expect([...kinds.keys()].toSorted()).toEqual(["limit", "low-availability"]);
    for (const { subject } of report.mails) expect(subject).toMatch(/^\[(MÔ PHỎNG|SIMULATED)\]/);
  });
});

describe.skipIf(gecco === undefined)("139,566 minutes of real sensors, one clock hour twice", () => {
  it("accounts for every row", async () => {
    const report = await replay(gecco ?? "", "gecco-2018");
    expect(report).toMatchObject({
      published: 139_566,
      stored: 138_522,
      quarantined: 1_044,
      duplicates: 0,
      conflicts: 0,
      balance: 0,
    });
  }, 120_000);
});
