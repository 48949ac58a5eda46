import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

const files = globSync(
  ["services", "shared", "simulators", "dashboards"].map((folder) => `${folder}/**/*.ts`),
).sort();
const text = new Map(files.map((file) => [file, readFileSync(file, "utf8")]));

interface Import {
  readonly from: string;
  /** Path below the project, for its own files. */
  readonly to: string;
  readonly typeOnly: boolean;
}

/** Static, side-effect and dynamic imports, and re-exports, of the project's own files. */
function importsOf(file: string): Import[] {
  const found: Import[] = [];
  const pattern = /(?:(?:import|export)\s+(type\s)?[^"';]*?from\s*|import\s*\(?\s*)"([^"]+)"/g;
  for (const [, type, specifier = ""] of (text.get(file) ?? "").matchAll(pattern)) {
    const to = specifier.startsWith("#")
      ? specifier.slice(1)
      : specifier.startsWith(".")
        ? normalize(join(dirname(file), specifier))
        : undefined;
    if (to !== undefined) found.push({ from: file, to, typeOnly: type !== undefined });
  }
  return found;
}

const imports = files.flatMap(importsOf);
const partOf = (path: string) => path.split("/")[0] ?? "";
const serviceOf = (path: string) => (partOf(path) === "services" ? (path.split("/")[1] ?? "") : undefined);
const shown = (list: readonly Import[]) => list.map(({ from, to }) => `${from} -> ${to}`);

describe("boundaries", () => {
  it("the imports are found at all", () => {
    expect(files.length).toBeGreaterThan(150);
    expect(imports.length).toBeGreaterThan(500);
    const cli = imports.filter(({ from, to }) => serviceOf(from) === "cli" && serviceOf(to) === "ingest");
    expect(cli.length, "the command line loads services by import()").toBeGreaterThan(0);
  });

  it("services import shared/ and themselves, never one another; only cli and local put them together", () => {
    const crossing = imports.filter(({ from, to }) => {
      const service = serviceOf(from);
      if (service === undefined || service === "cli" || service === "local") return false;
      return partOf(to) !== "shared" && serviceOf(to) !== service;
    });
    expect(shown(crossing)).toEqual([]);
  });

  it("the console is served to browsers: of shared/ it takes types only", () => {
    const code = imports.filter(
      ({ from, to, typeOnly }) => serviceOf(from) === "console" && partOf(to) === "shared" && !typeOnly,
    );
    expect(shown(code)).toEqual([]);
  });

  it("shared/ knows nobody", () => {
    expect(
      shown(imports.filter(({ from, to }) => partOf(from) === "shared" && partOf(to) !== "shared")),
    ).toEqual([]);
  });

  it("simulators and dashboards know shared/ and themselves", () => {
    const crossing = imports.filter(
      ({ from, to }) =>
        ["simulators", "dashboards"].includes(partOf(from)) && !["shared", partOf(from)].includes(partOf(to)),
    );
    expect(shown(crossing)).toEqual([]);
  });

  it("nothing that runs imports tests, but the commands that run benchmarks, fault runs and the fuzz", () => {
    const testing = imports.filter(({ to }) => partOf(to) === "test");
    const allowed = ["bench", "faults", "fuzz"].map((name) => [
      `services/cli/commands/${name}.ts`,
      `test/${name}/`,
    ]);
    const others = testing.filter(
      ({ from, to }) =>
        !allowed.some(([command, folder]) => from === command && to.startsWith(folder ?? " ")),
    );
    expect(shown(others)).toEqual([]);
    expect([...new Set(testing.map(({ from }) => from))]).toEqual(allowed.map(([command]) => command));
  });
});

describe("every file", () => {
  it("stays below 400 lines", () => {
    const long = files
      .map((file) => [file, text.get(file)?.split("\n").length ?? 0] as const)
      .filter(([, lines]) => lines > 400);
    expect(long).toEqual([]);
  });

  it("opens with a docstring: what goes in, what comes out", () => {
    expect(files.filter((file) => !/^(#!.*\n)?\/\*\*\s*\S/.test(text.get(file) ?? ""))).toEqual([]);
  });

  it("does nothing when it is imported: no process.env at the top, no timer, no connection", () => {
    const acting = files.filter((file) =>
      /^(?:await |setInterval\(|setTimeout\(|process\.(?:env|on)\b)/m.test(text.get(file) ?? ""),
    );
    expect(
      acting.filter(
        (file) => !["services/cli/main.ts", "services/console/main.ts", "dashboards/write.ts"].includes(file),
      ),
    ).toEqual([]);
  });
});
