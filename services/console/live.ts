/** The live stream of the api. Out: the newest overview, the services' clock, and how the connection is. */
import { useEffect, useState } from "preact/hooks";
import type { Overview } from "#shared/overview/overview.ts";

export type Connection = "connecting" | "live" | "lost" | "trouble";

export interface Live {
  readonly overview: Overview | undefined;
  readonly clock: number | undefined;
  readonly connection: Connection;
}

/** The api tells the clock every second: so long without it and the connection is lost, whatever the socket says. */
const LOST_AFTER_MS = 5_000;
const LOOK_EVERY_MS = 1_000;

export function useLive(address = "/live"): Live {
  const [live, setLive] = useState<Live>({ overview: undefined, clock: undefined, connection: "connecting" });
  useEffect(() => {
    let source: EventSource | undefined;
    let heardAt = performance.now();
    const heard = (change: Partial<Live>) => {
      heardAt = performance.now();
      setLive((before) => ({ ...before, ...change }));
    };
    const lost = () =>
      setLive((before) => (before.connection === "lost" ? before : { ...before, connection: "lost" }));
    const open = () => {
      source?.close();
      source = new EventSource(address);
      source.addEventListener("overview", (event) => {
        const overview = JSON.parse(event.data) as Overview;
        heard({ overview, clock: overview.clock, connection: "live" });
      });
      source.addEventListener("clock", (event) => {
        heard({ clock: (JSON.parse(event.data) as { clock: number }).clock });
      });
      source.addEventListener("trouble", () => heard({ connection: "trouble" }));
      source.onerror = lost;
    };
    open();
    const watch = setInterval(() => {
      const quietMs = performance.now() - heardAt;
      if (quietMs < LOST_AFTER_MS) return;
      lost();
      // a stream the server refused is not tried again by the browser
      if (source?.readyState === EventSource.CLOSED) {
        heardAt = performance.now();
        open();
      }
    }, LOOK_EVERY_MS);
    return () => {
      clearInterval(watch);
      source?.close();
    };
  }, [address]);
  return live;
}
