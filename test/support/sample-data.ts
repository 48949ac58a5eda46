/** Recorded data outside the repository: `OUTFALL_SAMPLE_DATA`, by default `../shared/data`. Absent, its tests say so aloud. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The file, or undefined after saying that it is not there. */
export function sampleData(name: string): string | undefined {
  const file = join(process.env.OUTFALL_SAMPLE_DATA ?? join(ROOT, "../shared/data"), name);
  if (existsSync(file)) return file;
  process.stderr.write(`\nSKIPPED, no recorded data: ${file} is not there (set OUTFALL_SAMPLE_DATA)\n`);
  return undefined;
}
