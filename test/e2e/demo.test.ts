/** The main job, as the README's first command runs it. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunReport } from "#services/cli/report.ts";
import { type Finished, runOutfall } from "#test/support/outfall.ts";

describe("npm run demo -- --for 45s --report report.json", () => {
  let folder = "";
  let run: Finished;
  let report: RunReport;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "outfall-demo-"));
    const file = join(folder, "report.json");
    run = await runOutfall("demo", "--for", "45s", "--report", file);
    if (run.code !== 0) throw new Error(`the demo ended with ${run.code}:\n${run.stdout}\n${run.stderr}`);
    report = JSON.parse(await readFile(file, "utf8")) as RunReport;
  }, 90_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("stores what was published, and the balance is zero", () => {
    expect(report.stored).toBeGreaterThan(500);
    expect(report.stored).toBe(report.published);
    expect(report).toMatchObject({ balance: 0, inJournal: 0, quarantined: 0, conflicts: 0 });
    expect(report.jobs).toMatchObject({ failed: 0 });
    expect(report.jobs.completed).toBeGreaterThan(0);
    expect(report.verdicts.within).toBeGreaterThan(0);
    expect(report.verdicts.exceeded).toBeGreaterThan(0);
  });

  it("opens an incident of each kind, only in simulated zones, and each has its mail on disk", async () => {
    expect([...new Set(report.incidents.map(({ kind }) => kind))].sort()).toEqual([
      "limit",
      "missing-plant",
      "silent-station",
    ]);
    for (const { zone } of report.incidents) expect(zone).toMatch(/^sim-/);
    expect(
      report.incidents.filter(({ kind }) => kind === "silent-station").map(({ station }) => station),
    ).toEqual(["sim-bc-nt01"]);
    const texts = await Promise.all(
      report.mails.map(async ({ to, file }) => {
        expect(to).toMatch(/\.example$/);
        return simpleParser(await readFile(file ?? "no file"));
      }),
    );
    for (const mail of texts) expect(mail.subject).toMatch(/^\[(MÔ PHỎNG|SIMULATED)\]/);
    const subjects = texts.map((mail) => mail.subject ?? "").join("\n");
    expect(subjects).toMatch(/COD [\d,]+ > 135/);
    expect(subjects).toMatch(/(Mất kết nối|No data)/);
    expect(subjects).toMatch(/(Chưa có hệ thống XLNT|No central wastewater plant)/);
    expect(subjects).toMatch(/(đã trở lại trong giới hạn|back within the limit)/);
  });

  it("says when things happened, in order, and all within 45 s", () => {
    const { setup, firstReadingStored, firstIncident, firstMail } = report.seconds;
    for (const seconds of [setup, firstReadingStored, firstIncident, firstMail]) {
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThan(45);
    }
    expect(run.stdout).toContain("kill -9 of ingest");
  });
});

describe("Ctrl-C", () => {
  it("ends a demo without --for, with its summary and exit code 0", async () => {
    const { startOutfall } = await import("#test/support/outfall.ts");
    const { child, finished } = startOutfall(["demo"]);
    child.stdout?.on("data", (bytes: Buffer) => {
      if (bytes.toString().includes("the story begins")) child.kill("SIGINT");
    });
    const { code, stdout } = await finished;
    expect(stdout).toMatch(/balance 0/);
    expect(code).toBe(0);
  });
});
