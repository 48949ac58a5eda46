/** Where a worker's journal is. In: data folder and worker; out: the folders and files that belong together. */
import { dirname, join } from "node:path";
import { findQuarantines } from "../quarantine/folders.ts";

export interface JournalPlace {
  readonly worker: string;
  readonly folder: string;
  readonly archive: string;
  readonly cursorFile: string;
}

/** @throws Error naming the folder, and what is there instead */
export async function findJournal(dataDir: string, worker: string): Promise<JournalPlace> {
  const [place] = await findQuarantines(dataDir, worker);
  if (place === undefined) throw new Error(`no worker ${worker} in ${dataDir}`);
  const data = dirname(place.folder);
  return {
    worker,
    folder: join(data, "journal"),
    archive: join(data, "archive"),
    cursorFile: join(data, "cursor.log"),
  };
}
