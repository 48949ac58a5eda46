/** Each demo, replay or local run has a folder of its own below `.outfall/`; old ones are cleared away. */
import { mkdir, readdir, rename, rm, symlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { isRunning } from "#shared/runtime/folder-lock.ts";

const ROOT = ".outfall";
const KEEP = 20;

/** `.outfall/run-<utc>-<pid>`; of the earlier ones the newest few are kept. */
export async function createRunFolder(): Promise<string> {
  await mkdir(ROOT, { recursive: true });
  const earlier = (await readdir(ROOT))
    .filter((name) => /^run-\d{8}T/.test(name) && !isRunning(Number(name.split("-").at(-1))))
    .sort();
  for (const name of earlier.slice(0, -KEEP))
    await rm(join(ROOT, name), { recursive: true, force: true }).catch(() => undefined);
  const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, "");
  const folder = join(ROOT, `run-${stamp}-${process.pid}`);
  await mkdir(folder, { recursive: true });
  return folder;
}

/** `<run>/mail` for caught mails; `.outfall/mail` leads to the newest run's. */
export async function createMailFolder(runFolder: string): Promise<string> {
  const folder = join(runFolder, "mail");
  await mkdir(folder, { recursive: true });
  const link = join(ROOT, "mail");
  await symlink(join(basename(runFolder), "mail"), `${link}.new-${process.pid}`);
  await rename(`${link}.new-${process.pid}`, link).catch(async () => {
    // a folder of that name is in the way
    await rm(link, { recursive: true, force: true });
    await rename(`${link}.new-${process.pid}`, link);
  });
  return folder;
}
