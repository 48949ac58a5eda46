/**
 * One process a data folder. In: a folder; out: a lock, or an error that names who holds it. The lock is a file with a
 * process id; one whose process is gone is taken over.
 */
import { mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

export interface FolderLock {
  release(): Promise<void>;
}

const NAME = "lock";

/** @throws Error naming the folder and the process that uses it. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, NAME);
  for (let attempt = 0; ; attempt += 1) {
    try {
      const handle = await open(file, "wx");
      await handle.writeFile(String(process.pid));
      await handle.close();
      return { release: () => rm(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const holder = Number(await readFile(file, "utf8").catch(() => ""));
      if (attempt > 0 || (holder !== process.pid && isRunning(holder))) {
        throw new Error(
          `the data folder ${folder} is in use by process ${holder}; expected a folder of its own`,
        );
      }
      await rm(file, { force: true });
    }
  }
}

/** Whether a process of this id runs, ours to signal or not. */
export function isRunning(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
