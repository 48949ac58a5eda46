/** What the journal asks of the disk: node's own functions, or in a test the same with faults. */
import * as node from "node:fs/promises";

export type Disk = Pick<typeof node, "mkdir" | "open" | "readdir" | "rename" | "rm" | "stat">;

export const nodeDisk: Disk = node;

/** Writes all of `bytes`, also where the system takes them in pieces. */
export async function writeWhole(file: node.FileHandle, bytes: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** A new file's name is durable only once its folder is. */
export async function syncFolder(disk: Disk, folder: string): Promise<void> {
  const handle = await disk.open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** True for "there is no such file". */
export const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException)?.code === "ENOENT";
