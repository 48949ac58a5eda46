/**
 * What was refused, kept with its reason. In: rejections; out: one JSON line each in `quarantine.ndjson`, durable
 * before the message counts as done. After a crash a line may stand twice under the same id.
 */
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { RejectionCode } from "#shared/reading/rejection.ts";

export interface QuarantinedSample {
  /** `<seq>-<place>`: the journal record and the place in it: the nth refusal, or `s` and the nth sample for a conflict. */
  readonly id: string;
  readonly receivedAt: number;
  readonly topic: string;
  readonly plant: string;
  readonly code: RejectionCode;
  readonly detail: string;
  /** Bytes of the payload as received. */
  readonly size: number;
  /** Base64 of the payload, or its head; empty where an earlier line of the same message carries it. */
  readonly payload: string;
}

export interface Quarantine {
  keep(entries: readonly QuarantinedSample[]): Promise<void>;
  close(): Promise<void>;
}

/** Written at once; a line holds up to 22 kB of payload. */
const ENTRIES_PER_WRITE = 1_000;

export async function openQuarantine(file: string): Promise<Quarantine> {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, "a");
  return {
    async keep(entries) {
      if (entries.length === 0) return;
      for (let start = 0; start < entries.length; start += ENTRIES_PER_WRITE) {
        const some = entries.slice(start, start + ENTRIES_PER_WRITE);
        await handle.writeFile(`${some.map((entry) => JSON.stringify(entry)).join("\n")}\n`);
      }
      await handle.datasync();
    },
    close: () => handle.close(),
  };
}
