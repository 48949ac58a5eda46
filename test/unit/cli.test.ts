import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as bin/outfall runs it, without the set-up. */
function outfall(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, NO_COLOR: "1", COLUMNS: "200" }, timeout: 30_000 };
    const line = ["--disable-warning=ExperimentalWarning", "services/cli/main.ts", ...args];
    execFile(process.execPath, line, options, (error, stdout, stderr) => {
      resolve({
        code: error === null ? 0 : typeof error.code === "number" ? error.code : -1,
        stdout,
        stderr,
      });
    });
  });
}

/** Subcommands with their line, as `--help` prints them. */
function subcommandsIn(help: string): Map<string, string> {
  const found = new Map<string, string>();
  const [, list = ""] = help.split(/^Commands:$/m);
  for (const row of list.split(/\n\n/)[0]?.split("\n") ?? []) {
    const [, name, line = ""] = /^ {2}([a-z][\w-]*)(?: \S+)*?(?: {2,}(.*))?$/.exec(row) ?? [];
    if (name !== undefined && name !== "help") found.set(name, line);
  }
  return found;
}

describe("outfall --help", () => {
  it("lists every subcommand with one line", async () => {
    const { code, stdout } = await outfall("--help");
    expect(code).toBe(0);
    const listed = subcommandsIn(stdout);
    expect([...listed.keys()]).toEqual(
      expect.arrayContaining([
        "demo",
        "run",
        "simulate",
        "replay",
        "ingest",
        "compliance",
        "notify",
        "api",
        "registry",
        "ledger",
        "mail",
        "provision",
        "dashboards",
        "bench",
      ]),
    );
    for (const [name, line] of listed) expect(line, name).toMatch(/\S{2,}/);
  });

  it("of every subcommand, also of those below one, ends well and shows an example", async () => {
    const seen: string[] = [];
    async function look(path: readonly string[]): Promise<void> {
      const { code, stdout, stderr } = await outfall(...path, "--help");
      seen.push(path.join(" "));
      expect([path.join(" "), code, stderr]).toEqual([path.join(" "), 0, ""]);
      if (path.length > 0) expect(stdout, path.join(" ")).toMatch(/^Examples?:\n {2}\$ \S+/m);
      // two at a time: each is a process of its own
      const below = [...subcommandsIn(stdout).keys()];
      for (let start = 0; start < below.length; start += 2) {
        await Promise.all(below.slice(start, start + 2).map((name) => look([...path, name])));
      }
    }
    await look([]);
    expect(seen.length).toBeGreaterThan(14);
    expect(seen).toContain("registry check");
    expect(seen).toContain("mail test");
    // some forty processes: on a busy machine longer than one test is given
  }, 240_000);
});

describe("a mistake on the command line", () => {
  it.each([
    ["an unknown subcommand", ["dmeo"], /unknown command 'dmeo'/],
    ["an unknown option", ["registry", "check", "--fast"], /unknown option '--fast'/],
    [
      "a day that is none",
      ["limits", "--plant", "x", "--at", "2026-13-01"],
      /expected a date, e\.g\. 2026-11-23/,
    ],
    ["a missing argument", ["replay"], /missing required argument|required option/],
  ])("%s ends badly, says what it was and where help is", async (_what, args, says) => {
    const { code, stderr } = await outfall(...args);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/--help/);
  });
});

describe("outfall registry check", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "outfall-cli-"));
    await writeFile(join(folder, "registry.yaml"), "name: test\nsimulated: true\ntimeZone: Mars/Olympus\n");
    await writeFile(join(folder, "zones.yaml"), "zones:\n  - id: Sim Z\n");
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("ends with 1 and names every mistake by file and line", async () => {
    const { code, stdout, stderr } = await outfall("registry", "check", folder);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`${join(folder, "registry.yaml")}:3: timeZone: expected an IANA time zone`);
    expect(stderr).toContain(`${join(folder, "zones.yaml")}:2: zones.0.id: expected an id`);
    expect(stderr).not.toContain("    at ");
  });

  it("says what the sample holds", async () => {
    const { code, stdout, stderr } = await outfall("registry", "check");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/\d+ zones, \d+ plants, \d+ stations, \d+ contacts; version [0-9a-f]{16}/);
    expect(stdout).toMatch(/^stations armed 8, observing .* 0$/m);
  });
});
