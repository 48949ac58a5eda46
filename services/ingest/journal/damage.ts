/**
 * Damage in the middle of the journal: what a disk has lost although it had said it was durable. In: a find of the
 * scanner; out: which records are gone, and the damaged bytes, kept aside for whoever can still read something in them.
 */
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Disk, isMissing, writeWhole } from "./disk.ts";
import { readFrom } from "./segment.ts";

export interface Damage {
  /** Name of the segment file. */
  readonly segment: string;
  readonly offset: number;
  /** Bytes that are no record; 0 where the file just ends too early. */
  readonly bytes: number;
  /** The records that are lost, both included. */
  readonly fromSeq: number;
  readonly toSeq: number;
  /** True where it may as well be a commit that a crash cut short: nothing of it was acknowledged then. */
  readonly inLastCommit: boolean;
}

const FOLDER = "damaged";
const COPY_BYTES = 1024 * 1024;

const nameOf = ({ segment, offset }: Damage): string => `${segment}-${offset}`;

/** Copies the bytes and a note to `damaged/`, once. */
export async function keepAside(disk: Disk, folder: string, damage: Damage): Promise<void> {
  const aside = join(folder, FOLDER);
  await disk.mkdir(aside, { recursive: true });
  const note = join(aside, `${nameOf(damage)}.json`);
  const known = await disk.stat(note).catch(() => undefined);
  if (known !== undefined) return;
  const from = await disk.open(join(folder, damage.segment), "r");
  try {
    const to = await disk.open(join(aside, `${nameOf(damage)}.bytes`), "w");
    try {
      const read = readFrom(from);
      for (let done = 0; done < damage.bytes; ) {
        const piece = Buffer.alloc(Math.min(COPY_BYTES, damage.bytes - done));
        const got = await read(piece, damage.offset + done);
        if (got === 0) break;
        await writeWhole(to, piece.subarray(0, got), done);
        done += got;
      }
      await to.datasync();
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
  // the note comes last: it says that the copy is whole
  const handle = await disk.open(note, "w");
  try {
    await writeWhole(handle, Buffer.from(`${JSON.stringify(damage)}\n`), 0);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** What was ever found and kept aside in this journal, oldest first. */
export async function readDamage(disk: Pick<Disk, "readdir">, folder: string): Promise<Damage[]> {
  const aside = join(folder, FOLDER);
  const names = await disk.readdir(aside).catch((error) => {
    if (isMissing(error)) return [] as string[];
    throw error;
  });
  const found: Damage[] = [];
  for (const name of names.filter((each) => each.endsWith(".json")).sort()) {
    const text = await readFile(join(aside, basename(name)), "utf8");
    // an empty one: a crash while it was written; the next start of ingest writes it again
    if (text.trim() !== "") found.push(JSON.parse(text) as Damage);
  }
  return found;
}
