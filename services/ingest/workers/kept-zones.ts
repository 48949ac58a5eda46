/**
 * What a worker keeps of its zones on its own disk, so that neither a crash nor a broker that lost its retained messages
 * makes it forget one. In and out: the worker's zones, and whether it stores.
 */
import { readFile, rename, rm } from "node:fs/promises";
import { z } from "zod";
import { ALL_ZONES } from "#shared/mqtt/worker-zones.ts";
import { isMissing, nodeDisk, writeWhole } from "../journal/disk.ts";
import type { Kept } from "./handover.ts";

const shape = z.object({
  zones: z.array(z.string()),
  storing: z.boolean(),
});

/** @returns undefined where there never was one; where it cannot be read, every zone, which is the safe side */
export async function readKeptZones(file: string): Promise<Kept | undefined> {
  try {
    return shape.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    return isMissing(error) ? undefined : { zones: [ALL_ZONES], storing: false };
  }
}

/** Durable once it resolves; a crash leaves the old one or the new one. */
export async function writeKeptZones(file: string, kept: Kept): Promise<void> {
  const handle = await nodeDisk.open(`${file}.new`, "w");
  try {
    await writeWhole(handle, Buffer.from(`${JSON.stringify(kept)}\n`), 0);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}

export const forgetKeptZones = (file: string): Promise<void> => rm(file, { force: true });
