/** What was acknowledged lately: a broker that crashed may have lost it, though it said it had it. Bounded. Pure. */
import type { Outgoing } from "./publisher.ts";

export interface RepeatMemory {
  add(message: Outgoing): void;
  /** Messages of the last while, oldest first, and forgets them. */
  take(): Outgoing[];
}

/** Three times the seconds between two snapshots of the broker (`autosave_interval 5`). */
const KEPT_MS = 15_000;
const MOST = 100_000;
const MOST_BYTES = 32_000_000;

export function createRepeatMemory(now: () => number): RepeatMemory {
  let kept: { readonly message: Outgoing; readonly at: number }[] = [];
  let oldest = 0;
  let bytes = 0;

  function trim(): void {
    const young = now() - KEPT_MS;
    for (; oldest < kept.length; oldest += 1) {
      const entry = kept[oldest];
      if (entry === undefined || (entry.at >= young && kept.length - oldest <= MOST && bytes <= MOST_BYTES))
        break;
      bytes -= entry.message.payload.length;
    }
    if (oldest > 1024 && oldest > kept.length / 2) {
      kept = kept.slice(oldest);
      oldest = 0;
    }
  }

  return {
    add(message) {
      kept.push({ message, at: now() });
      bytes += message.payload.length;
      trim();
    },
    take() {
      trim();
      const messages = kept.slice(oldest).map(({ message }) => message);
      kept = [];
      oldest = 0;
      bytes = 0;
      return messages;
    },
  };
}
