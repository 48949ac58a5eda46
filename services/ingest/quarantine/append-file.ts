/**
 * A file that lines are appended to, durably. In: whole lines; out: on disk, all of them or none that a reader could
 * take for a line. What a crash or a full disk left of a write ends in a line of its own, which readers pass over.
 */

import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";

export interface AppendFile {
  /** Bytes in the file. */
  readonly size: number;
  /** @param chunks texts that end in a newline; one sync at the end. @throws when the disk does not take them; none stand then. */
  append(chunks: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

const NEWLINE = 0x0a;

export async function openAppendFile(file: string): Promise<AppendFile> {
  const handle = await open(file, "a+");
  let { size } = await handle.stat();
  if (size === 0) await syncFolder(dirname(file));
  let isTorn = await endsTorn(handle, size);

  return {
    get size() {
      return size;
    },
    async append(chunks) {
      const before = size;
      try {
        for (const [index, chunk] of chunks.entries()) {
          const bytes = Buffer.from(isTorn && index === 0 ? `\n${chunk}` : chunk);
          await handle.appendFile(bytes);
          size += bytes.length;
        }
        await handle.datasync();
        isTorn = false;
      } catch (error) {
        size = before;
        await handle.truncate(before).catch(() => {
          isTorn = true;
        });
        throw error;
      }
    },
    close: () => handle.close(),
  };
}

async function endsTorn(handle: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return false;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== NEWLINE;
}

/** A new file's name is durable only with its folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
