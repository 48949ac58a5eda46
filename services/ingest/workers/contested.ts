/**
 * What is ours of the records that another worker may have stored too. In ordinary operation a row that is found in the
 * database after a crash was written by us, and counts as stored; in a handover it may as well be the other worker's, and
 * ours is the duplicate. So as long as such records are in the journal, what is ours is written down, on disk: first what
 * we had written when the handover began, then, before each batch is written, what it stores. In and out: a note.
 */
import { readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { isMissing, nodeDisk, syncFolder, writeWhole } from "../journal/disk.ts";
import type { Perseverance } from "../store/perseverance.ts";

const shape = z.object({
  /** Records from here on are not ours: not yet written. */
  untilSeq: z.number().int(),
  /** Of the records before it: what is ours if it stands in the database, by `contentOf`. */
  contents: z.array(z.string()),
});
export type OwnNote = z.infer<typeof shape>;

export interface Contested {
  /** As found, or as it began; undefined in ordinary operation. */
  readonly note: OwnNote | undefined;
  /** A handover begins. */
  begin(note: OwnNote): Promise<void>;
  /** We store: what may be contested ends here. */
  opened(end: number): void;
  /** Before a batch is written. @param before the batch before it is done with, cursor and all */
  beforeWrite(
    batch: { readonly nextSeq: number; readonly contents: readonly string[] },
    before: Promise<void>,
  ): Promise<void>;
  /** The cursor has moved. */
  moved(seq: number): Promise<void>;
}

export async function openContested(
  file: string,
  persevere: Pick<Perseverance, "until">,
): Promise<Contested> {
  let note = await readNote(file);
  let end = Number.POSITIVE_INFINITY;
  /** Of an earlier run: what is ours behind the batches written since. They may be smaller than those it had written. */
  let earlier = earlierOf(note);

  async function keep(next: OwnNote): Promise<void> {
    await persevere.until("keeping what is ours", () => writeNote(file, next));
    note = next;
  }

  async function moved(seq: number): Promise<void> {
    if (note === undefined || seq < end) return;
    await persevere.until("keeping what is ours", () => removeNote(file));
    note = undefined;
  }

  return {
    get note() {
      return note;
    },
    async begin(begun) {
      await keep(begun);
      earlier = earlierOf(begun);
    },
    opened(at) {
      end = at;
    },
    async beforeWrite({ nextSeq, contents }, before) {
      if (note === undefined) return;
      // the note is of one batch, and of what an earlier run wrote behind it
      await before;
      if (note === undefined) return;
      for (const content of contents) earlier.contents.delete(content);
      if (nextSeq >= earlier.untilSeq) earlier = earlierOf(undefined);
      await keep({
        untilSeq: Math.max(nextSeq, earlier.untilSeq),
        contents: [...contents, ...earlier.contents],
      });
    },
    moved,
  };
}

const earlierOf = (note: OwnNote | undefined) => ({
  untilSeq: note?.untilSeq ?? 0,
  contents: new Set(note?.contents),
});

async function readNote(file: string): Promise<OwnNote | undefined> {
  try {
    return shape.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new Error(`what is ours of the journal, ${file}, cannot be read`, { cause: error });
  }
}

async function writeNote(file: string, note: OwnNote): Promise<void> {
  const handle = await nodeDisk.open(`${file}.new`, "w");
  try {
    await writeWhole(handle, Buffer.from(JSON.stringify(note)), 0);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
  await syncFolder(nodeDisk, dirname(file));
}

async function removeNote(file: string): Promise<void> {
  await rm(file, { force: true });
  await syncFolder(nodeDisk, dirname(file));
}
