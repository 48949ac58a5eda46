/**
 * Which files are whole. In: a file as seen, and when; out: whether its upload has ended. A file that was last changed
 * long ago is; a young one when size and time stay the same for a while of our own clock: the file server's may differ.
 */
import { type DropFile, isSameFile } from "./drop-file.ts";

export interface Settling {
  isSettled(file: DropFile): boolean;
  /** Files that were seen young and are not settled. */
  readonly paths: readonly string[];
  forget(path: string): void;
}

/** More than clocks of two machines differ. */
const OLD_MS = 600_000;
/** Beyond it a file settles by its age. */
const MOST = 100_000;

export function createSettling(options: { readonly stableMs: number; readonly now: () => number }): Settling {
  const young = new Map<string, { readonly file: DropFile; readonly since: number }>();
  return {
    isSettled(file) {
      const now = options.now();
      const seen = young.get(file.path);
      const settled =
        now - file.mtimeMs >= Math.max(OLD_MS, options.stableMs) ||
        (seen !== undefined && isSameFile(seen.file, file) && now - seen.since >= options.stableMs);
      if (settled) young.delete(file.path);
      else if (seen === undefined ? young.size < MOST : !isSameFile(seen.file, file))
        young.set(file.path, { file, since: now });
      return settled;
    },
    get paths() {
      return [...young.keys()];
    },
    forget(path) {
      young.delete(path);
    },
  };
}
