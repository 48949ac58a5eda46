/**
 * Files that could not be published, or not whole, with their reasons: what `--list-failed` shows. In: refusals; out: the
 * list, in memory and in one small file that is replaced whole. A file is tried again when it or the map changes.
 */
import { readFile, rename, writeFile } from "node:fs/promises";
import { z } from "zod";
import { type DropFile, isSameFile } from "../scan/drop-file.ts";

/** unmapped: nobody's by the map. unreadable: nothing in it could be used. partly: some lines could not. away: the file system did not give it, tried at each scan. */
const kinds = ["unmapped", "unreadable", "partly", "away"] as const;
export type FailureKind = (typeof kinds)[number];

const failureSchema = z.object({
  /** Below the drop folder; of files that are nobody's, all of one name: `<name>*.txt`. */
  path: z.string(),
  files: z.number(),
  /** Of several files one. */
  example: z.string().optional(),
  size: z.number(),
  mtimeMs: z.number(),
  kind: z.enum(kinds),
  /** Each what was expected and what was found; the first few. */
  reasons: z.array(z.string()).readonly(),
  /** Samples published in spite of it. */
  published: z.number(),
  /** Version of the map it was tried with. */
  map: z.string(),
  /** When it was tried, ms since epoch. */
  at: z.number(),
});
export type Failure = z.infer<typeof failureSchema>;

const fileSchema = z.object({
  folder: z.string(),
  /** Beyond the bound of the list. */
  leftOut: z.number(),
  failures: z.array(failureSchema),
});
export type FailureFile = z.infer<typeof fileSchema>;

export interface Failures {
  readonly size: number;
  readonly leftOut: number;
  /** Whether this very file was tried with this map: trying again would say the same. */
  isKnown(file: DropFile, map: string): boolean;
  /** @returns whether that is news: another reason, or the first for this path */
  set(failure: Failure): boolean;
  delete(path: string): void;
  /** Drops files that are no longer there. */
  keepOnly(isThere: (path: string) => boolean): void;
  /** Writes the file if the list has changed. */
  save(): Promise<void>;
}

const MOST = 10_000;
const MOST_REASONS = 5;

export async function openFailures(path: string, folder: string): Promise<Failures> {
  const stored = await readFailures(path);
  const known = new Map<string, Failure>(
    stored?.folder === folder ? stored.failures.map((failure) => [failure.path, failure]) : [],
  );
  let leftOut = 0;
  let changed = false;
  return {
    get size() {
      return known.size;
    },
    get leftOut() {
      return leftOut;
    },
    isKnown(file, map) {
      const failure = known.get(file.path);
      return (
        failure !== undefined && failure.kind !== "away" && failure.map === map && isSameFile(failure, file)
      );
    },
    set(failure) {
      const before = known.get(failure.path);
      const reasons = failure.reasons.slice(0, MOST_REASONS);
      if (before === undefined && known.size >= MOST) {
        leftOut += 1;
        changed = true;
        return true;
      }
      known.set(failure.path, { ...failure, reasons });
      changed = true;
      return before?.reasons.join() !== reasons.join();
    },
    delete(file) {
      changed = known.delete(file) || changed;
    },
    keepOnly(isThere) {
      for (const file of known.keys()) if (!isThere(file)) changed = known.delete(file) || changed;
      leftOut = 0;
    },
    async save() {
      if (!changed) return;
      changed = false;
      const content: FailureFile = { folder, leftOut, failures: [...known.values()] };
      await writeFile(`${path}.new`, JSON.stringify(content));
      await rename(`${path}.new`, path);
    },
  };
}

/** The list as it was last written; undefined where there is none that can be read. */
export async function readFailures(path: string): Promise<FailureFile | undefined> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return undefined;
  }
}
