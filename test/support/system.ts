/** The whole of Outfall as processes, for a story: its own folder, servers, mail folder; stopped after the last test. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ParsedMail, simpleParser } from "mailparser";
import { afterAll, beforeAll } from "vitest";
import { type System, startSystem } from "#services/local/system.ts";
import { loadRegistry } from "#shared/registry/load.ts";

export interface TestSystem {
  readonly system: System;
  readonly folder: string;
  /** Caught mails in order of arrival. */
  mails(): Promise<ParsedMail[]>;
}

/** @param files registry files by name, as text */
export function useSystem(options: {
  registry: Readonly<Record<string, string>>;
  env?: Readonly<Record<string, string>>;
}): TestSystem {
  let system: System | undefined;
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "outfall-system-"));
    const registryFolder = await mkdtemp(join(folder, "registry-"));
    for (const [name, text] of Object.entries(options.registry))
      await writeFile(join(registryFolder, name), text);
    system = await startSystem({
      folder,
      mailFolder: join(folder, "mail"),
      registryFolder,
      registry: await loadRegistry(registryFolder),
      env: options.env ?? {},
    });
  });
  afterAll(async () => {
    await system?.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    get system() {
      if (system === undefined) throw new Error("the system is not up yet");
      return system;
    },
    get folder() {
      return folder;
    },
    async mails() {
      const names = (await readdir(join(folder, "mail"))).filter((name) => name.endsWith(".eml")).sort();
      return Promise.all(names.map(async (name) => simpleParser(await readFile(join(folder, "mail", name)))));
    },
  };
}
