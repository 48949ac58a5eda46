/**
 * Ingest drains a queue that waited at the broker. In: a process just started with that queue before it; out:
 * messages a second from the broker's CONNACK until the ledger says stored (in InfluxDB, checks queued, cursor on
 * disk), and the CPU time of the process a message, its start not counted.
 */
import type { Fleet, IngestProcess } from "../fleet.ts";
import { cpuMicros } from "../measure/process.ts";
import { followUntil } from "../measure/progress.ts";

const LOOK_MS = 5;

export interface Drain {
  readonly messagesPerSecond: number;
  readonly cpuMicrosPerMessage: number | null;
}

/** @param startCpuMicros what a start without anything to do costs, measured before */
export async function benchOutfallDrain(
  fleet: Pick<Fleet, "cursorFile">,
  ingest: IngestProcess,
  options: { messages: number; startCpuMicros: number | null; onStored?: (stored: number) => void },
): Promise<Drain> {
  const { messages, startCpuMicros } = options;
  const end = await followUntil({
    cursorFile: fleet.cursorFile,
    total: messages,
    everyMs: LOOK_MS,
    onStep: ({ stored }) => options.onStored?.(stored),
  });
  const used = await cpuMicros(ingest.pid);
  return {
    messagesPerSecond: (messages * 1000) / (end.at - ingest.connectedAt),
    cpuMicrosPerMessage: used === null || startCpuMicros === null ? null : (used - startCpuMicros) / messages,
  };
}
