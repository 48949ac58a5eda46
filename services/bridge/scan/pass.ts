/**
 * One look through the drop folder, or through a part of it. In: folders; out: every file in them has been done with, as
 * far as it can be: published, refused, or still uploading.
 */

import type { Target } from "../map/bridge-map.ts";
import type { MapSource } from "../map/map-source.ts";
import type { Lanes } from "../publish/lanes.ts";
import type { DoneLog } from "../record/done-log.ts";
import type { Failures } from "../record/failures.ts";
import {
  createFingerprintSet,
  type Fingerprint,
  type FingerprintSet,
  fingerprintOfFile,
} from "../record/fingerprints.ts";
import type { Refusals } from "../record/refusals.ts";
import type { Troubles } from "../troubles.ts";
import { chooseFile } from "./choose.ts";
import type { DropFile } from "./drop-file.ts";
import type { Settling } from "./settling.ts";
import { dropFileAt, walkFolder } from "./walk.ts";

export interface PassDeps {
  readonly folder: string;
  readonly simulated: boolean;
  readonly maps: MapSource;
  readonly settling: Settling;
  readonly done: DoneLog;
  readonly failures: Failures;
  readonly refusals: Refusals;
  readonly troubles: Troubles;
  readonly lanes: Lanes;
  readonly signal: AbortSignal;
  /** Below the drop folder: where done files go, if that is there. */
  readonly skipped: string | undefined;
  /** @throws what the file system says */
  readonly carry: (file: DropFile, fingerprint: Fingerprint, target: Target, map: string) => Promise<void>;
}

export interface Passes {
  /** Files to publish, as far as names and times tell. */
  count(): Promise<number>;
  /** Everything below the drop folder. @returns its folders with their times; undefined when it cannot be read */
  whole(): Promise<Map<string, number> | undefined>;
  /** Everything below some folders, and the files that were uploading. */
  part(folders: readonly string[]): Promise<void>;
}

export function createPasses(deps: PassDeps): Passes {
  const { folder, maps, settling, done, failures, refusals, troubles, lanes, signal } = deps;
  let rootRead = true;

  const walk = (below: string, onFolder?: (path: string, mtimeMs: number) => void) =>
    walkFolder({
      root: folder,
      folder: below,
      isSkipped: (path) => path === deps.skipped,
      onTrouble,
      ...(onFolder === undefined ? {} : { onFolder }),
    });

  function onTrouble(path: string, error: NodeJS.ErrnoException): void {
    if (path !== "") {
      const reasons = [`expected to read it, found ${error.message}`];
      refusals.refuse({ path, size: 0, mtimeMs: 0 }, { kind: "away", reasons, map: maps.map.version });
      return;
    }
    rootRead = false;
    const reason = error.code ?? error.message;
    troubles.warn("folder", reason, { folder }, "the drop folder cannot be read, tried at each scan");
  }

  const choose = (file: DropFile, fingerprint: Fingerprint) =>
    chooseFile(file, fingerprint, { done, failures, settling, map: maps.map, simulated: deps.simulated });

  async function handle(file: DropFile, fingerprint: Fingerprint): Promise<void> {
    const choice = choose(file, fingerprint);
    const { version } = maps.map;
    if (choice.kind === "refused-before") refusals.meet(file.path);
    if (choice.kind === "refuse")
      refusals.refuse(file, { kind: "unreadable", reasons: [choice.reason], map: version });
    if (choice.kind === "unmapped") refusals.unmapped(choice.name, file.path, version);
    if (choice.kind === "take") {
      await lanes.begin(file.size, () => carry(file, fingerprint, choice.target, version));
    }
  }

  async function carry(...[file, ...more]: Parameters<PassDeps["carry"]>): Promise<void> {
    try {
      if (!signal.aborted) await deps.carry(file, ...more);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (signal.aborted || code === "ENOENT") return;
      if (code === undefined) throw error;
      onTrouble(file.path, error as NodeJS.ErrnoException);
    }
  }

  async function through(files: AsyncIterable<DropFile>, present?: FingerprintSet): Promise<void> {
    for await (const file of files) {
      if (signal.aborted) return;
      const fingerprint = fingerprintOfFile(folder, file);
      present?.add(fingerprint);
      await handle(file, fingerprint);
    }
  }

  async function* young(): AsyncGenerator<DropFile> {
    for (const path of settling.paths) {
      const file = await dropFileAt({ root: folder, onTrouble }, path);
      if (file === undefined) settling.forget(path);
      else yield file;
    }
  }

  async function end(all: boolean): Promise<void> {
    await lanes.idle();
    refusals.endPass(all);
    await done.flush();
    await failures.save().then(
      () => troubles.clear("list"),
      (error) => troubles.error("list", String(error), {}, "the list of failures cannot be written"),
    );
  }

  return {
    async count() {
      let files = 0;
      for await (const file of walk("")) {
        const { kind } = choose(file, fingerprintOfFile(folder, file));
        if (kind === "take" || kind === "uploading") files += 1;
      }
      return files;
    },
    async whole() {
      await maps.refresh();
      rootRead = true;
      const times = new Map<string, number>();
      const present = createFingerprintSet();
      await through(
        walk("", (path, mtimeMs) => times.set(path, mtimeMs)),
        present,
      );
      await through(young());
      // a folder that is away, or a look that was broken off, says nothing about what is gone
      const all = rootRead && !signal.aborted;
      await end(all);
      if (!all) return undefined;
      troubles.clear("folder");
      await done
        .compact(present)
        .catch((error) =>
          troubles.error("compaction", String(error), {}, "the log of done files stays as long as it is"),
        );
      return times;
    },
    async part(folders) {
      await maps.refresh();
      for (const below of folders) await through(walk(below));
      await through(young());
      await end(false);
    },
  };
}
