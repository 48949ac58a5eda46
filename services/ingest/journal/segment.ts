/** Segment files, `<first seq>.segment`. In: a folder; out: its segments in order, and their bytes place by place. */
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { Disk } from "./disk.ts";
import type { ReadAt } from "./scan.ts";

export interface Segment {
  readonly firstSeq: number;
  readonly file: string;
  /** As far as it is durable; what stands behind that was never acknowledged. */
  bytes: number;
}

const NAME = /^(\d{16})\.segment$/;

export const segmentName = (firstSeq: number): string => `${String(firstSeq).padStart(16, "0")}.segment`;

/** The seq in a segment's name; undefined for any other file. */
export function seqOfName(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Oldest first, with the sizes the files have now. One that goes away meanwhile is left out. */
export async function listSegments(disk: Pick<Disk, "readdir" | "stat">, folder: string): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const name of (await disk.readdir(folder)).sort()) {
    const firstSeq = seqOfName(name);
    if (firstSeq === undefined) continue;
    const file = join(folder, name);
    const size = await disk.stat(file).then(
      (found) => found.size,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw error;
        return undefined;
      },
    );
    if (size !== undefined) segments.push({ firstSeq, file, bytes: size });
  }
  return segments;
}

/** Reads an open file place by place. */
export function readFrom(handle: Pick<FileHandle, "read">): ReadAt {
  return async (target, position) => {
    let got = 0;
    while (got < target.length) {
      const { bytesRead } = await handle.read(target, got, target.length - got, position + got);
      if (bytesRead === 0) break;
      got += bytesRead;
    }
    return got;
  };
}
