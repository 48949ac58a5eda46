/** A disk that can be filled. In: a folder; out: a small file system mounted there, and a ballast file. Needs root. */
import { execFile } from "node:child_process";
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

export interface SmallDisk {
  /** Takes all the room there is. */
  fill(): Promise<void>;
  free(): Promise<void>;
  close(): Promise<void>;
}

const run = promisify(execFile);
const CHUNKS = [1_048_576, 4_096, 1];

/** Undefined where nothing can be mounted. */
export async function mountSmallDisk(folder: string, size = "96m"): Promise<SmallDisk | undefined> {
  await mkdir(folder, { recursive: true });
  if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
  try {
    await run("mount", ["-t", "tmpfs", "-o", `size=${size},mode=0700`, "tmpfs", folder]);
  } catch {
    return undefined;
  }
  const ballast = join(folder, "ballast");
  return {
    async fill() {
      const handle = await open(ballast, "a");
      try {
        for (const bytes of CHUNKS) await writeUntilFull(handle, Buffer.alloc(bytes));
      } finally {
        await handle.close();
      }
    },
    free: () => rm(ballast, { force: true }),
    // lazily: a process that was killed a moment ago may still hold a file
    close: async () => void (await run("umount", ["-l", folder])),
  };
}

async function writeUntilFull(
  handle: { write(bytes: Buffer): Promise<unknown> },
  chunk: Buffer,
): Promise<void> {
  for (;;) {
    try {
      await handle.write(chunk);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOSPC") return;
      throw error;
    }
  }
}
