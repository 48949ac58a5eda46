/** What a process has used, as the kernel counts it. In: a pid; out: CPU time and resident memory; null where there is no /proc. */
import { readFile } from "node:fs/promises";

/** Linux counts CPU time in hundredths of a second, whatever the machine. */
const TICK_MICROS = 10_000;

/** User and system time of all its threads so far. */
export async function cpuMicros(pid: number): Promise<number | null> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  // fields are counted behind the name, which may hold spaces: utime and stime are the 12th and 13th from there
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields === undefined ? null : (Number(fields[11]) + Number(fields[12])) * TICK_MICROS;
}

export interface Memory {
  readonly nowMiB: number;
  readonly peakMiB: number;
}

export async function residentMemory(pid: number): Promise<Memory | null> {
  const text = await readFile(`/proc/${pid}/status`, "utf8").catch(() => undefined);
  if (text === undefined) return null;
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0) / 1024;
  return { nowMiB: field("VmRSS"), peakMiB: field("VmHWM") };
}
