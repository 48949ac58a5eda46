/** Writes the broker's ACL and password file. In: users, passwords, a folder; out: the files, each replaced whole. */
import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TopicRoot } from "#shared/mqtt/topic.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { brokerAcl, brokerUsers, INGEST_USER } from "./access.ts";
import { passwordEntry, stationPassword } from "./password.ts";

export interface BrokerSecrets {
  readonly ingestPassword: string;
  /** Every station's password is derived from it. */
  readonly stationSecret: string;
}

/** Hashes only, and readable: the broker runs as another user. */
const MODE = 0o644;

/** @returns the paths written */
export async function writeBrokerAccess(options: {
  registry: Pick<Registry, "stations">;
  root: TopicRoot;
  folder: string;
  secrets: BrokerSecrets;
}): Promise<string[]> {
  const { registry, root, folder, secrets } = options;
  const entries = brokerUsers(registry).map((user) =>
    passwordEntry(
      user,
      user === INGEST_USER ? secrets.ingestPassword : stationPassword(secrets.stationSecret, user),
    ),
  );
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (const [name, text] of [
    ["acl", brokerAcl(registry, root)],
    ["passwords", `${entries.join("\n")}\n`],
  ] as const) {
    const path = join(folder, name);
    // a broker that reloads now reads the old file or the new one, never half of one
    await writeFile(`${path}.new`, text, { mode: MODE });
    await chmod(`${path}.new`, MODE);
    await rename(`${path}.new`, path);
    paths.push(path);
  }
  return paths;
}
