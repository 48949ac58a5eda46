import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runOutfall } from "#test/support/outfall.ts";

let folder = "";
const country = () => join(folder, "country");
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "outfall-country-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a country on the command line", { timeout: 120_000 }, () => {
  it("is generated, passes the check, and its list is the one the generator meant", async () => {
    const sizes = ["--zones", "40", "--operating", "30", "--without-plant", "0.2", "--seed", "3"];
    const generated = await runOutfall("registry", "generate", "--out", country(), ...sizes);
    expect(generated).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringContaining(
        "30 zones operating, 6 without a running plant, 2 of which nobody knows. Simulated.",
      ),
    });
    expect(await readFile(join(country(), "registry.yaml"), "utf8")).toMatch(
      /^# Simulated: no such zone exists/,
    );
    expect(await runOutfall("registry", "check", country())).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Cả nước mô phỏng .*: 40 zones, /),
    });
    const list = await runOutfall("missing-plants", "--registry", country(), "--at", "2025-06-30", "--json");
    const { head, simulated, geography, rows } = JSON.parse(list.stdout);
    expect([head.operating, head.missing.zones, head.unknown.zones]).toEqual([30, 6, 2]);
    expect([simulated, geography, rows[0].condition]).toEqual([true, "NSO-2024", "missing"]);
    const csv = await runOutfall("missing-plants", "--registry", country(), "--csv", "--all");
    expect(csv.stdout.split("\r\n")).toHaveLength(1 + 1 + 30 + 1);
    const text = await runOutfall("missing-plants", "--registry", country(), "--at", "2026-11-23");
    expect(text.stdout).toMatch(/^DỮ LIỆU MÔ PHỎNG \/ SIMULATED\n/);
    expect(text.stdout).toContain("without a running plant 6 (20.0 %)");
    expect(text.stdout).toContain("unknown, in none of these: 2 (6.7 %)");
  });

  it.each([
    [
      "a folder with something in it",
      ["registry", "generate", "--out", "registry"],
      /registry is not empty: expected a new or an empty folder/,
    ],
    [
      "a day that does not exist",
      ["missing-plants", "--at", "2025-13-01"],
      /expected a date, e\.g\. 2025-06-30/,
    ],
    [
      "a province without zones",
      ["missing-plants", "--province", "NSO-2025/01"],
      /no operating zone is in province NSO-2025\/01/,
    ],
  ])("refuses %s", async (_, args, says) => {
    const { code, stderr } = await runOutfall(...args);
    expect([code, stderr]).toEqual([1, expect.stringMatching(says)]);
  });
});
