/**
 * The outbox on disk: append-only lines, durable before `append` resolves. In: records; out: nothing but the promise
 * kept. While one write runs the next batch collects. Compacted at start into a new file that replaces the old one.
 */
import { type FileHandle, mkdir, open, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { apply, compacted, emptyMemory, type OutboxMemory, type OutboxRecord } from "./entry.ts";
import { decodeLines, encodeLine } from "./lines.ts";

export interface OutboxFile {
  /** What the file held. */
  readonly memory: OutboxMemory;
  readonly cutBytes: number;
  readonly damagedLines: number;
  /** Resolves when the records are on disk, all of them, in order. @throws when the disk refuses; then none of them is */
  append(records: readonly OutboxRecord[]): Promise<void>;
  close(): Promise<void>;
}

interface Batch {
  text: string;
  readonly written: PromiseWithResolvers<void>;
}

export async function openOutboxFile(path: string): Promise<OutboxFile> {
  await mkdir(dirname(path), { recursive: true });
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return Buffer.alloc(0);
    throw error;
  });
  const { records, goodBytes, damaged } = decodeLines(bytes);
  // damage is evidence of a failing disk: keep the file as it was found
  if (damaged > 0) await writeFile(`${path}.damaged`, bytes);
  const memory = emptyMemory();
  for (const record of records) apply(memory, record);
  const text = compacted(memory).map(encodeLine).join("");
  await replace(path, text);

  const handle = await open(path, "a");
  let size = Buffer.byteLength(text);
  let collecting: Batch | undefined;
  let writing: Promise<void> | undefined;
  let closed = false;

  async function drain(): Promise<void> {
    // everybody of this turn joins the first batch
    await Promise.resolve();
    for (let batch = collecting; batch !== undefined; batch = collecting) {
      collecting = undefined;
      try {
        if (batch.text !== "") size += await writeDurably(handle, batch.text, size);
        batch.written.resolve();
      } catch (cause) {
        batch.written.reject(cause);
      }
    }
    writing = undefined;
  }

  return {
    memory,
    cutBytes: bytes.length - goodBytes,
    damagedLines: damaged,
    append(added) {
      if (closed) return Promise.reject(new Error("the outbox is closed"));
      collecting ??= { text: "", written: Promise.withResolvers() };
      const { written } = collecting;
      collecting.text += added.map(encodeLine).join("");
      writing ??= drain();
      return written.promise;
    },
    async close() {
      if (closed) return;
      closed = true;
      await writing;
      await handle.close();
    },
  };
}

/** One write and one fdatasync; after a failure the file ends where it ended before. */
async function writeDurably(handle: FileHandle, text: string, size: number): Promise<number> {
  const bytes = Buffer.from(text);
  try {
    for (let written = 0; written < bytes.length; ) {
      written += (await handle.write(bytes, written)).bytesWritten;
    }
    await handle.datasync();
    return bytes.length;
  } catch (cause) {
    await handle.truncate(size).catch(() => undefined);
    throw cause;
  }
}

/** The new content or the old one is there after a crash, never a mixture. */
async function replace(path: string, text: string): Promise<void> {
  const fresh = await open(`${path}.new`, "w");
  await fresh.writeFile(text);
  await fresh.sync();
  await fresh.close();
  await rename(`${path}.new`, path);
  const folder = await open(dirname(path), "r");
  await folder.sync();
  await folder.close();
}
