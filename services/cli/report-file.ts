/** The file a report will go to. In: its name; out: nothing, or an error before the long work begins. */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** @throws Error when the folder is not there or cannot be written, or the name is a folder's. */
export async function checkReportFile(file: string | undefined): Promise<void> {
  if (file === undefined) return;
  const folder = dirname(file);
  await access(folder, constants.W_OK).catch((cause) => {
    throw new Error(`--report ${file}: expected a folder that can be written, ${folder} is not`, { cause });
  });
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) throw new Error(`--report ${file}: expected a file, it is a folder`);
}
