/**
 * Files that are refused, on their way to the list: said once, kept while they are there. In: refusals of a pass; out: the
 * list of failures as it is after the pass. All files of a name that is nobody's are one entry.
 */
import type { Logger } from "#shared/runtime/log.ts";
import type { DropFile } from "../scan/drop-file.ts";
import type { Failure, FailureKind, Failures } from "./failures.ts";

export interface Refusals {
  /** Known from before, and still there. */
  meet(path: string): void;
  /** Onto the list; said where it is news. */
  refuse(file: DropFile, what: Pick<Failure, "kind" | "reasons" | "map"> & { published?: number }): void;
  /** One more file of a name that the map does not have. */
  unmapped(name: string, example: string, map: string): void;
  /** @param whole whether all files were looked at, so that what was not met is gone */
  endPass(whole: boolean): void;
}

const sentences: Record<FailureKind, string> = {
  unmapped: "the map has no station for a file",
  unreadable: "nothing in a file can be used",
  partly: "lines of a file cannot be used, the others are published",
  away: "the file system does not give a file or folder, tried at each scan",
};
/** Names that are nobody's and remembered in a pass. */
const MOST_UNMAPPED = 10_000;

export function createRefusals(deps: {
  readonly failures: Pick<Failures, "set" | "keepOnly">;
  readonly log: Pick<Logger, "warn">;
  readonly now: () => number;
}): Refusals {
  let met = new Set<string>();
  let unmapped = new Map<string, { readonly example: string; readonly map: string; files: number }>();

  function put(failure: Omit<Failure, "at">): void {
    met.add(failure.path);
    if (!deps.failures.set({ ...failure, at: deps.now() })) return;
    const { path, kind, reasons, published, example = path } = failure;
    deps.log.warn({ file: example, reason: reasons[0], faults: reasons.length, published }, sentences[kind]);
  }

  return {
    meet: (path) => met.add(path),
    refuse(file, { kind, reasons, map, published = 0 }) {
      const { path, size, mtimeMs } = file;
      put({ path, size, mtimeMs, files: 1, kind, reasons, map, published });
    },
    unmapped(name, example, map) {
      const before = unmapped.get(name);
      if (before !== undefined) before.files += 1;
      else if (unmapped.size < MOST_UNMAPPED) unmapped.set(name, { example, map, files: 1 });
    },
    endPass(whole) {
      for (const [name, entry] of unmapped) {
        const reasons = [`expected an entry of the map for the name ${name} or its folder, found none`];
        const path = `${name}*.txt`;
        put({ ...entry, path, size: 0, mtimeMs: 0, kind: "unmapped", reasons, published: 0 });
      }
      unmapped = new Map();
      if (!whole) return;
      deps.failures.keepOnly((path) => met.has(path));
      met = new Set();
    },
  };
}
