/** docs/registry.md against the schema: every key with its default, and examples that really pass. README's example passes too. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { shippedInstruments } from "#shared/limit/instruments.ts";
import { parameters } from "#shared/parameter/parameter.ts";
import { qualityTests } from "#shared/quality/flag.ts";
import { qualityDefaults } from "#shared/quality/thresholds.ts";
import { parseRegistry } from "#shared/registry/load.ts";
import { fragmentSchema, settingsSchema } from "#shared/registry/schema.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const page = read("docs/registry.md");

interface Json {
  properties?: Record<string, Json>;
  items?: Json;
  additionalProperties?: Json | false;
  anyOf?: Json[];
  required?: string[];
  default?: unknown;
}

/** "zones[].plants[].id" -> its schema, and whether it must be given. */
function keysOf(json: Json, path = ""): Map<string, { json: Json; required: boolean }> {
  const found = new Map<string, { json: Json; required: boolean }>();
  const add = (more: ReturnType<typeof keysOf>) => {
    for (const [key, value] of more) found.set(key, value);
  };
  // of a choice of one or a list, the one
  const { properties, items, additionalProperties, required = [] } = json.anyOf?.[0] ?? json;
  const isName = Object.keys(properties ?? {}).join() === "vi,en";
  for (const [key, inner] of isName ? [] : Object.entries(properties ?? {})) {
    const at = path === "" ? key : `${path}.${key}`;
    found.set(at, { json: inner, required: required.includes(key) });
    add(keysOf(inner, at));
  }
  if (items !== undefined && !Array.isArray(items)) add(keysOf(items, `${path}[]`));
  if (additionalProperties) add(keysOf(additionalProperties, `${path}.*`));
  return found;
}

const schemaOf = (schema: z.ZodType) =>
  z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as unknown as Json;
const keys = new Map([...keysOf(schemaOf(settingsSchema)), ...keysOf(schemaOf(fragmentSchema))]);
for (const whole of ["zones", "contacts", "armed", "instruments"]) keys.delete(whole);
/** What every figure of a text carries has its rows once, under the figures. */
const CARRIED = /^instruments\[\]\..*\.(clause|confidence|sources|note|support(\.text|\.sources)?)$/;
for (const key of keys.keys()) {
  if (CARRIED.test(key) && !/^instruments\[\]\.limits\[\]\./.test(key)) keys.delete(key);
}

/** Rows of the page by whole path: the path in the heading above, and the key. */
const rows = new Map<string, string>();
/** A table may stand for several paths: "### Quality tests: `a.quality` and `b.quality`". */
let headings = [""];
for (const row of page.split("\n")) {
  if (row.startsWith("#")) headings = (/: `([a-z].*)`$/i.exec(row)?.[1] ?? "").split("` and `");
  const [, key, , otherwise] = row.split("|").map((cell) => cell.trim());
  const name = /^`([^`]+)`$/.exec(key ?? "")?.[1];
  if (name === undefined || otherwise === undefined) continue;
  for (const heading of headings) {
    rows.set(heading === "" || heading.endsWith(".yaml") ? name : `${heading}.${name}`, otherwise);
  }
}

describe("docs/registry.md", () => {
  it("has a row for each key of the schema, and no other", () => {
    expect([...rows.keys()].sort()).toEqual([...keys.keys()].sort());
  });

  it("says what is required, and the defaults", () => {
    for (const [path, { json, required }] of keys) {
      const shown = rows.get(path) ?? "";
      if (required) expect(shown, path).toMatch(/^required/);
      else expect(shown, path).not.toMatch(/^required/);
      if (typeof json.default === "number" || (typeof json.default === "string" && json.default !== ""))
        expect(shown, path).toBe(`\`${json.default}\``);
    }
  });

  it("names each parameter with its unit, and each legal text", () => {
    for (const { key } of parameters) expect(page).toContain(`\`${key}\``);
    for (const name of shippedInstruments.keys()) expect(page).toContain(`\`${name}\``);
  });

  it("calls the defaults of rules and of quality tests proposals, not law", () => {
    expect(page.match(/\*\*proposals of this project, not law\*\*/g)).toHaveLength(2);
  });

  it("says the figures of the quality tests as they are, and names each test that can be skipped", () => {
    const said = (key: string) => rows.get(`zones[].plants[].stations[].quality.${key}`) ?? "";
    const { rateOver, afterCalibration, flatSuspect, flatFail, ...plain } = qualityDefaults;
    for (const [key, value] of Object.entries(plain)) expect(said(key), key).toBe(String(value));
    expect(said("rateOver")).toBe(`${rateOver / 3_600_000} h`);
    expect(said("afterCalibration")).toBe(`${afterCalibration / 60_000} min`);
    expect(said("flatSuspect")).toContain(`probes ${flatSuspect / 60_000} min`);
    expect(said("flatFail")).toContain(`probes ${flatFail / 60_000} min`);
    for (const test of qualityTests.filter((test) => test !== "clamped"))
      expect(page).toContain(`\`${test}\``);
  });
});

/** YAML blocks of a page. */
const blocksOf = (text: string) => [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = ""]) => yaml);

describe.each(["docs/registry.md", "README.md"])("the example in %s", (file) => {
  it("passes", () => {
    const blocks = blocksOf(read(file));
    const settings = blocks.find((yaml) => /^timeZone:/m.test(yaml)) ?? "";
    const zones = blocks.find((yaml) => /^zones:/m.test(yaml)) ?? "";
    const registry = parseRegistry([
      { file: "registry.yaml", text: settings },
      { file: "zones.yaml", text: zones },
    ]);
    expect(registry.stations.size).toBe(1);
    expect(registry.contacts.length).toBe(1);
  });
});
