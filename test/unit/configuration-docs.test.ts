/** docs/configuration.md against the code: every variable that the code names stands in the page and the other way round, with its default. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { ZodType } from "zod";
import { apiConfig } from "#services/api/main.ts";
import { bridgeConfig } from "#services/bridge/config.ts";
import { complianceConfig } from "#services/compliance/config.ts";
import { ingestConfig } from "#services/ingest/config.ts";
import { notifyEnv } from "#services/notify/main.ts";
import { provisionConfig } from "#services/provision/main.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const page = read("docs/configuration.md");

const FOLDERS = ["services", "shared", "scripts", "simulators", "test"];
const FILES = ["docker-compose.yml", "Dockerfile", "bin/outfall"];
const NAME = /(?<![A-Z0-9_])OUTFALL_[A-Z0-9_]*[A-Z0-9](?![A-Z0-9_])/g;
/** A constant of the dashboards (their data source), not a variable. */
const NOT_VARIABLES = ["OUTFALL_INFLUX"];

const namesIn = (text: string): string[] => text.match(NAME) ?? [];
const inCode = (): Set<string> => {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|mjs|ya?ml|conf)$/.test(entry.name))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8")),
  );
  const names = new Set([...files, ...FILES.map(read)].flatMap(namesIn));
  for (const name of NOT_VARIABLES) names.delete(name);
  return names;
};

/** Rows of the page's tables: | `NAME` | unit | default | meaning |. */
const rows = new Map(
  page
    .split("\n")
    .map((row) => row.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .filter((cells) => /^`OUTFALL_[A-Z0-9_]+`$/.test(cells[1] ?? ""))
    .map(([, name = "", unit = "", otherwise = "", meaning = ""]) => [
      name.replaceAll("`", ""),
      { unit, otherwise, meaning },
    ]),
);

describe("docs/configuration.md", () => {
  it("has a row for each variable that the code names, and no other", () => {
    expect([...rows.keys()].sort()).toEqual([...inCode()].sort());
  });

  it("names each variable once, and says unit, default and meaning", () => {
    const listed = page.split("\n").filter((row) => row.startsWith("| `OUTFALL_"));
    expect(listed.length).toBe(rows.size);
    const empty = [...rows].filter(([, cells]) => Object.values(cells).includes(""));
    expect(empty).toEqual([]);
  });

  const configs = { bridgeConfig, ingestConfig, complianceConfig, notifyEnv, apiConfig, provisionConfig };

  it.each(Object.entries(configs))("has the defaults of %s", (_, { shape }) => {
    for (const [name, type] of Object.entries(shape as Record<string, ZodType>)) {
      const shown = rows.get(name)?.otherwise ?? "no row";
      const { success, data } = type.safeParse(undefined);
      if (!success) expect(shown, name).toBe("required");
      else if (data === undefined) expect(shown, name).toMatch(/^(unset|none)/);
      else expect(shown, name).toBe(`\`${data}\``);
    }
  });
});
