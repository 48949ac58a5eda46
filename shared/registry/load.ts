/** Reads a registry folder. In: a folder of YAML files (legal texts may be JSON); out: the registry, or every complaint with file, line and what was expected. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { checkShape, complaintAt, parseYaml, type YamlSource } from "#shared/yaml/yaml.ts";
import { checkRegistry, type Fragment } from "./check.ts";
import type { Complaint } from "./complaint.ts";
import { buildRegistry, type Registry } from "./registry.ts";
import { fragmentSchema, type Settings, settingsSchema } from "./schema.ts";

const SETTINGS_FILE = "registry.yaml";

/** A registry that does not fit; `message` lists each complaint as `file:line: what was expected`. */
export class RegistryError extends Error {
  readonly complaints: readonly string[];
  constructor(complaints: readonly string[]) {
    super(
      `the registry has ${complaints.length} mistake(s):\n${complaints.map((line) => `  ${line}`).join("\n")}`,
    );
    this.name = "RegistryError";
    this.complaints = complaints;
  }
}

/** @throws RegistryError with all mistakes of all files, not only the first. */
export async function loadRegistry(folder: string): Promise<Registry> {
  const names = await readdir(folder, { recursive: true }).catch((cause) => {
    throw new RegistryError([`${folder}: expected a folder of YAML files (${(cause as Error).message})`]);
  });
  const files = names.filter((name) => /\.(ya?ml|json)$/.test(name)).sort();
  const texts = await Promise.all(
    files.map(async (name) => ({
      file: join(folder, name),
      text: await readFile(join(folder, name), "utf8"),
    })),
  );
  return parseRegistry(texts.filter(({ file, text }) => !file.endsWith(".json") || isInstrumentFile(text)));
}

/** JSON in the folder is ours only if it has legal texts: other tools keep their files there too. */
function isInstrumentFile(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && Object.hasOwn(value, "instruments");
  } catch {
    // one with a mistake is to be complained about, if it was meant for us
    return /"instruments"\s*:/.test(text);
  }
}

export interface RegistryText {
  readonly file: string;
  readonly text: string;
}

/** The pure part of `loadRegistry`: texts in, registry out. */
export function parseRegistry(texts: readonly RegistryText[]): Registry {
  const complaints: string[] = [];
  const sources = new Map<string, YamlSource>();
  let settings: Settings | undefined;
  const fragments: Fragment[] = [];

  for (const { file, text } of texts) {
    const source = parseYaml(file, text);
    sources.set(file, source);
    complaints.push(...source.complaints);
    if (source.complaints.length > 0) continue;
    if (basename(file) === SETTINGS_FILE) {
      settings = checkShape(settingsSchema, source, complaints);
    } else {
      const fragment = checkShape(fragmentSchema, source, complaints);
      if (fragment !== undefined) fragments.push({ file, ...fragment });
    }
  }
  if (!texts.some(({ file }) => basename(file) === SETTINGS_FILE)) {
    complaints.push(`${SETTINGS_FILE}: expected in the registry folder (name, simulated, timeZone)`);
  }
  if (settings !== undefined && complaints.length === 0) {
    complaints.push(...checkRegistry(settings, fragments).map((complaint) => locate(sources, complaint)));
  }
  if (settings === undefined || complaints.length > 0) throw new RegistryError(complaints);

  const hash = createHash("sha256");
  for (const { text } of texts) hash.update(text).update("\0");
  return buildRegistry(
    settings,
    fragments.flatMap((fragment) => fragment.zones),
    fragments.flatMap((fragment) => fragment.contacts),
    fragments.flatMap((fragment) => fragment.armed),
    hash.digest("hex").slice(0, 16),
    fragments.flatMap((fragment) => fragment.instruments),
  );
}

function locate(sources: ReadonlyMap<string, YamlSource>, complaint: Complaint): string {
  const source = sources.get(complaint.file) ?? { file: complaint.file, lineOf: () => 1 };
  return complaintAt(source, complaint.path, complaint.message);
}
