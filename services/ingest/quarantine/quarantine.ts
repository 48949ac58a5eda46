/**
 * What was refused, kept with its reason. In: rejections; out: one JSON line each in `quarantine.ndjson`, durable
 * before the message counts as done. After a crash a line may stand twice under the same id.
 */
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { RejectionCode } from "#shared/reading/rejection.ts";

export interface QuarantinedSample {
  /** `<seq>-<index>`: the journal record and the place in it. */
  readonly id: string;
  readonly receivedAt: number;
  readonly topic: string;
  readonly plant: string;
  readonly code: RejectionCode;
  readonly detail: string;
  /** Bytes of the payload as received. */
  readonly size: number;
  /** Base64 of the payload, or its head. */
  readonly payload: string;
}

export interface Quarantine {
  keep(entries: readonly QuarantinedSample[]): Promise<void>;
  close(): Promise<void>;
}

export async function openQuarantine(file: string): Promise<Quarantine> {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, "a");
  return {
    async keep(entries) {
      if (entries.length === 0) return;
      await handle.writeFile(`${entries.map((entry) => JSON.stringify(entry)).join("\n")}\n`);
      await handle.datasync();
    },
    close: () => handle.close(),
  };
}
