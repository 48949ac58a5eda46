/** Keeps the services of a system running. In: the system; out: a word and a new start whenever one has ended by itself. */
import type { System } from "#services/local/system.ts";
import { pause } from "#shared/runtime/wait-for.ts";

const EVERY_MS = 1_000;

/** Runs until the signal aborts. */
export async function superviseServices(
  system: System,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    for (const service of system.services.values()) {
      if (service.running || signal.aborted) continue;
      say(`${service.name} has ended by itself, starting it again`);
      await service.restart().then(
        () => say(`${service.name} is back`),
        (error: Error) => say(error.message),
      );
    }
    await pause(EVERY_MS, signal);
  }
}
