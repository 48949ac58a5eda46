/** A file of the drop folder as the file system shows it, and which names are files of a logger at all. Pure. */
import { parseTxtName, type TxtName } from "#shared/txt/file-name.ts";

export interface DropFile {
  /** Below the drop folder, with `/`. */
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

export interface DropName {
  /** Below the drop folder; empty for the drop folder itself. */
  readonly folder: string;
  readonly name: string;
  /** Undefined where the name has no time. */
  readonly txt: TxtName | undefined;
}

/** Our own exports put it beside their files. */
export const README = "README.txt";

/** Finished text files; uploads under another name (`.tmp`, `.part`, a leading dot) are none yet. */
export function isTxt(name: string): boolean {
  return /\.txt$/i.test(name) && !name.startsWith(".") && name !== README;
}

export function splitPath(path: string): DropName {
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1);
  return { folder: path.slice(0, Math.max(0, slash)), name, txt: parseTxtName(name) };
}

export const isSameFile = (a: DropFile, b: DropFile): boolean =>
  a.path === b.path && a.size === b.size && a.mtimeMs === b.mtimeMs;
