/**
 * One poll for all who listen. In: how to read the overview and the clock; out: events to each listener: the overview
 * when it changed, the clock every second, trouble while the database does not answer. Polls only while somebody listens.
 */
import type { Overview } from "#shared/overview/overview.ts";
import { pause } from "#shared/runtime/wait-for.ts";

export type LiveEvent =
  | { readonly event: "overview"; readonly data: string }
  | { readonly event: "clock"; readonly data: string }
  | { readonly event: "trouble"; readonly data: string };

export type Listener = (event: LiveEvent) => void;

export interface LiveFeed {
  /** The newest overview is sent at once, or as soon as it is there. Returns how to stop listening. */
  subscribe(listener: Listener): () => void;
  readonly listeners: number;
  close(): Promise<void>;
}

export interface LiveFeedOptions {
  readonly read: () => Promise<Overview>;
  readonly now: () => number;
  readonly onTrouble: (error: unknown) => void;
  readonly everyMs?: number;
}

export const POLL_MS = 500;
const CLOCK_MS = 1_000;

export function createFeed(options: LiveFeedOptions): LiveFeed {
  const everyMs = options.everyMs ?? POLL_MS;
  const listeners = new Set<Listener>();
  let last: { event: LiveEvent; key: string } | undefined;
  let troubled = false;
  let polling: Promise<void> | undefined;
  let stop = new AbortController();

  const tell = (event: LiveEvent) => {
    for (const listener of [...listeners]) listener(event);
  };

  async function look(): Promise<void> {
    try {
      const overview = await options.read();
      // the clock moves on by itself: it has its own event
      const key = JSON.stringify({ ...overview, clock: 0 });
      if (key === last?.key && !troubled) return;
      troubled = false;
      last = { key, event: { event: "overview", data: JSON.stringify(overview) } };
      tell(last.event);
    } catch (error) {
      if (!troubled) options.onTrouble(error);
      troubled = true;
      tell({ event: "trouble", data: JSON.stringify({ code: "storage-unavailable" }) });
    }
  }

  async function poll(signal: AbortSignal): Promise<void> {
    let clockAt = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      await look();
      if (performance.now() - clockAt >= CLOCK_MS - everyMs / 2) {
        clockAt = performance.now();
        tell({ event: "clock", data: JSON.stringify({ clock: options.now() }) });
      }
      await pause(everyMs, signal);
    }
    last = undefined;
  }

  function start(): void {
    if (polling !== undefined) return;
    stop = new AbortController();
    polling = poll(stop.signal).finally(() => {
      polling = undefined;
      if (listeners.size > 0) start();
    });
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      if (last !== undefined && !troubled && polling !== undefined) listener(last.event);
      start();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop.abort();
      };
    },
    get listeners() {
      return listeners.size;
    },
    async close() {
      listeners.clear();
      stop.abort();
      await polling;
    },
  };
}
