/** How far the journal is done with, and the ledger as of there: one small file, replaced whole, so both always agree. */
import { open, readFile, rename } from "node:fs/promises";
import type { TallyState } from "../ledger/tally.ts";

export interface Cursor {
  /** The first record not yet stored and enqueued. */
  readonly seq: number;
  readonly tally: TallyState;
}

export async function readCursor(file: string): Promise<Cursor | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Cursor;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(`the journal's cursor ${file} cannot be read`, { cause: error });
  }
}

/** Durable once it resolves; a crash leaves the old cursor or the new one. */
export async function writeCursor(file: string, cursor: Cursor): Promise<void> {
  const temporary = `${file}.new`;
  const handle = await open(temporary, "w");
  try {
    await handle.writeFile(JSON.stringify(cursor));
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}
