/** `outfall judge` on the command line: mails as files, and input that is wrong. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runOutfall } from "#test/support/outfall.ts";
import { testRegistryFiles } from "#test/support/registry.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "outfall-judge-mails-"));
  await mkdir(join(folder, "registry"));
  for (const [name, text] of Object.entries(testRegistryFiles()))
    await writeFile(join(folder, "registry", name), text);
  // COD over its limit of 135 mg/L from 10:00 to 11:00
  await writeFile(
    join(folder, "feed.csv"),
    [
      "time,cod,flow",
      "2026-11-20 00:05 .. 2026-11-20 10:00 every 5m,90,100",
      "2026-11-20 10:05 .. 2026-11-20 11:00 every 5m,180,100",
      "2026-11-20 11:05 .. 2026-11-21 00:00 every 5m,95,100",
    ].join("\n"),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("writes the opening and the closing mail of an hour over, to the officer alone", async () => {
  const mails = join(folder, "mails");
  const run = await runOutfall(
    ...["judge", "--registry", join(folder, "registry"), "--readings", join(folder, "feed.csv")],
    ...["--incidents", "--mails", mails, "--json"],
  );
  expect(run).toMatchObject({ code: 0 });
  expect(run.stderr).toContain(`2 mails in ${mails}: officer 2`);
  const transitions = run.stdout
    .split("\n")
    .filter((line) => line.startsWith('{"incident"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ kind }) => kind === "limit");
  expect(transitions.map(({ transition, level }) => [transition, level])).toEqual([
    ["opened", 0],
    ["worsened", 1],
    ["closed", 1],
  ]);
  const files = (await readdir(mails)).sort();
  const [opening, closing] = await Promise.all(
    files.map(async (name) => simpleParser(await readFile(join(mails, name)))),
  );
  expect(opening?.subject).toBe("[MÔ PHỎNG] COD 180,0 > 135 mg/L · KCN Mô phỏng Z · 20/11 11:00");
  expect(closing?.inReplyTo).toBe(opening?.messageId);
}, 60_000);

it("a folder with something in it is refused, and nothing is judged", async () => {
  const run = await runOutfall(
    ...["judge", "--registry", join(folder, "registry"), "--readings", join(folder, "feed.csv")],
    ...["--mails", folder],
  );
  expect(run).toMatchObject({ code: 1, stdout: "" });
  expect(run.stderr).toContain("expected a new or an empty folder");
}, 60_000);

describe("input that is wrong", () => {
  async function judge(lines: readonly string[], ...more: string[]) {
    const file = join(folder, "odd.jsonl");
    await writeFile(file, lines.join("\n"));
    const run = await runOutfall(
      "judge",
      "--registry",
      join(folder, "registry"),
      "--readings",
      file,
      ...more,
    );
    return { ...run, file };
  }
  const good = '{"time":"2026-11-20T10:00:00+07:00","readings":{"cod":50}}';

  it("is named by its line, and stops nothing", async () => {
    const { file, code, stdout, stderr } = await judge([
      good,
      "not json",
      '{"time":1e300,"readings":{"cod":50}}',
      '{"station":"sim-s9","time":"2026-11-20T10:05:00+07:00","readings":{"cod":50}}',
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain(`${file}:2: expected one JSON object a line`);
    expect(stderr).toContain(`${file}:3: expected a time before 2100, found 1e+300`);
    expect(stderr).toContain(`${file}:4: the registry has no station sim-s9`);
    expect(stdout.split("\n")[0]).toContain('"station":"sim-s1"');
  }, 60_000);

  it("a year that is wrong makes many windows, and no end of the command", async () => {
    const { code, stderr } = await judge([
      good,
      '{"time":"2036-11-20T10:00:00+07:00","readings":{"cod":50}}',
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain("2 records");
  }, 60_000);

  it("nothing to judge is said, and a day that does not exist", async () => {
    expect(await judge([""])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("expected records, found none"),
    });
    expect(await judge([good], "--until", "2026-02-30")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("--until 2026-02-30: expected a day such as 2026-10-01"),
    });
  }, 60_000);
});
