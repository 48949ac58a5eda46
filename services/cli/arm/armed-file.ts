/** `armed.yaml` of a registry folder. In: an entry; out: the file with it at the end, comments kept. */
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isSeq, parseDocument, YAMLSeq } from "yaml";
import type { Arming } from "#shared/registry/schema.ts";

const HEAD =
  "# What is mailed about, and from when on; everything else is observed. Added to by `outfall arm`.\n";

/** The text with one entry more. Pure. @param text undefined: there is no file yet */
export function withArming(text: string | undefined, arming: Arming): string {
  const document = parseDocument(text ?? HEAD);
  const found = document.get("armed");
  const list = isSeq(found) ? found : new YAMLSeq();
  if (!isSeq(found)) document.set("armed", list);
  if (list.items.length === 0) list.flow = false;
  list.add(document.createNode(arming, { flow: true }));
  return document.toString({ lineWidth: 0 });
}

/** Replaced whole, so that a crash leaves the old file or the new one. @returns its path */
export async function addArming(folder: string, arming: Arming): Promise<string> {
  const file = join(folder, "armed.yaml");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  await writeFile(`${file}.new`, withArming(text, arming));
  await rename(`${file}.new`, file);
  return file;
}
