/** Where the quarantines are: one a worker of ingest. In: the data folder; out: worker and folder, in order of their names. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";

export interface WorkerQuarantine {
  /** w1, w2, … */
  readonly worker: string;
  readonly folder: string;
}

const NAME = /^ingest(?:-(w\d{1,4}))?$/;
const FIRST = "w1";

/** @throws Error when no ingest has ever kept its data there, or none of this worker. */
export async function findQuarantines(folder: string, worker?: string): Promise<WorkerQuarantine[]> {
  // what `outfall run --data` was given holds the data folder among others
  const inside = join(folder, "data");
  const dataDir = (await readdir(inside).catch(() => [])).some((name) => NAME.test(name)) ? inside : folder;
  const names = await readdir(dataDir).catch(() => []);
  const found = names
    .map((name) => NAME.exec(name))
    .filter((match) => match !== null)
    .map(([name, suffix = FIRST]) => ({ worker: suffix, folder: join(dataDir, name, "quarantine") }))
    .sort((a, b) => a.worker.localeCompare(b.worker, "en", { numeric: true }));
  if (found.length === 0) {
    throw new Error(`${dataDir} holds no data of ingest; expected the folder of OUTFALL_DATA_DIR (--data)`);
  }
  const asked = worker === undefined ? found : found.filter((candidate) => candidate.worker === worker);
  if (asked.length > 0) return asked;
  throw new Error(
    `no worker ${worker} in ${dataDir}; expected ${found.map((known) => known.worker).join(", ")}`,
  );
}
