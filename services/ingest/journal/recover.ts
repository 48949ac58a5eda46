/**
 * What an earlier process left. In: a journal's folder and the cursor; out: its segments, the next seq, and damage. A
 * torn tail, which was never acknowledged, is cut off; behind damage in the middle everything that holds together stays.
 */
import { basename } from "node:path";
import type { Damage } from "./damage.ts";
import { type Disk, syncFolder } from "./disk.ts";
import { type Lost, scanFrames } from "./scan.ts";
import { listSegments, readFrom, type Segment } from "./segment.ts";

export interface Recovered {
  readonly segments: Segment[];
  readonly nextSeq: number;
  readonly damage: Damage[];
  /** Bytes cut off the end. */
  readonly cutBytes: number;
}

/** What stands in one segment. */
export interface Contents {
  /** Behind its last frame. */
  readonly end: number;
  readonly nextSeq: number;
  readonly damage: Damage[];
}

/** @param cursorSeq the first record not yet done with: segments wholly before it are not looked into */
export async function recover(disk: Disk, folder: string, cursorSeq: number): Promise<Recovered> {
  const segments = await listSegments(disk, folder);
  const damage: Damage[] = [];
  let nextSeq = Math.max(1, cursorSeq);
  let cutBytes = 0;
  for (const [index, segment] of segments.entries()) {
    const following = segments[index + 1]?.firstSeq;
    if (following !== undefined && following <= cursorSeq) continue;
    const contents = await examine(disk, segment, following);
    nextSeq = Math.max(nextSeq, contents.nextSeq);
    damage.push(...contents.damage);
    if (following === undefined) {
      cutBytes = segment.bytes - contents.end;
      await settle(disk, segment, contents.end);
    }
  }
  const last = segments.at(-1);
  if (last !== undefined && last.bytes === 0) {
    // its name comes again; what its name says about the numbers is in nextSeq
    segments.pop();
    if (last.firstSeq !== nextSeq) {
      await disk.rm(last.file, { force: true });
      await syncFolder(disk, folder);
    }
  }
  return { segments, nextSeq, damage, cutBytes };
}

/** Reads one segment through. @param following the first seq of the next segment, where there is one */
export async function examine(
  disk: Pick<Disk, "open">,
  { file, firstSeq, bytes }: Segment,
  following: number | undefined,
): Promise<Contents> {
  const losses: Lost[] = [];
  let commitSeq = firstSeq;
  const handle = await disk.open(file, "r");
  try {
    const read = readFrom(handle);
    const scanner = scanFrames({ read, from: 0, fromSeq: firstSeq, end: bytes, endSeq: following });
    for (;;) {
      const found = scanner.take();
      if (found === undefined && !(await scanner.fill())) break;
      if (found?.kind === "frame") commitSeq = found.header.commitSeq;
      else if (found?.kind === "lost") losses.push(found);
    }
    const damage = losses.map(({ kind, ...lost }) => ({
      segment: basename(file),
      ...lost,
      // everything behind it belongs to the very commit it is in, and nothing came after that
      inLastCommit: following === undefined && commitSeq <= lost.fromSeq,
    }));
    return { end: scanner.offset, nextSeq: scanner.nextSeq, damage };
  } finally {
    await handle.close();
  }
}

/** What was found once is found again: of a process that was killed it may not be durable yet. */
async function settle(disk: Disk, segment: Segment, end: number): Promise<void> {
  const handle = await disk.open(segment.file, "r+");
  try {
    if (end < segment.bytes) await handle.truncate(end);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  segment.bytes = end;
}
