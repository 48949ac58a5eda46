/**
 * Where each worker keeps its journal, cursor, quarantine and zones. In: the data folder; out: the worker's own, and the
 * workers that still have zones there.
 */
import { access, readdir } from "node:fs/promises";
import { join } from "node:path";

const NAME = /^ingest(?:-w([1-9]\d{0,3}))?$/;
/** As long as it is there the worker has zones, or messages of them. */
export const ZONES_FILE = "zones.json";

/** `<data>/ingest` for the first, `<data>/ingest-w2` and so on for the others. */
export const workerFolder = (dataDir: string, worker: number): string =>
  join(dataDir, worker === 1 ? "ingest" : `ingest-w${worker}`);

/** Workers that have not handed everything over, in order. */
export async function workersWithZones(dataDir: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir(dataDir).catch(() => [])) {
    const match = NAME.exec(name);
    if (match === null) continue;
    const has = await access(join(dataDir, name, ZONES_FILE)).then(
      () => true,
      () => false,
    );
    if (has) found.push(Number(match[1] ?? 1));
  }
  return found.sort((a, b) => a - b);
}
