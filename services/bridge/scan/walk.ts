/**
 * Looks through a folder and all below it. In: a root; out: its text files with size and time, folder by folder, in the
 * order of their names. Links are not followed. Memory: the names of the folders on the way, not of the tree.
 */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type DropFile, isTxt } from "./drop-file.ts";

export interface WalkOptions {
  readonly root: string;
  /** Below the root; empty for all of it. */
  readonly folder?: string;
  /** Folders, below the root, that are not entered. */
  readonly isSkipped?: (folder: string) => boolean;
  readonly onFolder?: (folder: string, mtimeMs: number) => void;
  /** A folder or file that cannot be read; the walk goes on. */
  readonly onTrouble: (path: string, error: NodeJS.ErrnoException) => void;
}

/** Files asked about at once: a network mount answers slowly, and many at a time. */
const AT_ONCE = 64;

export async function* walkFolder(options: WalkOptions): AsyncGenerator<DropFile> {
  const waiting = [options.folder ?? ""];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const here = folder;
    const pathOf = (name: string) => (here === "" ? name : `${here}/${name}`);
    // the time first: what comes while its names are read shows in the next one
    const status = await look(options, here, () => stat(join(options.root, here)));
    const entries = await look(options, here, () =>
      readdir(join(options.root, here), { withFileTypes: true }),
    );
    if (entries === undefined) continue;
    if (status !== undefined) options.onFolder?.(here, status.mtimeMs);
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    const below = entries.filter((entry) => entry.isDirectory()).map((entry) => pathOf(entry.name));
    waiting.push(...below.filter((path) => options.isSkipped?.(path) !== true).reverse());
    const names = entries.filter((entry) => entry.isFile() && isTxt(entry.name)).map((entry) => entry.name);
    for (let at = 0; at < names.length; at += AT_ONCE) {
      const files = await Promise.all(
        names.slice(at, at + AT_ONCE).map((name) => dropFileAt(options, pathOf(name))),
      );
      for (const file of files) if (file !== undefined) yield file;
    }
  }
}

/** One file as it is now; undefined where it is gone. */
export async function dropFileAt(
  options: Pick<WalkOptions, "root" | "onTrouble">,
  path: string,
): Promise<DropFile | undefined> {
  const status = await look(options, path, () => stat(join(options.root, path)));
  return status === undefined ? undefined : { path, size: status.size, mtimeMs: status.mtimeMs };
}

/** What vanished between two looks was moved or renamed: no trouble, but for the root itself. */
async function look<T>(
  { onTrouble }: Pick<WalkOptions, "onTrouble">,
  path: string,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || path === "")
      onTrouble(path, error as NodeJS.ErrnoException);
    return undefined;
  }
}
