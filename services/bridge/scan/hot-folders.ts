/**
 * A hint that something has come, so that a new file need not wait for the next scan. In: folders and their times; out:
 * the folders in which something happened. Only the folders changed last are watched, each alone; where the file system
 * tells nothing (network mounts), the scan is enough.
 */
import { type FSWatcher, watch } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";

export interface HotFolders {
  /** Watches the folders changed last and no others. In: folders with their times as they were looked at; what has changed since is a hint. */
  watch(folders: ReadonlyMap<string, number>): Promise<void>;
  /** Resolves at the next hint; at once when one is waiting. */
  hinted(): Promise<void>;
  /** The folders hinted at since the last call. */
  take(): string[];
  close(): void;
}

const MOST = 256;

export function createHotFolders(root: string): HotFolders {
  const watchers = new Map<string, FSWatcher>();
  let hints = new Set<string>();
  let waiter = Promise.withResolvers<void>();

  function hint(folder: string): void {
    hints.add(folder);
    waiter.resolve();
  }

  function drop(folder: string): void {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  }

  return {
    async watch(folders) {
      const wanted = new Set(hottest(folders, MOST));
      for (const folder of [...watchers.keys()]) if (!wanted.has(folder)) drop(folder);
      for (const folder of wanted) {
        if (watchers.has(folder)) continue;
        try {
          const watcher = watch(join(root, folder), { persistent: false }, () => hint(folder));
          watcher.on("error", () => drop(folder));
          watchers.set(folder, watcher);
        } catch {
          // no watches left, or none here: a hint less
        }
      }
      // what came between the look and the watch
      await Promise.all(
        [...wanted].map(async (folder) => {
          const { mtimeMs } = (await stat(join(root, folder)).catch(() => undefined)) ?? {};
          if (mtimeMs !== undefined && mtimeMs !== folders.get(folder)) hint(folder);
        }),
      );
    },
    hinted: () => waiter.promise,
    take() {
      const taken = [...hints];
      hints = new Set();
      waiter = Promise.withResolvers<void>();
      return taken;
    },
    close() {
      for (const folder of [...watchers.keys()]) drop(folder);
      waiter.resolve();
    },
  };
}

/** Where loggers write now. */
function hottest(folders: ReadonlyMap<string, number>, most: number): string[] {
  return [...folders]
    .sort(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([folder]) => folder);
}
