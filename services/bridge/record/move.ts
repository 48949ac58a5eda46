/** Puts a finished file away. In: the drop folder, a file, another folder; out: the file at the same place below that one. What stands there with other content is never written over. */
import { copyFile, mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

const MOST_VERSIONS = 1_000;

/** @param bytes what was published: a file that has changed since stays where it is. @throws when the file system refuses */
export async function moveFile(from: string, path: string, to: string, bytes: Buffer): Promise<void> {
  const source = join(from, path);
  if (!(await readFile(source)).equals(bytes)) return;
  for (let version = 0; version < MOST_VERSIONS; version += 1) {
    const target = join(to, version === 0 ? path : `${path}.${version}`);
    const there = await readFile(target).catch(() => undefined);
    if (there?.equals(bytes) === true) return rm(source);
    if (there !== undefined) continue;
    await mkdir(dirname(target), { recursive: true });
    return rename(source, target).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "EXDEV") throw error;
      // another file system: whole under another name first
      await copyFile(source, `${target}.tmp`);
      await rename(`${target}.tmp`, target);
      await rm(source);
    });
  }
  throw new Error(`${MOST_VERSIONS} versions of ${path} are there already`);
}
