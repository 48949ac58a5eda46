/**
 * Room on the disk that the journal cannot take. In: a file name; out: some bytes that are there, and that are given
 * back when the disk is full: to move the cursor and keep the quarantine takes room too, and without them nothing would
 * ever be done with, and no room be made.
 */
import { open, rm } from "node:fs/promises";

export interface Reserve {
  /** True while its room is lent to those who make room: nothing else may be written then. */
  readonly lent: boolean;
  /** Does the work; where the disk is full, once more with the room of the reserve. */
  use<T>(work: () => Promise<T>): Promise<T>;
  /** Takes the room again. @throws when the disk does not have it */
  take(): Promise<void>;
}

const RESERVE_BYTES = 1_048_576;

export async function openReserve(file: string): Promise<Reserve> {
  let held = false;
  let lent = false;

  async function take(): Promise<void> {
    if (held) return;
    try {
      const handle = await open(file, "w");
      try {
        // written, not only sized: a hole takes no room
        await handle.writeFile(Buffer.alloc(RESERVE_BYTES, 1));
        await handle.datasync();
      } finally {
        await handle.close();
      }
      held = true;
      lent = false;
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
  }

  // a disk that is full at the start has no room to hold
  await take().catch(() => undefined);
  return {
    get lent() {
      return lent;
    },
    take,
    async use(work) {
      try {
        return await work();
      } catch (error) {
        if (!held || (error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
        held = false;
        lent = true;
        await rm(file, { force: true });
        return work();
      }
    },
  };
}
