/**
 * A disk that fails as disks do. In: what shall go wrong next, and how the power goes; out: node's own functions over
 * real files, with these faults. What is written and not yet synced is remembered: a power loss keeps any of its
 * sectors and loses the others, and the names of files whose folder was not. Nothing is really synced, so that many runs are quick.
 */
import { constants, rmSync, truncateSync, writeFileSync } from "node:fs";
import { type FileHandle, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { type Disk, nodeDisk } from "#services/ingest/journal/disk.ts";

export type Operation = "open" | "folder" | "write" | "sync" | "truncate";

export interface Fault {
  readonly at: Operation;
  readonly code: "EIO" | "ENOSPC";
  /** Share of the bytes that a failing write still writes. */
  readonly share: number;
}

interface Write {
  readonly file: string;
  readonly position: number;
  readonly length: number;
}

export interface FaultyDisk extends Disk {
  /** Goes wrong at the next such operation on a segment; undefined takes it back. */
  fail(fault: Fault | undefined): void;
  /** The fault that has not yet been met. */
  readonly pending: Fault | undefined;
  /** What was written, every write since the disk was made. */
  readonly writes: readonly Write[];
  /** Power is gone: every open file closes, and of what was not synced only the sectors that `keeps` says are there. */
  loosePower(keeps: (sector: number) => boolean, cutSize: boolean): Promise<void>;
}

const SECTOR = 512;

export function createFaultyDisk(): FaultyDisk {
  let pending: Fault | undefined;
  const writes: Write[] = [];
  let unsynced: Write[] = [];
  /** Their names are not durable yet. */
  const unnamed = new Set<string>();
  const open = new Set<FileHandle>();

  function meet(at: Operation): Fault | undefined {
    if (pending?.at !== at) return undefined;
    const fault = pending;
    pending = undefined;
    return fault;
  }
  const errorOf = ({ at, code }: Fault) => Object.assign(new Error(`${code}: ${at} fails`), { code });

  function wrap(handle: FileHandle, file: string): FileHandle {
    open.add(handle);
    const faulty: Partial<Record<keyof FileHandle, unknown>> = {
      async write(bytes: Buffer, offset: number, length: number, position: number) {
        const fault = meet("write");
        const some = fault === undefined ? length : Math.floor(fault.share * length);
        if (some > 0) await handle.write(bytes, offset, some, position);
        const write = { file, position, length: some };
        writes.push(write);
        unsynced.push(write);
        if (fault !== undefined) throw errorOf(fault);
        return { bytesWritten: some, buffer: bytes };
      },
      async datasync() {
        const fault = meet("sync");
        if (fault !== undefined) throw errorOf(fault);
        unsynced = unsynced.filter((write) => write.file !== file);
      },
      async truncate(length: number) {
        const fault = meet("truncate");
        if (fault !== undefined) throw errorOf(fault);
        await handle.truncate(length);
        unsynced = unsynced.filter((write) => write.file !== file || write.position < length);
      },
      async close() {
        open.delete(handle);
        await handle.close();
      },
    };
    return new Proxy(handle, {
      get: (target, name) => {
        const own = faulty[name as keyof FileHandle];
        if (own !== undefined) return own;
        const value = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  return {
    ...nodeDisk,
    open: (async (file: string, flags?: string | number, mode?: number) => {
      const isFolder = flags === "r" && !basename(file).includes(".");
      if (isFolder) {
        const handle = await nodeDisk.open(file, flags, mode);
        const sync = async () => {
          const fault = meet("folder");
          if (fault !== undefined) throw errorOf(fault);
          unnamed.clear();
        };
        return Object.assign(handle, { sync });
      }
      const fault = file.endsWith(".segment") && flags !== "r" ? meet("open") : undefined;
      const isNew =
        typeof flags === "number" && (await nodeDisk.stat(file).catch(() => undefined)) === undefined;
      // half-way: the file is there, and the caller does not know
      const handle = await nodeDisk.open(file, flags, mode);
      if (typeof flags === "number" && (flags & constants.O_TRUNC) !== 0)
        unsynced = unsynced.filter((write) => write.file !== file);
      if (isNew) unnamed.add(file);
      if (fault === undefined) return file.endsWith(".segment") ? wrap(handle, file) : handle;
      await handle.close();
      throw errorOf(fault);
    }) as Disk["open"],
    fail(fault) {
      pending = fault;
    },
    get pending() {
      return pending;
    },
    writes,
    async loosePower(keeps, cutSize) {
      for (const handle of open) await handle.close().catch(() => undefined);
      open.clear();
      pending = undefined;
      for (const { file, position, length } of unsynced) {
        const bytes = await readFile(file).catch(() => undefined);
        if (bytes === undefined) continue;
        let end = position;
        for (let at = position; at < position + length; at += SECTOR) {
          const to = Math.min(at + SECTOR, position + length);
          if (keeps(Math.floor((at - position) / SECTOR))) end = to;
          else bytes.fill(0, at, to);
        }
        writeFileSync(file, bytes);
        if (cutSize && position + length >= bytes.length) truncateSync(file, end);
      }
      unsynced = [];
      for (const file of unnamed) if (!keeps(0)) rmSync(file, { force: true });
      unnamed.clear();
    },
  };
}
